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
  const allowingAll = settingsWith({ allowedMetadata: ['*'], allowedNodeSelectorKeys: ['*'] });
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
    [{ annotations: { [`${'a.'.repeat(126)}b/c`]: 'x' } }, [], 'the longest prefix'],
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

t.test('what is refused says what would be right', async (t) => {
  const said = (spec: object, changes: object = {}): string[] =>
    policyViolations({ ddbCtlDpJob: target, ...spec }, settingsWith(changes));
  t.same(said({ ddbCtlDpJob: { ...target, endpointURL: 'http://0x7f.1:80/' } }), [
    'spec.ddbCtlDpJob.endpointURL "http://127.0.0.1" is on the worker\'s own machine or link, where clouds serve credentials: only an entry in the operator\'s ALLOWED_ENDPOINTS or TRUSTED_ENDPOINTS that is exactly this, without *, allows it',
  ]);
  const narrow = { allowedRegions: ['eu-*'], allowedEndpoints: ['http://engine'], allowedPriorityClasses: ['low'] };
  t.same(said({ priorityClassName: 'high', labels: { team: 'a' }, annotations: { note: 'b' } }, narrow), [
    'spec.ddbCtlDpJob.awsRegion "us-east-1" is not in the operator\'s ALLOWED_REGIONS',
    "spec.ddbCtlDpJob.endpointURL (absent) is not in the operator's ALLOWED_ENDPOINTS",
    'spec.priorityClassName "high" is not in the operator\'s ALLOWED_PRIORITY_CLASSES',
    'the key in spec.labels "team" is not in the operator\'s ALLOWED_METADATA',
    'the key in spec.annotations "note" is not in the operator\'s ALLOWED_METADATA',
  ]);
  t.same(said({ resources: { requests: { cpu: 96 }, limits: { memory: '3Gi' } } }), [
    "spec.resources.requests.cpu 96 is above the operator's MAX_WORKER_CPU: at most 2",
    "spec.resources.limits.memory 3Gi is above the operator's MAX_WORKER_MEMORY: at most 2Gi",
  ]);
  t.same(said({}, { heldTables: ['Ord*'] }), [
    'spec.ddbCtlDpJob.tableName "Orders" is under hold by the operator\'s HELD_TABLES: nothing of it is deleted',
  ]);
  t.same(said({ maxItems: 11 }, { maxItems: 10 }), ["spec.maxItems 11 is above the operator's MAX_ITEMS: at most 10"]);
  t.same(said({ tolerations: [{ key: 'a' }, { operator: 'Exists' }] }, { allowedTolerations: ['b', 'c'] }), [
    'spec.tolerations[0] "a" is not in the operator\'s ALLOWED_TOLERATIONS: allowed: b, c',
    "spec.tolerations[1] without a key tolerates every taint, and is not in the operator's ALLOWED_TOLERATIONS: allowed: b, c",
  ]);
  t.same(said({ nodeSelector: { disk: 'ssd' } }, { allowedNodeSelectorKeys: [] }), [
    'the key in spec.nodeSelector "disk" is not in the operator\'s ALLOWED_NODE_SELECTOR_KEYS: it allows none',
  ]);
});

t.test('the key that signs receipts is for nothing else, even where every Secret is allowed', async (t) => {
  const settings = settingsWith({ allowedSecrets: ['*'], receiptKeySecret: 'ddbctl-receipt-key' });
  const { partitionValue: _value, ...keyless } = target;
  const fromSecret = (name: string) => ({
    ddbCtlDpJob: { ...keyless, partitionValueFrom: { secretKeyRef: { name, key: 'private.pem' } } },
  });
  for (const [spec, field, reason] of [
    [fromSecret('ddbctl-receipt-key'), 'spec.ddbCtlDpJob.partitionValueFrom.secretKeyRef.name', 'it is no partition'],
    [
      { ddbCtlDpJob: target, credentialsSecretRef: { name: 'ddbctl-receipt-key' } },
      'spec.credentialsSecretRef.name',
      'nor credentials',
    ],
    [fromSecret('ddbctl-tenant'), undefined, 'another Secret'],
  ] as const)
    t.same(
      policyViolations(spec, settings),
      field === undefined
        ? []
        : [`${field} "ddbctl-receipt-key" is the operator's RECEIPT_KEY_SECRET, which nothing but receipts may use`],
      reason,
    );
});
