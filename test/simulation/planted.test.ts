import t from 'tap';
import { finalize } from '../../src/operator/finalize.js';
import { sync } from '../../src/operator/sync.js';
import { campaign } from './campaign.js';
import { PLANTED } from './planted.js';

const hooks = { sync, finalize };
/** As long as it may take. All that are planted are tried by `npm run test:simulation`. */
const HISTORIES = 1000;

t.test('every rule has a bug planted in it', (t) => {
  const rules = new Set(PLANTED.map(({ rule }) => rule));
  for (const rule of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 'finalize', 'fence'] as const)
    t.ok(rules.has(rule), `${rule}`);
  t.end();
});

t.test('the first bug of each rule breaks a claim', async (t) => {
  const rules = [...new Set(PLANTED.map(({ rule }) => rule))];
  for (const rule of rules) {
    const planted = PLANTED.find((bug) => bug.rule === rule)!;
    const { failure } = await campaign({
      seed: 7,
      histories: HISTORIES,
      hooks,
      against: hooks,
      shrink: false,
      ...planted,
    });
    t.ok(failure, `${rule}: ${planted.bug}: ${failure?.claim}`);
  }
  t.end();
});
