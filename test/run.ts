/**
 * Runs the tests with tap, a line for each, and says in its last line what was really run: `N passed, N failed, N skipped`.
 *   tsx test/run.ts              what needs nothing but Node.js; the same as --plain
 *   tsx test/run.ts --cluster    what needs the API server of a KUBECONFIG
 *   tsx test/run.ts --e2e        what needs a whole cluster with Metacontroller
 *   tsx test/run.ts FILE...      these files
 * The options add up. Files that need a cluster and were not asked for are named, and count as skipped. Fails when an assertion or a file fails, and
 * when nothing was run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Counts, countsOf, isWorthALine } from './support/tap-lines.js';

interface Part {
  option: string;
  has: (file: string) => boolean;
  tapOptions: string[];
}

const isIn = (folder: string) => (file: string) => file.startsWith(folder);
const PARTS: readonly Part[] = [
  { option: '--plain', has: (file) => !/^test\/(cluster|e2e)\//.test(file), tapOptions: [] },
  // One file at a time, as all share a cluster.
  { option: '--cluster', has: isIn('test/cluster/'), tapOptions: ['--jobs=1', '--timeout=600'] },
  { option: '--e2e', has: isIn('test/e2e/'), tapOptions: ['--jobs=1', '--timeout=3600'] },
];

const root = fileURLToPath(new URL('..', import.meta.url));
const TAP = fileURLToPath(new URL('dist/esm/run.mjs', import.meta.resolve('tap/package.json')));

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const all = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/${file}`)
    .sort();
  const files = args.filter((arg) => !arg.startsWith('--'));
  const chosen = PARTS.filter(({ option }) => args.includes(option));
  const parts = chosen.length > 0 ? chosen : PARTS.slice(0, 1);

  const runs =
    files.length > 0 ? [{ files, tapOptions: [] }] : parts.map((part) => ({ ...part, files: all.filter(part.has) }));
  const results: Counts[] = [];
  for (const run of runs) results.push(await runTap(run.files, run.tapOptions));
  if (files.length === 0)
    results.push(
      nameSkipped(
        all,
        PARTS.filter((part) => part.option !== '--plain' && !parts.includes(part)),
      ),
    );

  const sum = (of: keyof Counts): number => results.reduce((total, counts) => total + counts[of], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return sum('failed') > 0 ? 1 : 0;
}

function nameSkipped(all: readonly string[], parts: readonly Part[]): Counts {
  const skipped = parts.flatMap(({ option, has }) => all.filter(has).map((file) => `${file} (${option})`));
  for (const file of skipped) console.log(`skipped: ${file}`);
  return { passed: 0, failed: 0, skipped: skipped.length };
}

/** Runs these files. What tap's figures do not explain, a crash or no figures at all, is counted as one failure. */
async function runTap(files: readonly string[], options: readonly string[]): Promise<Counts> {
  const none: Counts = { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) return { ...none, failed: complain('there is no test to run') };
  const tap = spawn(process.execPath, [TAP, '--reporter=tap', ...options, ...files], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(tap, 'close') as Promise<[number | null]>;
  let counts: Counts | undefined;
  let inDetails = false;
  for await (const line of createInterface({ input: tap.stdout })) {
    counts = countsOf(line) ?? counts;
    const shown = isWorthALine(line, inDetails);
    inDetails = shown.inDetails;
    if (shown.show) console.log(line);
  }
  const [code] = await ended;
  if (!counts) return { ...none, failed: complain('tap gave no figures') };
  if (counts.passed + counts.failed + counts.skipped === 0) return { ...none, failed: complain('nothing was run') };
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: complain(`tap ended with ${code}`) };
  return counts;
}

function complain(what: string): 1 {
  console.log(`not ok - ${what}`);
  return 1;
}
