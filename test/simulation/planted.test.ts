import t from 'tap';
import { finalize } from '../../src/operator/finalize.js';
import { RULES } from '../../src/operator/rules/index.js';
import { sync } from '../../src/operator/sync.js';
import { campaign } from './campaign.js';
import { PLANTED } from './planted.js';

const hooks = { sync, finalize };
/** As long as it may take. All that are planted are tried by `npm run test:simulation`. */
const HISTORIES = 1000;

/** What can be broken besides a rule of sync. */
const BESIDES = ['observe', 'respond', 'finalize', 'fence'];

t.test('every rule has a bug planted in it', async (t) => {
  const names = [...RULES.map(({ name }) => name), ...BESIDES];
  t.same(
    [...new Set(PLANTED.map(({ rule }) => rule))].sort(),
    names.sort(),
    'and every bug is in a rule that is there',
  );
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
