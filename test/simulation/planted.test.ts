import t from 'tap';
import { finalize } from '../../src/operator/finalize.js';
import { RULES } from '../../src/operator/rules/index.js';
import { sync } from '../../src/operator/sync.js';
import { campaign } from './campaign.js';
import { PLANTED } from './planted.js';

const hooks = { sync, finalize };
/** If many histories are requested, as in CI, all bugs are tried; otherwise the first of each rule. */
const ALL = process.env.SIMULATION_HISTORIES !== undefined;
/** The maximum number of histories to try. */
const HISTORIES = ALL ? 2000 : 1000;

/** What can be broken besides a rule of sync. */
const BESIDES = ['createJob', 'observe', 'respond', 'finalize', 'fence', 'report'];

t.test('every rule has a bug planted in it', async (t) => {
  const names = [...RULES.map(({ name }) => name), ...BESIDES];
  t.same(
    [...new Set(PLANTED.map(({ rule }) => rule))].sort(),
    names.sort(),
    'and every bug is in a rule that is there',
  );
});

t.test(`${ALL ? 'every bug' : 'the first bug of each rule'} breaks a claim`, async (t) => {
  const first = new Map(PLANTED.toReversed().map((planted) => [planted.rule, planted]));
  for (const planted of ALL ? PLANTED : first.values()) {
    const { failure } = await campaign({
      seed: 7,
      histories: HISTORIES,
      hooks,
      against: hooks,
      shrink: false,
      ...planted,
    });
    t.ok(failure, `${planted.rule}: ${planted.bug}: ${failure?.claim}`);
  }
  t.end();
});
