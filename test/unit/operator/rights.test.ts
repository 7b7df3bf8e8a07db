import t from 'tap';
import type { ObservedRight } from '../../../src/api/hooks.js';
import { RUN_LABEL } from '../../../src/api/names.js';
import { grantsThis, mountsToken, observedFor, podSpecOf, rightsOf } from '../../../src/operator/rights.js';

const owner = { name: 'orders.eu', namespace: 'shop' };
const name = 'orders-eu-0123456789';

t.test('the rights of a run', async (t) => {
  t.match(rightsOf({ name, account: name }, owner), [
    { apiVersion: 'v1', kind: 'ServiceAccount', automountServiceAccountToken: false },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      rules: [
        {
          apiGroups: ['dynamoctl.dp.operators.sanjivmadhavan.io'],
          resources: ['ddbctldpjobs'],
          resourceNames: ['orders.eu'],
          verbs: ['patch'],
        },
      ],
    },
    {
      kind: 'RoleBinding',
      roleRef: { kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'shop' }],
    },
  ]);
  for (const { metadata } of rightsOf({ name, account: name }, owner))
    t.strictSame(
      metadata,
      {
        name,
        namespace: 'shop',
        labels: {
          'app.kubernetes.io/name': 'dynamoctl',
          'app.kubernetes.io/component': 'worker',
          'app.kubernetes.io/managed-by': 'dynamoctl-dp-operator',
          [RUN_LABEL]: '0123456789',
        },
      },
      'all named like the Job',
    );
  const named = rightsOf({ name, account: 'ddbctl-worker' }, owner);
  t.match(
    named,
    [{ kind: 'Role' }, { subjects: [{ name: 'ddbctl-worker', namespace: 'shop' }] }],
    'an account of others',
  );
  t.equal(named.length, 2, 'is only bound');
});

t.test('what grants exactly this', async (t) => {
  const [account, role, binding] = rightsOf({ name, account: name }, owner);
  const changed = (right: unknown, change: object): ObservedRight => ({ ...(right as ObservedRight), ...change });
  const rows: readonly [why: string, right: typeof role, observed: ObservedRight, grants: boolean][] = [
    ['the Role itself', role, changed(role, {}), true],
    ['with more labels', role, changed(role, { metadata: { name, labels: { more: 'x' } } }), true],
    ['with one more rule', role, changed(role, { rules: [{ verbs: ['*'] }] }), false],
    ['without rules', role, changed(role, { rules: undefined }), false],
    ['the binding itself', binding, changed(binding, {}), true],
    ['to somebody else', binding, changed(binding, { subjects: [{ kind: 'User', name: 'eve' }] }), false],
    ['of another Role', binding, changed(binding, { roleRef: { kind: 'ClusterRole', name: 'admin' } }), false],
    [
      'the account, with pull secrets of others',
      account,
      changed(account, { imagePullSecrets: [{ name: 'x' }] }),
      true,
    ],
  ];
  for (const [why, right, observed, grants] of rows) t.equal(grantsThis(right!, observed), grants, why);
});

t.test('which observed object it is', async (t) => {
  const [, role] = rightsOf({ name, account: name }, owner);
  const observed = { ...role, metadata: { name } } as unknown as ObservedRight;
  t.equal(observedFor(role!, [observed]), observed, 'of this kind and name');
  t.equal(observedFor(role!, [{ ...observed, kind: 'RoleBinding' }]), undefined, 'of another kind');
  t.equal(observedFor(role!, [{ ...observed, metadata: { name: 'other' } }]), undefined, 'of another name');
  const going = { ...observed, metadata: { name, deletionTimestamp: '2026-11-23T02:10:01Z' } };
  t.equal(observedFor(role!, [going]), undefined, 'on its way out');
});

t.test('whether a Job mounts a token', async (t) => {
  for (const [template, mounts, reason] of [
    [undefined, true, 'a Job without a template says nothing'],
    [{ spec: {} }, true, 'the default of Kubernetes'],
    [{ spec: { automountServiceAccountToken: true } }, true, 'asked for'],
    [{ spec: { automountServiceAccountToken: false } }, false, 'declined'],
  ] as const)
    t.equal(mountsToken({ spec: { template } }), mounts, reason);
  t.same(podSpecOf({ spec: {} }), {});
});
