import t from 'tap';
import type { Spec } from '../../../src/api/spec.js';
import { policyViolations } from '../../../src/operator/policy.js';
import { POLICY_GROUPS, settingsOf } from '../../support/policy-cases.js';

for (const group of POLICY_GROUPS) {
  t.test(group.about, async (t) => {
    for (const { claim, spec, refusedBy } of group.cases) {
      const found = policyViolations(spec as Spec, settingsOf(group));
      if (refusedBy === undefined) t.strictSame(found, [], `let through: ${claim}`);
      else t.ok(found.length > 0 && found.every((violation) => violation.includes(refusedBy)), claim, { found });
    }
  });
}
