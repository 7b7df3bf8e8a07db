/**
 * How many branches of the pure rooms their own unit tests take: reads the summary that `npm run coverage` made, prints a line
 * for each room, and each file that is below the bound; fails if a room is.
 *   tsx tools/coverage.ts [--all]    every file
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const BOUND = 95;
const ROOMS = ['api', 'operator', 'worker', 'dynamodb', 'deletion'];

interface Branches {
  total: number;
  covered: number;
}

const root = fileURLToPath(new URL('../', import.meta.url));
const summary = JSON.parse(readFileSync(`${root}.tap/report/coverage-summary.json`, 'utf8')) as Record<
  string,
  { branches: Branches }
>;

/** A file of types alone leaves no code behind, which no test can reach. */
const hasCode = (text: string): boolean =>
  ts.transpile(text, { module: ts.ModuleKind.ESNext, removeComments: true }).replace('export {};', '').trim() !== '';

/** One that no test loads has at least one branch, which is not taken. */
const branchesOf = (file: string): Branches => summary[file]?.branches ?? { total: 1, covered: 0 };

const percent = ({ total, covered }: Branches): number => (total === 0 ? 100 : (100 * covered) / total);
const say = (name: string, branches: Branches): void => {
  console.log(
    `${percent(branches).toFixed(1).padStart(6)} %  ${`${branches.covered}/${branches.total}`.padStart(9)}  ${name}`,
  );
};

for (const room of ROOMS) {
  const files = readdirSync(`${root}src/${room}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${root}src/${room}/${file}`)
    .filter((file) => hasCode(readFileSync(file, 'utf8')))
    .sort();
  const sum = files.map(branchesOf).reduce((a, b) => ({ total: a.total + b.total, covered: a.covered + b.covered }));
  say(`src/${room}`, sum);
  for (const file of files)
    if (process.argv.includes('--all') || percent(branchesOf(file)) < BOUND)
      say(`    ${file.slice(root.length)}${file in summary ? '' : ' (no unit test loads it)'}`, branchesOf(file));
  if (percent(sum) < BOUND) process.exitCode = 1;
}
