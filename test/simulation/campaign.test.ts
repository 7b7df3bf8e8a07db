import { runInThisContext } from 'node:vm';
import t from 'tap';
import { asCase } from './campaign.js';
import { CASES } from './cases.js';

t.test('a case is printed with all of its fields, also with those that are undefined', async (t) => {
  const failures = CASES.map(({ claim, detail, plan }) => ({ seed: plan.seed, claim, detail, plan }));
  t.ok(
    failures.some(({ plan }) => plan.ttl === undefined && 'ttl' in plan),
    'there are such cases',
  );
  // As `test/simulation/cases.ts` would hold them.
  const printed = runInThisContext(`[${failures.map(asCase).join('\n')}]`) as typeof CASES;
  t.strictSame(
    printed,
    failures.map(({ claim, detail, plan }) => ({ claim, detail, plan })),
  );
  t.same(
    printed.map(({ plan }) => Object.keys(plan)),
    CASES.map(({ plan }) => Object.keys(plan)),
  );
});
