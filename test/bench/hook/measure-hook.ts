import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Row } from '../row.js';
import { measured } from '../statistics.js';
import { type Started, startNode } from '../../support/worker-process.js';
import { latencies, throughput, wireOf } from './load.js';
import { recordedHooks } from './recorded-hooks.js';

const ENTRY = fileURLToPath(new URL('../../../dist/cli/dynamoctl.js', import.meta.url));
const BARE = fileURLToPath(new URL('bare-server.ts', import.meta.url));
const WHAT = 'the hook, recorded requests of 3–16 KB';
const RATE = 1000;
/** Seconds of a round. */
const SECONDS = { fast: 3, steady: 3 };
/** Requests before the first round. V8 compiles by the number of calls: on a busy machine, any number of seconds is too few. */
const WARM_UP = 15_000;

interface Round {
  perSecond: number;
  cpuMicroseconds: number;
  p50: number;
  p99: number;
}

const SERVERS = {
  webhook: () => startNode([ENTRY, 'operator'], { PORT: '0', HOST: '127.0.0.1', METRICS: 'open' }),
  bare: () => startNode(['--import', import.meta.resolve('tsx'), BARE]),
};

/** User and system time of a process so far, in microseconds. Source: proc(5), with the usual 100 ticks a second. */
function cpuOf({ child }: Started): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** The rows of the bench: the webhook and a bare server in turn, so that whatever else the machine does meets both. */
export async function measureHook(rounds: number, scale: number): Promise<Row[]> {
  const wires = recordedHooks().map(wireOf);
  const servers = Object.entries(SERVERS).map(([name, start]) => ({ name, server: start(), rounds: [] as Round[] }));
  try {
    const ports = new Map<string, number>();
    for (const { name, server } of servers) {
      ports.set(name, Number((await server.said(/^ready$/)).port));
      await throughput(ports.get(name)!, wires, 0, WARM_UP);
    }
    for (let round = 0; round < rounds; round++)
      for (const { name, server, rounds: list } of servers) {
        const port = ports.get(name)!;
        const before = cpuOf(server);
        const { count, perSecond } = await throughput(port, wires, SECONDS.fast * scale);
        const cpuMicroseconds = (cpuOf(server) - before) / count;
        const sorted = await latencies(port, wires, RATE, Math.round(RATE * SECONDS.steady * scale));
        const [p50 = NaN, p99 = NaN] = [0.5, 0.99].map((share) => sorted[Math.floor(sorted.length * share)]);
        list.push({ perSecond, cpuMicroseconds, p50, p99 });
      }
  } finally {
    for (const { server } of servers) server.child.kill('SIGKILL');
  }
  return rowsOf(servers[0]!.rounds, servers[1]!.rounds);
}

function rowsOf(ours: readonly Round[], bare: readonly Round[]): Row[] {
  const row = (contender: string, unit: string, values: readonly number[]): Row => ({
    what: WHAT,
    contender,
    unit,
    value: measured(values),
  });
  const of = (list: readonly Round[], field: keyof Round): number[] => list.map((round) => round[field]);
  const ratios = (field: keyof Round): number[] => ours.map((round, i) => round[field] / bare[i]![field]);
  const ratio = row('webhook / bare node:http server', '×', ratios('perSecond'));
  const p99 = row('webhook', `ms, p99 at ${RATE}/s`, of(ours, 'p99'));
  return [
    row('webhook', 'requests/s', of(ours, 'perSecond')),
    row('bare node:http server', 'requests/s', of(bare, 'perSecond')),
    { ...ratio, must: '≥ 0.6', reached: ratio.value.median >= 0.6 },
    row('webhook', 'µs of CPU a request', of(ours, 'cpuMicroseconds')),
    row('bare node:http server', 'µs of CPU a request', of(bare, 'cpuMicroseconds')),
    row(
      'CPU, bare server / webhook',
      '×',
      ratios('cpuMicroseconds').map((value) => 1 / value),
    ),
    row('webhook', `ms, p50 at ${RATE}/s`, of(ours, 'p50')),
    { ...p99, must: '≤ 10', reached: p99.value.median <= 10 },
    row('bare node:http server', `ms, p99 at ${RATE}/s`, of(bare, 'p99')),
  ];
}
