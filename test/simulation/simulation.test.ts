import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { finalize } from '../../src/operator/finalize.js';
import { sync } from '../../src/operator/sync.js';
import { asCase, ENOUGH, enoughHeld, figuresText, neverJudged, tallyLines } from './campaign.js';
import { runHistory } from './history.js';
import { CASES } from './cases.js';
import { ProgressLine } from './progress-line.js';
import { type Campaign, codeDigest, SaveFile } from './save-file.js';
import { repeatEvery, simulate, slicesOf } from './slices.js';

const hooks = { sync, finalize };
/**
 * Runs a small sample by default. CI runs 10,000 histories; for more, `npm run simulation -- --histories 1000000`.
 * If a claim breaks, the shortest history that fast-check finds is printed as a case for `cases.ts`.
 */
const HISTORIES = Number(process.env.SIMULATION_HISTORIES ?? 500);
const SEED = Number(process.env.SIMULATION_SEED ?? 1);
const WORKERS = Number(process.env.SIMULATION_WORKERS ?? availableParallelism());

t.test(`no claim breaks in ${HISTORIES} random histories`, async (t) => {
  const line = new ProgressLine(
    HISTORIES,
    () => performance.now(),
    (text) => t.comment(text),
  );
  const progress = (held: number): void => line.held(held);
  const { figures, failure } = await simulate({ seed: SEED, histories: HISTORIES, workers: WORKERS, progress });
  t.comment(figuresText(figures));
  t.equal(failure && asCase(failure), undefined, `from seed ${SEED}`);
  t.strictSame(enoughHeld(figures), [], 'and they hold what they are about');
  t.comment(`same-bytes is judged at one call of ${repeatEvery(HISTORIES)}`);
  for (const text of tallyLines(figures)) t.comment(text);
  if (figures.histories >= ENOUGH) t.strictSame(neverJudged(figures), [], 'and each claim was judged');
  t.end();
});

t.test('neither the number of processes nor an interruption changes anything', async (t) => {
  const file = join(t.testdir(), 'saved');
  const campaign = { seed: 9, histories: 300, code: 'this' };
  const one = await simulate({ ...campaign, workers: 1, saved: new SaveFile(file, campaign) });
  const two = await simulate({ ...campaign, workers: 2 });
  const [header = '', slice = ''] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, `${header}\n${slice}\n{"slice":"9/2`);

  let ran = 0;
  const progress = (held: number): void => void (ran = held);
  const resumed = await simulate({ ...campaign, workers: 1, saved: new SaveFile(file, campaign), progress });
  t.equal(ran, 50, 'only what is missing was run');
  const again = new SaveFile(file, campaign);
  for (const each of slicesOf(campaign)) t.ok(again.figuresOf(each), 'and then nothing is missing');
  const [expected, ...others] = [one, two, resumed].map(({ figures, failure }) => ({
    failure,
    ...figures,
    milliseconds: 0,
  }));
  for (const other of others) t.strictSame(other, expected);
  t.equal(expected?.histories, 300);
  t.end();
});

t.test('a campaign goes on only as the same one, on the same code', async (t) => {
  const file = join(t.testdir(), 'saved');
  const campaign = { seed: 9, histories: 300, code: 'this' };
  t.ok(new SaveFile(file, campaign));
  const other = (change: Partial<Campaign>) => (): unknown => new SaveFile(file, { ...campaign, ...change });
  t.throws(other({ code: 'that' }), { message: /holds a campaign whose code is this, and not that/ });
  t.throws(other({ seed: 10 }), { message: /whose seed is 9, and not 10/ });
  t.throws(other({ histories: 400 }), { message: /whose histories is 300, and not 400/ });
  t.end();
});

t.test('the digest of the code changes with each file', async (t) => {
  const folder = t.testdir({ 'a.ts': 'one', 'b.json': '{}', in: { 'c.ts': 'two' } });
  const before = codeDigest([folder]);
  writeFileSync(join(folder, 'b.json'), '[]');
  t.equal(codeDigest([folder]), before);
  writeFileSync(join(folder, 'in', 'c.ts'), 'three');
  t.not(codeDigest([folder]), before);
  t.end();
});

t.test('slices hold each history once', async (t) => {
  t.strictSame(
    slicesOf({ seed: 3, histories: 2800 }).map(({ seed, from, to }) => [seed, from, to]),
    [...Array.from({ length: 10 }, (_, index) => [3, index * 250, index * 250 + 250]), [4, 0, 250], [4, 250, 300]],
  );
  t.equal(slicesOf({ seed: 3, histories: 10_000 })[0]?.repeatEvery, 1, 'CI makes every call twice');
  t.equal(slicesOf({ seed: 3, histories: 10_001 })[0]?.repeatEvery, 8);
  t.end();
});

t.test('histories that broke a claim once hold it now', async (t) => {
  for (const { claim, detail, plan } of CASES)
    t.strictSame((await runHistory(plan, hooks)).violations, [], `${claim}: ${detail}`);
  t.end();
});

t.test('a history is the same every time', async (t) => {
  const [first] = CASES;
  const once = await runHistory(first!.plan, hooks);
  const again = await runHistory(first!.plan, hooks);
  t.equal(once.steps, again.steps);
  const stored = (outcome: typeof once) => JSON.stringify(outcome.cluster.api.list('DdbctlDpJob'));
  t.equal(stored(once), stored(again));
  t.end();
});
