/**
 * `npm run bench`: every comparison in turn, several interleaved rounds, a table of medians with their intervals, and JSON.
 *
 *   BENCH_ROUNDS=9      rounds where contenders are compared; a third of them where ours is only measured
 *   BENCH_ONLY=one,cap  some of: one, eight, sixteen, engine, cap, memory, start, hook
 *   BENCH_SCALE=1       shortens every measurement: 0.2 takes a fifth of the items
 *   BENCH_JSON=file     where the JSON goes (bench.json in the temporary folder)
 *   DYNAMODB_LOCAL_ENDPOINT  an engine for the unthrottled comparison; else dynalite is started
 *   PEER                an executable that takes the original tool's flags
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Contender, contenders, type Ran, runContender } from './contenders.js';
import { measureHook } from './hook/measure-hook.js';
import { IMAGE, imageProgram } from './image-program.js';
import { inEngine } from './in-engine.js';
import { measureMemory } from './memory.js';
import { memoryLimit } from './memory-limit.js';
import type { Row } from './row.js';
import { measureSixteen } from './sixteen.js';
import { measureStarts } from './starts.js';
import { type Measured, measured } from './statistics.js';
import { throttledServer } from './throttled-server.js';
import { SHAPES } from '../support/shapes.js';

const scale = Number(process.env.BENCH_SCALE ?? 1);
const rounds = Number(process.env.BENCH_ROUNDS ?? 9);
/** Where nothing is compared, and each round takes a minute. */
const third = Math.ceil(rounds / 3);
/** What eight partitions are given, in seconds: the twenty that are judged, and the start of a process. */
const SECONDS_OF_EIGHT = { ours: 22, loop: 12 };
/** The memory limit that the operator gives a worker: WORKER_MEMORY_LIMIT's default. */
const WORKER_MEMORY = 256 * 2 ** 20;
const only = process.env.BENCH_ONLY?.split(',');
const rows: Row[] = [];
const traces: Record<string, number[][]> = {};

const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  versions: Object.fromEntries(
    ['@aws-sdk/client-dynamodb', 'dynalite', 'dynamodb-toolbox'].map((name) => [name, versionOf(name)]),
  ),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  command: `BENCH_ROUNDS=${rounds} BENCH_SCALE=${scale}${only ? ` BENCH_ONLY=${only.join()}` : ''} npm run bench`,
};

function versionOf(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Shown beside, and in no ratio: a third of the rounds will do. */
const ASIDE = ['dynamodb-toolbox DeletePartition'];

/** Runs every contender once a round, so that whatever else the machine does meets all of them. */
async function interleaved<T>(list: readonly Contender[], count: number, run: (contender: Contender) => Promise<T>) {
  const results = new Map<string, T[]>(list.map(({ name }) => [name, []]));
  for (let round = 1; round <= count; round++)
    for (const contender of list.filter(({ name }) => round <= third || !ASIDE.includes(name))) {
      results.get(contender.name)!.push(await run(contender));
      process.stderr.write(`.`);
    }
  process.stderr.write('\n');
  return results;
}

function add(row: Row): void {
  rows.push(row);
  const { what, contender, unit, value, must } = row;
  const interval = `${value.median.toPrecision(4)} (${value.low.toPrecision(4)}–${value.high.toPrecision(4)}) ${unit}`;
  const verdict = must === undefined ? '' : row.reached ? `reached: ${must}` : `NOT reached: ${must}`;
  console.log([what.padEnd(44), contender.padEnd(34), interval.padEnd(34), verdict].join(' '));
}

const all = await contenders();

const PARTS: Record<string, () => Promise<void>> = {
  one: async () => {
    const keys = SHAPES.numbered!(Math.round(60_000 * scale));
    const what = `one range of 1000 WCU/s, ${keys.length} items of 900 B`;
    const results = await interleaved([all.ours, all.loop32], third, async (contender) => {
      const server = await throttledServer({ keys, bytes: () => 900, ranges: 1 });
      const ran = await runContender(contender, { ...server, seconds: 120 });
      const usage = server.usage();
      traces[`one range, ${contender.name}`] ??= server.trace();
      await server.close();
      if (ran.exitCode !== 0) throw new Error(`${contender.name} did not end well: ${ran.output}`);
      return usage;
    });
    for (const [contender, list] of results) {
      const ours = contender === all.ours.name;
      const must = (text: string, holds: (value: number) => boolean, value: number) =>
        ours ? { must: text, reached: holds(value) } : {};
      const used = measured(list.map(({ unitsPerSecond }) => unitsPerSecond / 10));
      add({ what, contender, unit: '% used', value: used, ...must('≥ 97', (v) => v >= 97, used.median) });
      const wasted = measured(list.map((usage) => usage.wasted * 100));
      add({ what, contender, unit: '% wasted', value: wasted, ...must('≤ 2', (v) => v <= 2, wasted.median) });
      const steady = measured(list.map((usage) => usage.wastedSteady * 100));
      add({
        what,
        contender,
        unit: '% wasted once steady',
        value: steady,
        ...must('≤ 1', (v) => v <= 1, steady.median),
      });
    }
  },
  eight: async () => {
    for (const [shape, make] of Object.entries(SHAPES)) {
      const keys = make(Math.round(50_000 * scale));
      const what = `eight ranges, ${keys.length} of 4 WCU, ${shape}`;
      const results = await interleaved([all.ours, all.loop32], rounds, async (contender) => {
        const server = await throttledServer({ keys, bytes: () => 4000, ranges: 8 });
        // Neither comes to its end: the loop, whose rate is the same all along, is stopped sooner.
        const seconds = contender === all.ours ? SECONDS_OF_EIGHT.ours : SECONDS_OF_EIGHT.loop;
        await runContender(contender, { ...server, seconds });
        const usage = server.usage();
        traces[`eight ranges, ${shape}, ${contender.name}`] ??= server.trace();
        const held = server.heldWithin(20, 5);
        await server.close();
        return { ...usage, held };
      });
      const rate = (name: string) => measured(results.get(name)!.map(({ unitsPerSecond }) => unitsPerSecond));
      const [ours, theirs] = [rate(all.ours.name), rate(all.loop32.name)];
      const held = measured(results.get(all.ours.name)!.map((usage) => usage.held));
      const wasted = measured(results.get(all.ours.name)!.map((usage) => usage.wasted * 100));
      const even = shape !== 'META, ORDER#, USER#';
      add({ what, contender: all.ours.name, unit: 'WCU/s', value: ours });
      add({ what, contender: all.loop32.name, unit: 'WCU/s', value: theirs });
      add({
        what,
        contender: all.ours.name,
        unit: 'WCU/s for 5 s within 20 s',
        value: held,
        ...(even ? { must: '≥ 7200', reached: held.median >= 7200 } : {}),
      });
      add({ what, contender: all.ours.name, unit: '% wasted', value: wasted });
      const ratios = results
        .get(all.ours.name)!
        .map(({ unitsPerSecond }, i) => unitsPerSecond / results.get(all.loop32.name)![i]!.unitsPerSecond);
      const ratio = measured(ratios);
      add({ what, contender: 'ours / 32-way loop', unit: '×', value: ratio, must: '≥ 4', reached: ratio.median >= 4 });
    }
  },
  sixteen: async () => {
    const sixteen = await measureSixteen([all.ours, all.loop32], third, scale);
    sixteen.rows.forEach(add);
    Object.assign(traces, sixteen.traces);
  },
  engine: async () => {
    const count = Math.round(100_000 * scale);
    const engine = await inEngine(count);
    const folder = mkdtempSync(join(tmpdir(), 'bench-image-'));
    const image = all.build(IMAGE, imageProgram(folder));
    const list = [all.ours, image, all.serial, all.loop32, all.toolbox, ...(all.peer ? [all.peer] : []), all.raw];
    const what = `${count} small items on ${engine.name}`;
    const results = await interleaved(list, rounds, async (contender) => {
      await engine.fill();
      const ran = await runContender({ ...contender, env: { BENCH_KEYS: engine.keysFile } }, engine);
      const left = await engine.left();
      // The last line: what Node.js warns of comes before.
      const seconds = contender === all.raw ? Number(ran.output.trim().split('\n').at(-1)) : ran.seconds;
      return { ...ran, seconds, complete: ran.exitCode === 0 && left === 0, left };
    });
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
    const of = (name: string, pick: (ran: Ran) => number) => results.get(name)!.map(pick);
    const secondsOf = ({ seconds }: Ran): number => seconds;
    const cpuOf = ({ cpuSeconds = NaN }: Ran): number => cpuSeconds;
    for (const { name } of list) {
      const incomplete = results.get(name)!.filter(({ complete }) => !complete);
      add({ what, contender: name, unit: 's', value: measured(of(name, secondsOf)) });
      if (incomplete.length > 0)
        console.log(`  ${name}: ${incomplete.length} rounds incomplete: ${incomplete[0]!.output.slice(-300)}`);
    }
    for (const ours of [all.ours, image]) {
      const whose = ours === image ? IMAGE : 'ours';
      const against = (peer: Contender, pick: (ran: Ran) => number): Measured => {
        const theirs = of(peer.name, pick);
        return measured(of(ours.name, pick).map((value, i) => value / theirs[i]!));
      };
      for (const [contender, value, most] of [
        ['32-way loop', against(all.loop32, secondsOf), 0.9],
        ['serial loop', against(all.serial, secondsOf), 0.55],
        ['raw limit', against(all.raw, secondsOf), 1.35],
        ['32-way loop, CPU', against(all.loop32, cpuOf), 0.5],
      ] as const)
        add({
          what,
          contender: `${whose} / ${contender}`,
          unit: '×',
          value,
          must: `≤ ${most}`,
          reached: value.median <= most,
        });
      const peak = measured(of(ours.name, ({ peakMegabytes = NaN }) => peakMegabytes));
      add({ what, contender: ours.name, unit: 'MB peak', value: peak });
    }
  },
  cap: async () => {
    const keys = SHAPES.numbered!(Math.round(300 * scale) + 10);
    const bytes = (i: number) => (1 + ((i * 17) % 40)) * 1024 - 200;
    const what = `cap of 100, ${keys.length} items of 1–40 KB, under faults`;
    const list = [];
    for (let round = 0; round < third; round++) {
      const server = await throttledServer({ keys, bytes, ranges: 1, faults: true, seed: round + 1 });
      await runContender(all.ours, { ...server, seconds: 300, more: ['--max-write-units-per-second', '100'] });
      list.push({ ...server.usage(), most: server.mostWithinTenSeconds() });
      await server.close();
    }
    const most = measured(list.map((usage) => usage.most));
    add({
      what,
      contender: all.ours.name,
      unit: 'WCU in 10 s',
      value: most,
      must: '≤ 1050',
      reached: most.high <= 1050,
    });
    const mean = measured(list.map(({ unitsPerSecond }) => unitsPerSecond));
    add({ what, contender: all.ours.name, unit: 'WCU/s', value: mean, must: '≥ 95', reached: mean.median >= 95 });
  },
  memory: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-image-'));
    const limit = memoryLimit(WORKER_MEMORY);
    try {
      for (const contender of [all.ours, all.build(IMAGE, imageProgram(folder))])
        (await measureMemory(contender, limit, scale)).forEach(add);
    } finally {
      limit?.remove();
      rmSync(folder, { recursive: true, force: true });
    }
    const where = limit
      ? 'within the 256 MiB of its Job'
      : 'without the limit of its Job: no memory cgroup can be made here';
    console.log(`  (${where})`);
  },
  start: async () => {
    for (const row of await measureStarts(all.unmeasured, rounds)) add(row);
  },
  hook: async () => {
    for (const row of await measureHook(rounds, scale)) add(row);
  },
};

console.log(JSON.stringify(machine));
for (const [name, part] of Object.entries(PARTS)) if (!only || only.includes(name)) await part();
const file = process.env.BENCH_JSON ?? join(tmpdir(), 'bench.json');
writeFileSync(file, JSON.stringify({ machine, load: loadavg(), rows, traces }, null, 2));
console.log(
  `load of the machine: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}; JSON in ${file}`,
);
const missed = rows.filter(({ reached }) => reached === false).length;
console.log(`${rows.filter(({ reached }) => reached).length} reached, ${missed} not reached`);
