import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { REPORT_ANNOTATION } from '../../src/api/names.js';
import { type Manifest, readManifests, renderKustomization } from '../../manifests/kustomization.js';
import { type Answer, openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { eventually } from '../support/kubectl.js';
import { installScopedCrd } from '../support/scoped-crd.js';
import { installScopedPolicy } from '../support/scoped-policy.js';

const manifests = fileURLToPath(new URL('../../manifests', import.meta.url));
const MERGE = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';
const APPLY = 'application/apply-patch+yaml';

t.test('a real API server', { skip: WITHOUT_CLUSTER }, async (t) => {
  const cluster = await openCluster();
  t.teardown(() => cluster.close());
  const crd = await installScopedCrd(cluster);
  t.teardown(() => crd.remove());
  const [policy, binding] = renderKustomization(join(manifests, 'worker', 'report-is-not-approve')) as [
    Manifest,
    Manifest,
  ];
  const installed = await installScopedPolicy(cluster, crd, policy, binding);
  t.teardown(() => installed.remove());

  const REPORT = crd.scoped(REPORT_ANNOTATION);
  const RBAC = `/apis/rbac.authorization.k8s.io/v1/namespaces/${crd.namespace}`;
  const create = async (path: string, body: object): Promise<Answer['body']> => {
    const answer = await cluster.request('POST', path, { body });
    if (answer.code !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const bindRole = async (name: string, rules: unknown, subject: object) => {
    await create(`${RBAC}/roles`, { metadata: { name }, rules });
    await create(`${RBAC}/rolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [subject],
    });
  };

  // The worker's rights are those of manifests/worker; a person's and Metacontroller's those of manifests/rbac.
  const granted = ['service-account', 'report-right'].flatMap((part) =>
    renderKustomization(join(manifests, 'worker', part)),
  );
  for (const manifest of granted.map(crd.scoped)) {
    const kind = { ServiceAccount: '', Role: 'roles', RoleBinding: 'rolebindings' }[manifest.kind];
    await create(kind ? `${RBAC}/${kind}` : `/api/v1/namespaces/${crd.namespace}/serviceaccounts`, manifest);
  }
  const rulesOf = (file: string) => crd.scoped(readManifests(join(manifests, 'rbac', file))[0]?.rules);
  await bindRole('editor', rulesOf('editor-role.yaml'), { kind: 'User', name: 'editor' });
  await bindRole('viewer', rulesOf('viewer-role.yaml'), { kind: 'User', name: 'viewer' });
  await bindRole('metacontroller', rulesOf('metacontroller/role.yaml'), { kind: 'User', name: 'metacontroller' });

  const spec = { mode: 'DryRun', suspend: true, ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' } };
  // An owner that is there: the garbage collector deletes what belongs to nobody.
  const owning = await create(`/api/v1/namespaces/${crd.namespace}/configmaps`, { metadata: { name: 'owner' } });
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owning.metadata.uid };
  const { uid } = (
    await create(
      crd.path(),
      crd.resource('run', spec, {
        labels: { team: 'a' },
        annotations: { note: 'x' },
        finalizers: ['example.com/held'],
        ownerReferences: [owner],
      }),
    )
  ).metadata;

  const worker = `system:serviceaccount:${crd.namespace}:ddbctl-worker`;
  const patch = (as: string, body: unknown, contentType = MERGE, name = 'run', query = '?dryRun=All') =>
    crd.request('PATCH', name, query, { as, body, contentType });
  const annotate = (annotations: Record<string, string | null>) => ({ metadata: { annotations } });

  await eventually(
    'the policy is at work, and RBAC too',
    async () => (await patch(worker, { spec: { suspend: false } })).code === 422,
  );

  t.test('its own type check has nothing to say against the expressions', async (t) => {
    t.strictSame(await installed.warnings(), []);
  });

  t.test('the worker changes nothing but the report', async (t) => {
    const refusals: [claim: string, part: string, body: unknown, contentType?: string][] = [
      ['approves', 'spec', { spec: { mode: 'Execute' } }],
      ['resumes', 'spec', { spec: { suspend: false } }],
      ['takes suspend away', 'spec', { spec: { suspend: null } }],
      ['cancels', 'spec', { spec: { cancel: true } }],
      ['lifts a cap', 'spec', { spec: { maxWriteUnitsPerSecond: 40000 } }],
      ['changes the time to live', 'spec', { spec: { ttlSecondsAfterFinished: 0 } }],
      ['chooses a service account', 'spec', { spec: { serviceAccountName: 'admin' } }],
      ['adds a label', 'labels', { metadata: { labels: { more: 'x' } } }],
      ['changes a label', 'labels', { metadata: { labels: { team: 'b' } } }],
      ['removes the labels', 'labels', { metadata: { labels: null } }],
      ['adds another annotation', 'annotations', annotate({ more: 'x' })],
      ['changes another annotation', 'annotations', annotate({ note: 'y' })],
      ['removes another annotation', 'annotations', annotate({ note: null })],
      ['removes all annotations', 'annotations', { metadata: { annotations: null } }],
      ['adds an annotation that begins as the report does', 'annotations', annotate({ [`${REPORT}s`]: 'x' })],
      ['reports and changes another annotation', 'annotations', annotate({ [REPORT]: '{}', note: 'y' })],
      ['removes the finalizers', 'finalizers', { metadata: { finalizers: null } }],
      ['adds a finalizer', 'finalizers', { metadata: { finalizers: ['example.com/held', 'example.com/more'] } }],
      ['removes the owners', 'ownerReferences', { metadata: { ownerReferences: null } }],
      ['changes an owner', 'ownerReferences', { metadata: { ownerReferences: [{ ...owner, name: 'other' }] } }],
      ['reports and approves', 'spec', { ...annotate({ [REPORT]: '{}' }), spec: { mode: 'Execute' } }],
      ['approves by a JSON patch', 'spec', [{ op: 'replace', path: '/spec/mode', value: 'Execute' }], JSON_PATCH],
    ];
    for (const [claim, part, body, contentType] of refusals) {
      const answer = await patch(worker, body, contentType);
      t.equal(answer.code, 422, `refused: ${claim}`, { answer });
      t.match(answer.body.message, new RegExp(`${part} .*may be changed only by clients that may update`), claim);
    }
    const apply = crd.resource('run', { ...spec, mode: 'Execute' });
    const applied = await patch(worker, apply, APPLY, 'run', '?dryRun=All&fieldManager=worker&force=true');
    t.equal(applied.code, 422, 'refused: approves by a server-side apply', { applied });
  });

  t.test('the worker reports, and looks at its parent', async (t) => {
    const report = JSON.stringify({ parentUID: uid, mode: 'DryRun', jobUID: 'j', final: false });
    const guarded = { metadata: { uid, annotations: { [REPORT]: report } } };
    t.equal((await patch(worker, guarded, MERGE, 'run', '')).code, 200, 'the first report, written');
    const second = { metadata: { uid, annotations: { [REPORT]: report.replace('false', 'true') } } };
    t.equal((await patch(worker, second)).code, 200, 'the second report');
    const look = await patch(worker, { metadata: { uid } });
    t.match(
      look,
      { code: 200, body: { metadata: { uid }, spec: { mode: 'DryRun' } } },
      'the answer is the live parent',
    );
  });

  t.test('another uid is refused in words of its own, by which the fence knows it', async (t) => {
    const answer = await patch(worker, { metadata: { uid: '00000000-0000-4000-8000-000000000001' } });
    t.match(answer, { code: 422, body: { details: { causes: [{ field: 'metadata.uid' }] } } });
    const byPolicy = await patch(worker, { spec: { mode: 'Execute' } });
    t.notMatch(JSON.stringify(byPolicy.body.details), 'metadata.uid', "the policy's refusal is not mistaken for it");
  });

  t.test('the worker has no other right', async (t) => {
    const refused = [
      await crd.request('GET', 'run', '', { as: worker }),
      await crd.request('GET', undefined, '', { as: worker }),
      await crd.request('DELETE', 'run', '', { as: worker }),
      await crd.request('PUT', 'run', '', { as: worker, body: crd.resource('run', spec) }),
      await crd.request('PATCH', 'run/status', '', { as: worker, contentType: MERGE, body: { status: {} } }),
      await crd.request('POST', undefined, '', { as: worker, body: crd.resource('more', spec) }),
    ];
    t.strictSame(
      refused.map(({ code }) => code),
      [403, 403, 403, 403, 403, 403],
    );
  });

  t.test('an empty patch reads the resource, and with the managed right only the own one', async (t) => {
    const patchOne = { apiGroups: [crd.group], resources: ['ddbctldpjobs'], resourceNames: ['run'], verbs: ['patch'] };
    await bindRole('of-one-run', [patchOne], { kind: 'User', name: 'of-one-run' });
    await create(crd.path(), crd.resource('neighbor', spec));
    const look = (as: string, name: string) => patch(as, {}, MERGE, name);
    const answer = await eventually('RBAC to be at work', async () => {
      const latest = await look('of-one-run', 'run');
      return latest.code === 200 && latest;
    });
    t.match(answer.body, { spec: { ddbCtlDpJob: { partitionValue: 'x' } } });
    t.equal((await look('of-one-run', 'neighbor')).code, 403);
    t.match(
      (await look(worker, 'neighbor')).body,
      { spec: { ddbCtlDpJob: { partitionValue: 'x' } } },
      'manifests/worker',
    );
  });

  t.test('the mark of a restored resource is a person to take away', async (t) => {
    const foreign = JSON.stringify({ parentUID: '00000000-0000-4000-8000-000000000002', mode: 'Execute', final: true });
    await create(crd.path(), crd.resource('restored', spec, { annotations: { [REPORT]: foreign } }));
    for (const [claim, value] of [
      ['removed', null],
      ['replaced', '{}'],
    ] as const) {
      const byWorker = await patch(worker, annotate({ [REPORT]: value }), MERGE, 'restored');
      t.equal(byWorker.code, 422, `not ${claim} by the worker`);
      t.match(byWorker.body.message, /marks a restored resource/);
      t.equal(
        (await patch('editor', annotate({ [REPORT]: value }), MERGE, 'restored')).code,
        200,
        `${claim} by a person`,
      );
    }
    t.equal((await patch(worker, { metadata: {} }, MERGE, 'restored')).code, 200, 'the look is not hindered');
  });

  t.test("the account of the run's Job is restricted, whatever else it may", async (t) => {
    await create(crd.path(), crd.resource('owned', spec));
    const status = { body: { status: { job: { name: 'owned-0123456789' } } }, contentType: MERGE };
    t.equal((await cluster.request('PATCH', `${crd.path('owned')}/status`, status)).code, 200);
    for (const name of ['owned-0123456789', 'another']) {
      const subject = { kind: 'ServiceAccount', name, namespace: crd.namespace };
      await bindRole(`editor-${name}`, rulesOf('editor-role.yaml'), subject);
    }
    const resume = (name: string) =>
      patch(`system:serviceaccount:${crd.namespace}:${name}`, { spec: { suspend: false } }, MERGE, 'owned');
    await eventually('RBAC is at work', async () => (await resume('another')).code === 200);
    await eventually('for both', async () => (await resume('owned-0123456789')).code !== 403);
    t.match(await resume('owned-0123456789'), { code: 422, body: { message: /spec may be changed only by clients/ } });
    t.equal((await resume('another')).code, 200, 'another account that may update');
  });

  t.test('who may update is not hindered', async (t) => {
    for (const body of [
      { spec: { mode: 'Execute', suspend: false } },
      { metadata: { labels: { team: 'b' }, finalizers: null, ownerReferences: null } },
      annotate({ note: null, [REPORT]: null }),
    ])
      t.equal((await patch('editor', body)).code, 200, 'an editor');
    t.equal((await patch('viewer', { spec: { suspend: false } })).code, 403, 'a viewer may not even try');
    t.equal((await crd.request('GET', 'run', '', { as: 'viewer' })).code, 200, 'a viewer may look');
    // Metacontroller replaces the whole, with the least rights that it needs.
    const { body } = await crd.request('GET', 'run', '', { as: 'metacontroller' });
    for (const finalizers of [['metacontroller.io/compositecontroller-x', 'example.com/held'], []]) {
      const replaced = { ...body, metadata: { ...body.metadata, finalizers, labels: { team: 'b' } } };
      const answer = await crd.request('PUT', 'run', '?dryRun=All', { as: 'metacontroller', body: replaced });
      t.equal(answer.code, 200, `Metacontroller: finalizers ${finalizers.join()}`, { answer });
    }
    const live = (await crd.request('GET', 'run', '')).body;
    live.metadata.finalizers = [];
    t.equal((await crd.request('PUT', 'run', '', { as: 'metacontroller', body: live })).code, 200, 'a finalizer goes');
  });
});
