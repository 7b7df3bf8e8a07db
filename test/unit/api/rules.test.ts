import t from 'tap';
import { specViolations } from '../../../src/api/validate.js';
import { RULE_CASES } from '../../support/rule-cases.js';

for (const [about, cases] of Object.entries(RULE_CASES)) {
  t.test(about, async (t) => {
    for (const { claim, spec, from, refusals = [] } of cases) {
      const found = specViolations(spec, from);
      if (refusals.length === 0) t.strictSame(found, [], `accepted: ${claim}`);
      for (const { path, message } of refusals) {
        const words = typeof message === 'string' ? message : message.local;
        t.ok(
          found.some((violation) => violation.path === path && violation.message.includes(words)),
          `refused: ${claim}`,
          { found, wanted: { path, words } },
        );
      }
    }
  });
}

t.test('a stored spec that is wrong can be named without what is in it', async (t) => {
  const text = JSON.stringify(specViolations({ ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'secret\0' } }));
  t.match(text, 'partitionValue');
  t.notMatch(text, 'secret');
});

t.test('nothing is proposed where nothing better can be', async (t) => {
  const [violation] = specViolations({
    ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x', endpointURL: 'http://a-http://b/c' },
  });
  t.notMatch(violation?.message, 'did you mean');
});
