import { fileURLToPath } from 'node:url';
import t from 'tap';
import { type Manifest, renderKustomization } from '../../manifests/kustomization.js';
import type { Parent } from '../../src/api/hooks.js';
import { GROUP } from '../../src/api/names.js';
import { sync } from '../../src/operator/sync.js';
import { NOW } from '../support/builders.js';
import { clientsOf } from '../support/clients.js';
import { openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { eventually, kubectl } from '../support/kubectl.js';
import { installScopedCrd, type ScopedCrd } from '../support/scoped-crd.js';
import { installScopedPolicy } from '../support/scoped-policy.js';
import { defaultSettings } from '../support/settings.js';

const folder = fileURLToPath(new URL('../../manifests/known-fields', import.meta.url));
const [policy, binding] = renderKustomization(folder) as [Manifest, Manifest];

const target = { tableName: 'Orders', partitionValue: 'x' };
/** Each deletes the whole partition at once if the field is ignored. */
const MISTAKES = [
  {
    what: 'mode one indent too far',
    spec: { ddbCtlDpJob: { ...target, mode: 'DryRun' } },
    field: 'spec.ddbCtlDpJob.mode',
    meant: 'spec.mode',
  },
  {
    what: 'sortkey',
    spec: { ddbCtlDpJob: { ...target, sortkey: { beginsWith: '2023-' } } },
    field: 'spec.ddbCtlDpJob.sortkey',
    meant: 'sortKey',
  },
];
/** One for every object that has fields of its own. */
const EVERYWHERE: readonly [spec: object, says: string][] = [
  [{ dryRun: true }, 'spec.dryRun: unknown field; known fields: ddbCtlDpJob, mode'],
  [{ tableName: 'Orders' }, 'spec.tableName: unknown field; did you mean spec.ddbCtlDpJob.tableName?'],
  [{ Suspend: true }, 'spec.Suspend: unknown field; did you mean suspend?'],
  [
    { ddbCtlDpJob: { ...target, sortKey: { beginsWith: 'a', From: 'b' } } },
    'spec.ddbCtlDpJob.sortKey.From: unknown field; did you mean from?',
  ],
  [
    {
      ddbCtlDpJob: {
        tableName: 'Orders',
        partitionValueFrom: { secretKeyRef: { name: 'ddbctl-a', key: 'b' }, optional: true },
      },
    },
    'spec.ddbCtlDpJob.partitionValueFrom.optional: unknown field; known fields: secretKeyRef',
  ],
  [
    {
      ddbCtlDpJob: {
        tableName: 'Orders',
        partitionValueFrom: { secretKeyRef: { name: 'ddbctl-a', key: 'b', optional: true } },
      },
    },
    'spec.ddbCtlDpJob.partitionValueFrom.secretKeyRef.optional: unknown field',
  ],
  [
    { credentialsSecretRef: { name: 'ddbctl-a', namespace: 'b' } },
    'spec.credentialsSecretRef.namespace: unknown field',
  ],
  [{ resources: { claims: [] } }, 'spec.resources.claims: unknown field; known fields: requests, limits'],
  [{ tolerations: [{ operator: 'Exists', keys: 'a' }] }, 'spec.tolerations[].keys: unknown field; known fields: key'],
  [{ imagePullSecrets: [{ name: 'a', Name: 'b' }] }, 'spec.imagePullSecrets[].Name: unknown field; did you mean name?'],
  [JSON.parse('{"__proto__": {"mode": "DryRun"}}') as object, 'spec.__proto__: unknown field'],
  [{ ['x'.repeat(300)]: 1 }, `spec.${'x'.repeat(63)}: unknown field`],
];

/** A blank value in YAML is null. Each of these, if it were dropped, deletes more, at once or unguarded. */
const BLANK: readonly [field: string, spec: object][] = [
  ['spec.suspend', { ddbCtlDpJob: target, suspend: null }],
  ['spec.maxWriteUnitsPerSecond', { ddbCtlDpJob: target, maxWriteUnitsPerSecond: null }],
  ['spec.backoffLimit', { ddbCtlDpJob: target, backoffLimit: null }],
  ['spec.ddbCtlDpJob.sortKey', { ddbCtlDpJob: { ...target, sortKey: null } }],
  ['spec.ddbCtlDpJob.requirePointInTimeRecovery', { ddbCtlDpJob: { ...target, requirePointInTimeRecovery: null } }],
  ['spec.ddbCtlDpJob.awsRegion', { ddbCtlDpJob: { ...target, awsRegion: null } }],
];
const NULL = 'null is no value: write one, or leave the field out';

const stored = async (crd: ScopedCrd, name: string): Promise<Parent> => {
  const { body } = await crd.request('GET', name, '');
  return JSON.parse(JSON.stringify(body).replaceAll(crd.group, GROUP)) as Parent;
};

const answerTo = (parent: Parent) =>
  sync(
    { controller: {}, parent, children: { 'Job.batch/v1': {} }, related: {}, finalizing: false },
    defaultSettings,
    NOW,
  );

t.test('a real API server', { skip: WITHOUT_CLUSTER }, async (t) => {
  const cluster = await openCluster();
  t.teardown(() => cluster.close());
  const crd = await installScopedCrd(cluster);
  t.teardown(() => crd.remove());
  const clients = clientsOf(cluster);

  t.test('without the policy an unknown field is kept, and keeps the operator from starting', async (t) => {
    for (const [i, client] of clients.entries())
      for (const [j, { what, spec, field, meant }] of MISTAKES.entries()) {
        const name = `kept-${i}-${j}`;
        const { ok, said } = await client.create(crd, name, spec);
        t.ok(ok, `${client.name}: ${what} is taken`, { said });
        const { status, children } = answerTo(await stored(crd, name));
        t.strictSame(children, [], 'no Job');
        const finished = status.conditions?.find(({ type }) => type === 'Finished');
        t.match(finished, { status: 'False', reason: 'UnsupportedSpec' });
        t.match(finished?.message, `${field}: unknown field; did you mean ${meant}?`);
      }
  });

  t.test('without the policy a blank value is kept, and keeps the operator from starting', async (t) => {
    for (const [i, [field, spec]] of BLANK.entries()) {
      const created = await crd.request('POST', undefined, '', { body: crd.resource(`blank-${i}`, spec) });
      t.equal(created.code, 201, `${field} is taken`);
      const { status, children } = answerTo(await stored(crd, `blank-${i}`));
      t.strictSame(children, [], 'no Job');
      const finished = status.conditions?.find(({ type }) => type === 'Finished');
      t.match(finished, { status: 'False', reason: 'UnsupportedSpec' });
      t.match(finished?.message, `${field}: ${NULL}`);
    }
    const mode = await crd.request('POST', undefined, '', {
      body: crd.resource('blank-mode', { ddbCtlDpJob: target, mode: null }),
    });
    t.equal(mode.code, 422, 'null is no mode');
  });

  t.test('kubectl explain knows every field still', async (t) => {
    const explained = await kubectl('explain', `ddbctldpjobs.spec.ddbCtlDpJob`, `--api-version=${crd.group}/v1alpha1`);
    for (const field of ['tableName', 'sortKey', 'awsRegion']) t.match(explained, new RegExp(`^ +${field}\\t`, 'm'));
  });

  t.test('server-side apply knows who owns which field still', async (t) => {
    const apply = (manager: string, spec: object) =>
      crd.request('PATCH', 'owned', `?fieldManager=${manager}`, {
        body: crd.resource('owned', spec),
        contentType: 'application/apply-patch+yaml',
      });
    t.equal((await apply('author', { ddbCtlDpJob: target, mode: 'DryRun' })).code, 201);
    t.equal((await apply('pauser', { suspend: true })).code, 200, 'another field is no conflict');
    t.equal((await apply('pauser', { suspend: true, mode: 'Execute' })).code, 409, 'the same field is one');
  });

  t.test('with the policy it is refused by name, whoever writes it', async (t) => {
    await crd.request('POST', undefined, '', {
      body: crd.resource('older', {
        ddbCtlDpJob: target,
        legalHold: true,
        tolerations: [{ keys: 'a', operator: 'Exists' }],
      }),
    });
    const installed = await installScopedPolicy(cluster, crd, policy, binding);
    t.teardown(() => installed.remove());
    const post = (spec: object) =>
      crd.request('POST', undefined, '?dryRun=All', { body: crd.resource('case', { ddbCtlDpJob: target, ...spec }) });
    await eventually('the policy is at work', async () => (await post({ anything: 1 })).code === 422);
    t.strictSame(await installed.warnings(), [], 'the type check of the API server has nothing to say');

    for (const [i, client] of clients.entries())
      for (const [j, { what, spec, field, meant }] of MISTAKES.entries()) {
        const { ok, said } = await client.create(crd, `refused-${i}-${j}`, spec);
        t.notOk(ok, `${client.name}: ${what} is refused`);
        t.match(said, `${field}: unknown field; did you mean ${meant}?`);
      }
    for (const [spec, says] of EVERYWHERE) {
      const { code, body } = await post(spec);
      t.match({ code, message: body.message }, { code: 422, message: says }, says);
    }
    for (const [field, spec] of BLANK) {
      const { code, body } = await post(spec);
      t.match({ code, message: body.message }, { code: 422, message: `${field}: ${NULL}` }, `a blank ${field}`);
    }
    t.equal((await post({ mode: 'DryRun', suspend: true, labels: { any: 'thing' } })).code, 201, 'known ones are not');

    const blank = (body: object) =>
      crd.request('PATCH', 'blank-3', '', { body, contentType: 'application/merge-patch+json' });
    t.equal((await blank({ metadata: { finalizers: ['example.com/a'] } })).code, 200, 'what was blank can be marked');
    t.equal((await blank({ metadata: { finalizers: [] }, spec: { ddbCtlDpJob: { sortKey: null } } })).code, 200);
    t.match(answerTo(await stored(crd, 'blank-3')).children, [{ kind: 'Job' }], 'without the blank field it starts');

    const patch = (body: object) =>
      crd.request('PATCH', 'older', '', { body, contentType: 'application/merge-patch+json' });
    t.equal((await patch({ spec: { suspend: true } })).code, 200, 'what was stored before can be paused');
    t.equal((await patch({ metadata: { finalizers: ['example.com/a'] } })).code, 200, 'and marked');
    t.equal((await patch({ metadata: { finalizers: [] } })).code, 200);
    t.equal((await patch({ spec: { legalhold: true } })).code, 422, 'but gets nothing more that is unknown');
    t.equal((await patch({ spec: { legalHold: null, tolerations: null } })).code, 200, 'and can be corrected');
    t.match(answerTo(await stored(crd, 'older')).children, [], 'it is paused');
    t.equal((await patch({ spec: { suspend: false } })).code, 200);
    t.match(answerTo(await stored(crd, 'older')).children, [{ kind: 'Job' }], 'then it starts');
  });
});
