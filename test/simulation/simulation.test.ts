import t from 'tap';
import { finalize } from '../../src/operator/finalize.js';
import { sync } from '../../src/operator/sync.js';
import { asCase, campaign, enoughHeld, figuresText, neverJudged, nothing, sum, tallyLines } from './campaign.js';
import { runHistory } from './history.js';
import { CASES } from './cases.js';

const hooks = { sync, finalize };
/**
 * Runs a small sample by default. CI runs 10,000 histories, and a nightly run a million:
 *   SIMULATION_HISTORIES=1000000 SIMULATION_SEED=$RANDOM npx tap --timeout=0 test/simulation/simulation.test.ts
 * If a claim breaks, the shortest history that fast-check finds is printed as a case for `cases.ts`.
 */
const HISTORIES = Number(process.env.SIMULATION_HISTORIES ?? 500);
const SEED = Number(process.env.SIMULATION_SEED ?? 1);
/** In so many histories, each claim is judged. */
const ENOUGH = 10_000;
/** Histories of one run of fast-check: a failure in a long night is found and shrunk soon, and memory stays flat. */
const CHUNK = 2_500;

t.test(`no claim breaks in ${HISTORIES} random histories`, async (t) => {
  let figures = nothing();
  for (let seed = SEED; figures.histories < HISTORIES; seed++) {
    const result = await campaign({ seed, histories: Math.min(CHUNK, HISTORIES - figures.histories), hooks });
    figures = sum(figures, result.figures);
    t.comment(figuresText(figures));
    if (!t.equal(result.failure && asCase(result.failure), undefined, `seed ${seed}`)) break;
  }
  t.strictSame(enoughHeld(figures), [], 'and they hold what they are about');
  for (const line of tallyLines(figures)) t.comment(line);
  if (figures.histories >= ENOUGH) t.strictSame(neverJudged(figures), [], 'and each claim was judged');
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
