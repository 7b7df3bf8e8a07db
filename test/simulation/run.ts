/**
 * Runs histories of the simulated cluster in processes beside each other, and says what it ran.
 *   tsx test/simulation/run.ts [HISTORIES] [--seed=N] [--processes=N]
 *   npm run test:simulation                   10,000 histories
 *   npm run test:simulation -- 1000000        a night's worth, with a seed of its own that is printed
 *   SIMULATION_HISTORIES, SIMULATION_SEED     the same by the environment
 * A claim that breaks is printed as a case for `test/simulation/cases.ts`, as short as fast-check finds it. The last line is
 * `N passed, N failed, N skipped`, as all tests here have it; each history is one.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { finalize } from '../../src/operator/finalize.js';
import { sync } from '../../src/operator/sync.js';
import {
  asCase,
  campaign,
  type CampaignResult,
  enoughHeld,
  figuresText,
  NOTHING,
  sum,
} from '../support/simulation/campaign.js';

const DEFAULT_HISTORIES = 10_000;
/** Histories of one fast-check run: a failure in a long night is found and shrunk soon, and memory stays flat. */
const CHUNK = 2_500;

interface Share {
  seeds: number[];
  histories: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, processes: { type: 'string' }, share: { type: 'string' } },
});

if (values.share !== undefined) runShare(JSON.parse(values.share) as Share);
else process.exitCode = await main();

async function main(): Promise<number> {
  const wanted = Number(positionals[0] ?? process.env['SIMULATION_HISTORIES'] ?? DEFAULT_HISTORIES);
  const seed = Number(
    values.seed ?? process.env['SIMULATION_SEED'] ?? (wanted > DEFAULT_HISTORIES ? Date.now() % 1_000_000_007 : 1),
  );
  const processes = Number(values.processes ?? Math.min(2, availableParallelism()));
  if (
    ![wanted, seed, processes].every((number) => Number.isSafeInteger(number) && number >= 0) ||
    wanted < 1 ||
    processes < 1
  )
    throw new Error('histories, seed and processes must be whole numbers');
  console.log(`${wanted} histories in ${processes} processes, seed ${seed}`);
  const started = performance.now();
  const chunks = Array.from(
    { length: Math.ceil(wanted / Math.min(CHUNK, Math.ceil(wanted / processes))) },
    (_, index) => seed + index,
  );
  const histories = Math.ceil(wanted / chunks.length);
  const results: CampaignResult[] = [];
  const failed = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      runProcess({ seeds: chunks.filter((_seed, chunk) => chunk % processes === index), histories }, results),
    ),
  );

  const figures = results.map((result) => result.figures).reduce(sum, NOTHING);
  for (const { failure } of results) if (failure) console.log(`broken: ${asCase(failure)}`);
  console.log(figuresText({ ...figures, milliseconds: performance.now() - started }));
  const short = enoughHeld(figures);
  for (const line of short) console.log(`too few: ${line}`);
  const failures = results.filter(({ failure }) => failure).length + short.length + failed.filter(Boolean).length;
  console.log(`${figures.histories - Math.min(figures.histories, failures)} passed, ${failures} failed, 0 skipped`);
  return failures > 0 ? 1 : 0;
}

/** Whether the process itself failed. */
async function runProcess(share: Share, results: CampaignResult[]): Promise<boolean> {
  if (share.seeds.length === 0) return false;
  const child = fork(fileURLToPath(import.meta.url), [`--share=${JSON.stringify(share)}`]);
  child.on('message', (result) => {
    results.push(result as CampaignResult);
    const done = results.reduce((total, { figures }) => total + figures.histories, 0);
    if (results.length % 20 === 0) console.log(`… ${done} histories`);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code !== 0;
}

function runShare({ seeds, histories }: Share): void {
  for (const seed of seeds) process.send?.(campaign({ seed, histories, hooks: { sync, finalize } }));
}
