import { fileURLToPath } from 'node:url';
import t from 'tap';
import { type Manifest, renderKustomization } from '../../manifests/kustomization.js';
import { LOCAL_NAMES, LOCAL_NETWORKS } from '../../src/api/local-endpoints.js';
import { SETTINGS } from '../../src/api/settings.js';
import { type Answer, openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { eventually } from '../support/kubectl.js';
import { POLICY_GROUPS } from '../support/policy-cases.js';
import { installScopedCrd } from '../support/scoped-crd.js';
import { installScopedPolicy } from '../support/scoped-policy.js';

interface Variable {
  name: string;
  expression: string;
}

const folder = fileURLToPath(new URL('../../manifests/policy', import.meta.url));
const [policy, binding] = renderKustomization(folder) as [Manifest, Manifest];
const { variables } = policy.spec as { variables: Variable[] };
const literal = (text: string): string => `'${text}'`;

t.test('the lists have the defaults of the settings', async (t) => {
  const settings = SETTINGS.filter(({ name }) => /^(ALLOWED|TRUSTED|MAX|HELD|RECEIPT)_/.test(name));
  t.equal(settings.length, 16);
  for (const setting of settings) {
    const variable = variables.find(({ name }) => name === setting.name);
    t.equal(variable?.expression, literal('default' in setting ? setting.default : ''), setting.name);
  }
});

t.test('the networks and names that are local are those of the operator', async (t) => {
  for (const [name, list] of Object.entries({ LOCAL_NETWORKS, LOCAL_NAMES })) {
    const expression = variables.find((variable) => variable.name === name)?.expression ?? '';
    t.same(
      [...expression.matchAll(/'([^']+)'/g)].map(([, entry]) => entry),
      list,
      name,
    );
  }
});

/** The policy as an overlay would have it, with other lists. */
const withLists = (lists: Readonly<Record<string, string>>): Manifest => ({
  ...policy,
  spec: {
    ...(policy.spec as object),
    variables: variables.map((variable) =>
      variable.name in lists ? { ...variable, expression: literal(lists[variable.name]!) } : variable,
    ),
  },
});

/** No group lets this through. */
const PROBE = {
  ddbCtlDpJob: { tableName: 'Orders', partitionValueFrom: { secretKeyRef: { name: 'no', key: 'k' } } },
};

/** A policy takes a moment to begin. `ask` is what it will refuse. */
const atWork = (ask: () => Promise<Answer>): Promise<unknown> =>
  eventually('the policy is at work', async () =>
    / is (not in ALLOWED|under hold by HELD)_/.test((await ask()).body.message ?? ''),
  );

t.test('a real API server', { skip: WITHOUT_CLUSTER }, async (t) => {
  const cluster = await openCluster();
  t.teardown(() => cluster.close());

  for (const { about, lists, cases } of POLICY_GROUPS) {
    t.test(about, async (t) => {
      const crd = await installScopedCrd(cluster);
      t.teardown(() => crd.remove());
      const installed = await installScopedPolicy(cluster, crd, withLists(lists), binding);
      t.teardown(() => installed.remove());
      const post = (spec: object) =>
        crd.request('POST', undefined, '?dryRun=All', { body: crd.resource('case', spec) });

      await atWork(() => post(PROBE));
      t.strictSame(await installed.warnings(), [], 'the type check of the API server has nothing to say');
      for (const { claim, spec, refusedBy } of cases) {
        const { code, body } = await post(spec);
        if (refusedBy === undefined) t.equal(code, 201, `let through: ${claim}`, { body });
        else t.match({ code, message: body.message }, { code: 422, message: refusedBy }, claim);
      }
    });
  }

  t.test('only what is new is judged: a run that the lists no longer allow can still be stopped', async (t) => {
    const crd = await installScopedCrd(cluster);
    t.teardown(() => crd.remove());
    const spec = {
      ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x', endpointURL: 'http://localhost' },
      serviceAccountName: 'admin',
      priorityClassName: 'low',
      labels: { app: 'x' },
      credentialsSecretRef: { name: 'root' },
      resources: { requests: { cpu: 96 } },
      tolerations: [{ operator: 'Exists' }],
      nodeSelector: { disk: 'ssd' },
      maxItems: 100,
    };
    const created = await crd.request('POST', undefined, '', { body: crd.resource('older', spec) });
    t.equal(created.code, 201, 'before there were lists', { created });
    const none = Object.fromEntries(
      variables
        .filter(({ name }) => /^(ALLOWED|TRUSTED|MAX)_/.test(name))
        .map(({ name }) => [name, name.startsWith('MAX') ? '1' : '']),
    );
    const installed = await installScopedPolicy(cluster, crd, withLists(none), binding);
    t.teardown(() => installed.remove());
    const patch = (body: object) =>
      crd.request('PATCH', 'older', '?dryRun=All', { body, contentType: 'application/merge-patch+json' });
    await atWork(() => patch({ spec: { serviceAccountName: 'other' } }));
    t.equal((await patch({ spec: { suspend: true } })).code, 200);
    t.equal((await patch({ spec: { cancel: true } })).code, 200);
    t.equal((await patch({ metadata: { finalizers: ['example.com/a'] } })).code, 200);
    t.equal((await patch({ spec: { labels: null, priorityClassName: null } })).code, 200, 'less is not more');
    t.equal((await patch({ spec: { labels: { app: 'y' } } })).code, 422, 'a changed label is new');
    for (const changed of [
      { resources: { requests: { cpu: 97 } } },
      { tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] },
      { nodeSelector: { disk: 'hdd' } },
      { maxItems: 99 },
    ])
      t.equal((await patch({ spec: changed })).code, 422, `${Object.keys(changed).join()} that changed are new`);
    t.equal((await patch({ spec: { credentialsSecretRef: { name: 'other' } } })).code, 422, 'another Secret is new');
  });

  t.test('a run that uses a Secret which has become the key for receipts can still be stopped', async (t) => {
    const crd = await installScopedCrd(cluster);
    t.teardown(() => crd.remove());
    const secretKeyRef = { name: 'ddbctl-key', key: 'k' };
    const spec = {
      ddbCtlDpJob: { tableName: 'Orders', partitionValueFrom: { secretKeyRef } },
      credentialsSecretRef: { name: 'ddbctl-key' },
    };
    const created = await crd.request('POST', undefined, '', { body: crd.resource('older', spec) });
    t.equal(created.code, 201, 'before it was the key', { created });
    const installed = await installScopedPolicy(cluster, crd, withLists({ RECEIPT_KEY_SECRET: 'ddbctl-key' }), binding);
    t.teardown(() => installed.remove());
    await atWork(() => crd.request('POST', undefined, '?dryRun=All', { body: crd.resource('no', PROBE) }));
    const patch = (body: object) =>
      crd.request('PATCH', 'older', '?dryRun=All', { body, contentType: 'application/merge-patch+json' });
    t.equal((await patch({ spec: { suspend: true } })).code, 200);
    t.equal((await patch({ spec: { credentialsSecretRef: null } })).code, 200);
  });
});
