import t from 'tap';
import { Role, RoleBinding, ServiceAccount } from '../../../src/api/rights.js';
import { rightsOf } from '../../../src/operator/rights.js';
import { createValidator } from '../../../src/webhook/validation.js';

const NAME = 'sample-0123456789';
const metadata = { name: NAME, namespace: 'default' };
const rbac = 'rbac.authorization.k8s.io';
const rule = { apiGroups: ['g'], resources: ['r'], resourceNames: ['n'], verbs: ['patch'] };
const subject = { kind: 'ServiceAccount', name: NAME, namespace: 'default' };

const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false };
const role = { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules: [rule] };
const binding = {
  apiVersion: `${rbac}/v1`,
  kind: 'RoleBinding',
  metadata,
  roleRef: { apiGroup: rbac, kind: 'Role', name: NAME },
  subjects: [subject],
};
const ref = (change: object): object => ({ ...binding, roleRef: { ...binding.roleRef, ...change } });
const to = (change: object): object => ({ ...binding, subjects: [{ ...subject, ...change }] });
const granting = (change: object): object => ({ ...role, rules: [{ ...rule, ...change }] });
const named = (change: object): object => ({ ...account, metadata: { ...metadata, ...change } });

/** What may leave: `kind` is the schema that is asked. */
const CASES: readonly { kind: keyof typeof SCHEMAS; value: unknown; valid: boolean; because: string }[] = [
  { kind: 'ServiceAccount', value: account, valid: true, because: 'an account of a run' },
  { kind: 'ServiceAccount', value: named({ labels: { a: 'b' } }), valid: true, because: 'with labels' },
  { kind: 'ServiceAccount', value: named({ labels: { a: 1 } }), valid: false, because: 'a label that is no text' },
  {
    kind: 'ServiceAccount',
    value: named({ annotations: {} }),
    valid: false,
    because: 'an IAM role is not ours to give',
  },
  {
    kind: 'ServiceAccount',
    value: named({ ownerReferences: [] }),
    valid: false,
    because: 'Metacontroller sets the owner',
  },
  { kind: 'ServiceAccount', value: named({ namespace: undefined }), valid: false, because: 'in which namespace?' },
  { kind: 'ServiceAccount', value: named({ namespace: 'a.b' }), valid: false, because: 'no namespace is called so' },
  { kind: 'ServiceAccount', value: named({ namespace: 'a'.repeat(64) }), valid: false, because: 'nor as long' },
  { kind: 'ServiceAccount', value: named({ name: '' }), valid: false, because: 'no name' },
  { kind: 'ServiceAccount', value: named({ name: 'A' }), valid: false, because: 'no such name' },
  { kind: 'ServiceAccount', value: named({ name: 'a'.repeat(254) }), valid: false, because: 'too long a name' },
  { kind: 'ServiceAccount', value: named({ name: `${NAME}\n` }), valid: false, because: 'a pattern holds to the end' },
  {
    kind: 'ServiceAccount',
    value: { ...account, automountServiceAccountToken: true },
    valid: false,
    because: 'any pod would get its token',
  },
  { kind: 'ServiceAccount', value: { ...account, secrets: [] }, valid: false, because: 'no secrets come with it' },
  { kind: 'ServiceAccount', value: role, valid: false, because: 'another kind' },
  { kind: 'Role', value: role, valid: true, because: 'one rule' },
  { kind: 'Role', value: { ...role, kind: 'ClusterRole' }, valid: false, because: 'never for the whole cluster' },
  { kind: 'Role', value: { ...role, rules: [] }, valid: false, because: 'a Role that grants nothing' },
  { kind: 'Role', value: { ...role, rules: [rule, rule] }, valid: false, because: 'and no second rule' },
  { kind: 'Role', value: granting({ resourceNames: undefined }), valid: false, because: 'it would be for all of them' },
  { kind: 'Role', value: granting({ resourceNames: [] }), valid: false, because: 'an empty list means all of them' },
  { kind: 'Role', value: granting({ verbs: [] }), valid: false, because: 'no verb' },
  { kind: 'Role', value: granting({ nonResourceURLs: ['/metrics'] }), valid: false, because: 'objects only' },
  { kind: 'Role', value: { ...role, aggregationRule: {} }, valid: false, because: 'a field that is not ours' },
  { kind: 'RoleBinding', value: binding, valid: true, because: 'one account of the namespace' },
  { kind: 'RoleBinding', value: to({ kind: 'User' }), valid: false, because: 'no person' },
  { kind: 'RoleBinding', value: to({ kind: 'Group', name: 'system:authenticated' }), valid: false, because: 'nor all' },
  { kind: 'RoleBinding', value: to({ apiGroup: rbac }), valid: false, because: 'a field that an account has not' },
  { kind: 'RoleBinding', value: to({ namespace: undefined }), valid: false, because: 'an account of which namespace?' },
  { kind: 'RoleBinding', value: { ...binding, subjects: [] }, valid: false, because: 'nobody' },
  { kind: 'RoleBinding', value: { ...binding, subjects: [subject, subject] }, valid: false, because: 'two of them' },
  {
    kind: 'RoleBinding',
    value: ref({ kind: 'ClusterRole', name: 'admin' }),
    valid: false,
    because: "not a cluster's role",
  },
  { kind: 'RoleBinding', value: ref({ name: 'Admin:x' }), valid: false, because: 'a name that no Role of ours has' },
  { kind: 'RoleBinding', value: ref({ apiGroup: '' }), valid: false, because: 'another group' },
  { kind: 'RoleBinding', value: { ...binding, apiVersion: `${rbac}/v2` }, valid: false, because: 'another version' },
];

/** By the webhook's validator, which checks every response. */
const validator = createValidator();
const SCHEMAS = {
  ServiceAccount: validator.compile(ServiceAccount),
  Role: validator.compile(Role),
  RoleBinding: validator.compile(RoleBinding),
};

for (const { kind, value, valid, because } of CASES) t.equal(SCHEMAS[kind](value), valid, `${kind}: ${because}`);

t.test('what the operator grants is as these schemas say', async (t) => {
  for (const granted of [NAME, 'ddbctl-worker'])
    for (const right of rightsOf({ name: NAME, account: granted }, { name: 'sample', namespace: 'default' }))
      t.ok(SCHEMAS[right.kind](right), `${right.kind} for ${granted}`);
});
