import t from 'tap';
import { ownChildrenOnly } from '../../../../src/operator/desired/own-children-only.js';
import { rightsOf } from '../../../../src/operator/rights.js';
import { ownBearer, request } from '../../../support/builders.js';

const parent = request().parent.metadata;
const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'any', namespace: 'default' } };
const bearer = ownBearer();
const [account, role, binding] = rightsOf(bearer, parent) as [Changed, Changed, Changed];
const [, toNamed] = rightsOf({ ...bearer, account: 'ddbctl-worker' }, parent) as [Changed, Changed];

interface Changed {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
  rules: Record<string, unknown>[];
  roleRef: object;
  subjects: object[];
}

const rule = (change: object): object => ({ ...role, rules: [{ ...role.rules[0], ...change }] });
const subject = (change: object): object => ({ ...binding, subjects: [{ ...binding.subjects[0], ...change }] });
const meta = (child: Changed, change: object): object => ({ ...child, metadata: { ...child.metadata, ...change } });

const rows: readonly [reason: string, child: object, passes: boolean][] = [
  ['a Job of the own namespace', job, true],
  ['of another namespace', { ...job, metadata: { ...job.metadata, namespace: 'kube-system' } }, false],
  ['not a Job', { ...job, kind: 'Secret' }, false],
  ['a Job of another API', { ...job, apiVersion: 'evil/v1' }, false],
  ["the worker's account", account, true],
  ['its Role', role, true],
  ['its binding', binding, true],
  ['a binding to an account that the resource names', toNamed, true],
  ['the rights of a DryRun', rightsOf(ownBearer('DryRun'), parent)[1]!, true],
  ['a Role of another name', meta(role, { name: 'admin' }), false],
  ['of another namespace', meta(role, { namespace: 'kube-system' }), false],
  ['with an owner', meta(role, { ownerReferences: [] }), false],
  ['with annotations', meta(account, { annotations: { 'eks.amazonaws.com/role-arn': 'x' } }), false],
  ['for more verbs', rule({ verbs: ['patch', 'update'] }), false],
  ['for any verb', rule({ verbs: ['*'] }), false],
  ['for another resource', rule({ resourceNames: ['other'] }), false],
  ['for all resources', { ...role, rules: [{ ...role.rules[0], resourceNames: undefined }] }, false],
  ['for secrets', rule({ apiGroups: [''], resources: ['secrets'] }), false],
  ['for its status', rule({ resources: ['ddbctldpjobs/status'] }), false],
  ['of no rule', { ...role, rules: [] }, false],
  [
    'of one more rule',
    { ...role, rules: [...role.rules, { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
    false,
  ],
  ['for the whole cluster', { ...role, kind: 'ClusterRole' }, false],
  ['a binding to another Role', { ...binding, roleRef: { ...binding.roleRef, name: 'admin' } }, false],
  ['to a ClusterRole', { ...binding, roleRef: { ...binding.roleRef, kind: 'ClusterRole' } }, false],
  ['of nobody', { ...binding, subjects: [] }, false],
  ['of one more account', { ...binding, subjects: [...binding.subjects, ...toNamed.subjects] }, false],
  ['of a user', subject({ kind: 'User' }), false],
  ['of a group', subject({ kind: 'Group', name: 'system:authenticated' }), false],
  ['of an account in another namespace', subject({ namespace: 'kube-system' }), false],
  ['of a name that is none', subject({ name: '*' }), false],
  ['of a name that is no text', subject({ name: 7 }), false],
  ['an account that mounts its token everywhere', { ...account, automountServiceAccountToken: true }, false],
  ['an account with secrets', { ...account, secrets: [{ name: 'x' }] }, false],
];

for (const [reason, child, passes] of rows)
  t.test(reason, async (t) => {
    const answer = { children: [job, child as typeof job], extra: 1 };
    if (passes) t.equal(ownChildrenOnly(parent, answer), answer, 'handed back as it is');
    else t.throws(() => ownChildrenOnly(parent, answer), /^(?=.*(child|right) )/);
  });

t.same(ownChildrenOnly(parent, { children: [] }), { children: [] }, 'no child is as good as any');
