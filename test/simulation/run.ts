/**
 * Runs histories of the simulated cluster in processes beside each other, and says what it ran.
 *   tsx test/simulation/run.ts [HISTORIES] [--seed=N] [--processes=N]
 *   npm run test:simulation                   10,000 histories
 *   npm run test:simulation -- 1000000        a night's worth, with a seed of its own that is printed
 *   SIMULATION_HISTORIES, SIMULATION_SEED     the same by the environment
 *   npm run test:simulation -- --planted      only the planted bugs, each of which must break a claim; without a number of
 *                                             histories they are tried after those
 * A claim that breaks is printed as a case for `test/simulation/cases.ts`, as short as fast-check finds it. The last line is
 * `N passed, N failed, N skipped`, as all tests here have it; each history and each planted bug is one.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { finalize } from '../../src/operator/finalize.js';
import { sync } from '../../src/operator/sync.js';
import { asCase, campaign, type CampaignResult, enoughHeld, figuresText, NOTHING, sum } from './campaign.js';
import { PLANTED } from './planted.js';

const DEFAULT_HISTORIES = 10_000;
/** Histories of one fast-check run: a failure in a long night is found and shrunk soon, and memory stays flat. */
const CHUNK = 2_500;

/** Histories in which a planted bug must have broken a claim. */
const PLANTED_HISTORIES = 2_000;

interface Share {
  seeds: number[];
  histories: number;
  planted: number[];
}

type Message = { result: CampaignResult } | { planted: number; caught: string | undefined };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    processes: { type: 'string' },
    planted: { type: 'boolean' },
    share: { type: 'string' },
  },
});

if (values.share !== undefined) await runShare(JSON.parse(values.share) as Share);
else process.exitCode = await main();

async function main(): Promise<number> {
  const asked = positionals[0] ?? process.env.SIMULATION_HISTORIES;
  const wanted = Number(asked ?? (values.planted === true ? 0 : DEFAULT_HISTORIES));
  const ofTheNight = wanted > DEFAULT_HISTORIES;
  const seed = Number(values.seed ?? process.env.SIMULATION_SEED ?? (ofTheNight ? Date.now() % 1_000_000_007 : 1));
  const processes = Number(values.processes ?? Math.min(2, availableParallelism()));
  if (![wanted, seed, processes].every((number) => Number.isSafeInteger(number) && number >= 0) || processes < 1)
    throw new Error('histories, seed and processes must be whole numbers');
  console.log(`${wanted} histories in ${processes} processes, seed ${seed}`);
  const [results, crashes] = await runHistories(wanted, seed, processes);
  const figures = results.map((result) => result.figures).reduce(sum, NOTHING);
  const short = enoughHeld(figures);
  for (const line of short) console.log(`too few: ${line}`);
  const broken = results.filter(({ failure }) => failure).length;

  const withPlanted = asked === undefined || values.planted === true;
  const missed = withPlanted ? await runPlanted(processes) : 0;
  const failed = broken + short.length + crashes + missed;
  const passed = figures.histories - broken + (withPlanted ? PLANTED.length - missed : 0);
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  return failed > 0 ? 1 : 0;
}

/** What came of it, and how many processes failed themselves. */
async function runHistories(wanted: number, seed: number, processes: number): Promise<[CampaignResult[], number]> {
  if (wanted === 0) return [[], 0];
  const started = performance.now();
  const count = Math.ceil(wanted / Math.min(CHUNK, Math.ceil(wanted / processes)));
  const seeds = Array.from({ length: count }, (_, index) => seed + index);
  const results: CampaignResult[] = [];
  const crashes = await inProcesses(
    processes,
    (index) => ({
      seeds: seeds.filter((_seed, at) => at % processes === index),
      histories: Math.ceil(wanted / count),
      planted: [],
    }),
    (message) => {
      if (!('result' in message)) return;
      results.push(message.result);
      if (message.result.failure) console.log(`broken: ${asCase(message.result.failure)}`);
      const done = results.reduce((total, { figures }) => total + figures.histories, 0);
      if (results.length % 20 === 0) console.log(`… ${done} histories`);
    },
  );
  const figures = results.map((result) => result.figures).reduce(sum, NOTHING);
  console.log(figuresText({ ...figures, milliseconds: performance.now() - started }));
  return [results, crashes];
}

/** How many planted bugs broke no claim. */
async function runPlanted(processes: number): Promise<number> {
  const caught = new Set<number>();
  await inProcesses(
    processes,
    (index) => ({
      seeds: [],
      histories: PLANTED_HISTORIES,
      planted: PLANTED.map((_, at) => at).filter((at) => at % processes === index),
    }),
    (message) => {
      if (!('planted' in message)) return;
      const { rule, bug } = PLANTED[message.planted]!;
      if (message.caught !== undefined) caught.add(message.planted);
      const name = `${rule}: ${bug}`;
      console.log(message.caught === undefined ? `MISSED ${name}` : `caught ${name}: ${message.caught}`);
    },
  );
  console.log(`caught ${caught.size} of ${PLANTED.length} planted bugs`);
  return PLANTED.length - caught.size;
}

/** How many of the processes failed themselves. */
async function inProcesses(
  count: number,
  shareOf: (index: number) => Share,
  hear: (message: Message) => void,
): Promise<number> {
  const children: ChildProcess[] = [];
  for (let index = 0; index < count; index++) {
    const share = shareOf(index);
    if (share.seeds.length + share.planted.length === 0) continue;
    const child = fork(fileURLToPath(import.meta.url), [`--share=${JSON.stringify(share)}`]);
    child.on('message', (message) => hear(message as Message));
    children.push(child);
  }
  const codes = await Promise.all(children.map(async (child) => ((await once(child, 'close')) as [number | null])[0]));
  return codes.filter((code) => code !== 0).length;
}

async function runShare({ seeds, histories, planted }: Share): Promise<void> {
  const hooks = { sync, finalize };
  const tell = (message: Message): void => void process.send?.(message);
  for (const seed of seeds) tell({ result: await campaign({ seed, histories, hooks }) });
  for (const at of planted) {
    const { figures, failure } = await campaign({
      seed: 7,
      histories,
      hooks,
      against: hooks,
      shrink: false,
      ...PLANTED[at],
    });
    const [detail = ''] = failure?.detail.split('\n') ?? [];
    tell({ planted: at, caught: failure && `${failure.claim} (${detail}), in ${figures.histories} histories` });
  }
}
