import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readManifests } from '../../manifests/kustomization.js';
import { rightsOf } from '../../src/operator/rights.js';
import { type Answer, openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { eventually } from '../support/kubectl.js';
import { installScopedCrd } from '../support/scoped-crd.js';

const manifests = fileURLToPath(new URL('../../manifests', import.meta.url));
const MERGE = 'application/merge-patch+json';
const PATHS = {
  ServiceAccount: ['/api/v1', 'serviceaccounts'],
  Role: ['/apis/rbac.authorization.k8s.io/v1', 'roles'],
  RoleBinding: ['/apis/rbac.authorization.k8s.io/v1', 'rolebindings'],
} as const;

interface Rule {
  apiGroups: string[];
  verbs: string[];
}

t.test('a real API server', { skip: WITHOUT_CLUSTER }, async (t) => {
  const cluster = await openCluster();
  t.teardown(() => cluster.close());
  const crd = await installScopedCrd(cluster);
  t.teardown(() => crd.remove());
  const { namespace } = crd;
  const create = (kind: keyof typeof PATHS, body: object, as?: string): Promise<Answer> => {
    const [api, plural] = PATHS[kind];
    return cluster.request('POST', `${api}/namespaces/${namespace}/${plural}`, { body, ...(as && { as }) });
  };
  const asUser = async (name: string, rules: unknown): Promise<void> => {
    await create('Role', { metadata: { name }, rules });
    await create('RoleBinding', {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'User', name }],
    });
  };
  const least = crd.scoped(readManifests(join(manifests, 'rbac/metacontroller/role.yaml'))[0]?.rules) as Rule[];
  await asUser('metacontroller', least);
  const isOurs = ({ apiGroups }: Rule): boolean => apiGroups[0] === crd.group;
  await asUser(
    'without-patch',
    least.map((rule) => (isOurs(rule) ? { ...rule, verbs: rule.verbs.filter((verb) => verb !== 'patch') } : rule)),
  );
  const spec = { suspend: true, ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' } };
  for (const name of ['run', 'other']) await cluster.request('POST', crd.path(), { body: crd.resource(name, spec) });
  const rights = crd.scoped(
    rightsOf({ name: 'run-0123456789', account: 'run-0123456789' }, { name: 'run', namespace }),
  );
  const [, role] = rights;
  await eventually(
    'the roles are in effect',
    async () => (await create('ServiceAccount', { metadata: { name: 'probe' } }, 'without-patch')).code !== 403,
  );

  t.test('nobody grants what he does not have', async (t) => {
    const refused = await create('Role', role!, 'without-patch');
    t.match(refused, { code: 403, body: { message: /attempting to grant RBAC permissions not currently held/ } });
  });

  t.test('with its least rights, Metacontroller grants what a worker needs', async (t) => {
    for (const right of rights) t.equal((await create(right.kind, right, 'metacontroller')).code, 201, right.kind);
  });

  t.test('and no more', async (t) => {
    const more = (verbs: string[], resources = ['ddbctldpjobs']) =>
      create(
        'Role',
        { metadata: { name: 'more' }, rules: [{ apiGroups: [crd.group], resources, verbs }] },
        'metacontroller',
      );
    for (const [why, answer] of [
      ['to delete resources', await more(['delete'])],
      ['everything', await more(['*'])],
      ['to patch their status', await more(['patch'], ['ddbctldpjobs/status'])],
    ] as const)
      t.equal(answer.code, 403, why);
  });

  t.test('the worker may patch its own resource, and nothing else', async (t) => {
    const as = `system:serviceaccount:${namespace}:run-0123456789`;
    const look = (name: string) =>
      crd.request('PATCH', name, '?dryRun=All', { as, body: { metadata: {} }, contentType: MERGE });
    await eventually('its Role is in effect', async () => (await look('run')).code === 200);
    t.equal((await look('run')).code, 200);
    t.equal((await look('other')).code, 403, 'another resource');
    t.equal((await crd.request('GET', 'run', '', { as })).code, 403, 'not even read it');
    t.equal((await cluster.request('GET', crd.path(), { as })).code, 403, 'nor list');
    t.equal((await crd.request('DELETE', 'run', '?dryRun=All', { as })).code, 403, 'nor delete it');
    t.equal((await cluster.request('GET', `/apis/batch/v1/namespaces/${namespace}/jobs`, { as })).code, 403, 'Jobs');
  });
});
