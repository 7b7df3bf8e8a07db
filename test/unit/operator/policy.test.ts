import t from 'tap';
import type { Spec } from '../../../src/api/spec.js';
import { policyViolations } from '../../../src/operator/policy.js';
import { target } from '../../support/builders.js';
import { POLICY_GROUPS, settingsOf } from '../../support/policy-cases.js';
import { settingsWith } from '../../support/settings.js';

for (const group of POLICY_GROUPS) {
  t.test(group.about, async (t) => {
    for (const { claim, spec, refusedBy } of group.cases) {
      const found = policyViolations(spec as Spec, settingsOf(group));
      if (refusedBy === undefined) t.strictSame(found, [], `let through: ${claim}`);
      else t.ok(found.length > 0 && found.every((violation) => violation.includes(refusedBy)), claim, { found });
    }
  });
}

t.test('labels, annotations and node selectors that the API server would refuse in the Job', async (t) => {
  const allowingAll = settingsWith({ allowedMetadata: ['*'] });
  const key = (field: string, name: string): string =>
    `spec.${field} has the key "${name}", which must be a name of at most 63 letters, digits, - _ . with an optional DNS prefix and a slash`;
  const value = (field: string, name: string, text: string): string =>
    `spec.${field}["${name}"] "${text}" must be at most 63 letters, digits, - _ . and begin and end with a letter or digit`;
  for (const [spec, violations, reason] of [
    [{ labels: { 'example.com/team': 'a_b-1.c', team: '' } }, [], 'a prefix is optional, and so is a value'],
    [{ labels: { 'a b': 'x' } }, [key('labels', 'a b')], 'a space'],
    [{ labels: { 'Example.com/team': 'x' } }, [key('labels', 'Example.com/team')], 'a prefix that is no DNS name'],
    [{ annotations: { 'a/b/c': 'x' } }, [key('annotations', 'a/b/c')], 'two slashes'],
    [{ annotations: { ['a'.repeat(64)]: 'x' } }, [key('annotations', 'a'.repeat(64))], 'a name that is too long'],
    [
      { annotations: { [`${'a.'.repeat(127)}b/c`]: 'x' } },
      [key('annotations', `${'a.'.repeat(127)}b/c`)],
      'a prefix too',
    ],
    [{ labels: { team: '-x' } }, [value('labels', 'team', '-x')], 'a value that begins with a dash'],
    [{ nodeSelector: { disk: 'x y' } }, [value('nodeSelector', 'disk', 'x y')], 'a node selector is made of labels'],
    [{ annotations: { note: 'any text: at all' } }, [], "an annotation's value may be anything"],
  ] as const)
    t.same(policyViolations({ ddbCtlDpJob: target, ...spec }, allowingAll), violations, reason);
});
