import t from 'tap';
import { finalize } from '../../src/operator/finalize.js';
import { sync } from '../../src/operator/sync.js';
import { asCase, campaign, enoughHeld, figuresText } from './campaign.js';
import { runHistory } from './history.js';
import { CASES } from './cases.js';

const hooks = { sync, finalize };
/** A taste of what `npm run test:simulation` does with 10,000. */
const HISTORIES = 500;

t.test('no claim breaks in random histories', async (t) => {
  const { figures, failure } = await campaign({ seed: 42, histories: HISTORIES, hooks });
  t.comment(figuresText(figures));
  t.equal(failure && asCase(failure), undefined);
  t.strictSame(enoughHeld(figures), [], 'and they hold what they are about');
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
