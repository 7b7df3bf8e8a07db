import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { APPROVED_BY_ANNOTATION, CREATED_BY_ANNOTATION, REPORT_ANNOTATION } from '../../src/api/names.js';
import { type Manifest, readManifests, renderKustomization } from '../../manifests/kustomization.js';
import { openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { eventually, tryKubectl } from '../support/kubectl.js';
import { installScopedCrd } from '../support/scoped-crd.js';
import { installScopedPolicy } from '../support/scoped-policy.js';

const manifests = fileURLToPath(new URL('../../manifests', import.meta.url));
const [policy, binding] = renderKustomization(join(manifests, 'second-person')) as [Manifest, Manifest];

t.test('the policy names the annotations of the API', async (t) => {
  const { variables } = policy.spec as { variables: { name: string; expression: string }[] };
  const expressionOf = (wanted: string) => variables.find(({ name }) => name === wanted)?.expression;
  t.equal(expressionOf('CREATED_BY'), `'${CREATED_BY_ANNOTATION}'`);
  t.equal(expressionOf('APPROVED_BY'), `'${APPROVED_BY_ANNOTATION}'`);
});

t.test('a real API server', { skip: WITHOUT_CLUSTER }, async (t) => {
  const cluster = await openCluster();
  t.teardown(() => cluster.close());
  const crd = await installScopedCrd(cluster);
  t.teardown(() => crd.remove());
  const [CREATED_BY, APPROVED_BY, REPORT] = [CREATED_BY_ANNOTATION, APPROVED_BY_ANNOTATION, REPORT_ANNOTATION].map(
    crd.scoped,
  ) as [string, string, string];

  const RBAC = `/apis/rbac.authorization.k8s.io/v1/namespaces/${crd.namespace}`;
  const rules = crd.scoped(readManifests(join(manifests, 'rbac', 'editor-role.yaml'))[0]?.rules);
  const role = { metadata: { name: 'editor' }, rules };
  t.equal((await cluster.request('POST', `${RBAC}/roles`, { body: role })).code, 201);
  const rolebinding = {
    metadata: { name: 'editor' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'editor' },
    subjects: ['ann', 'ben', 'cem'].map((name) => ({ kind: 'User', name })),
  };
  t.equal((await cluster.request('POST', `${RBAC}/rolebindings`, { body: rolebinding })).code, 201);

  const target = { tableName: 'Orders', partitionValue: 'x' };
  const post = (as: string, name: string, spec: object, annotations: object, query = '?dryRun=All') =>
    crd.request('POST', undefined, query, {
      as,
      body: crd.resource(name, { ddbCtlDpJob: target, ...spec }, { annotations }),
    });
  const patch = (as: string, name: string, spec: object, annotations: object = {}, query = '?dryRun=All') =>
    crd.request('PATCH', name, query, {
      as,
      body: { spec, metadata: { annotations } },
      contentType: 'application/merge-patch+json',
    });
  const byAnn = { [CREATED_BY]: 'ann' };
  const byBen = { [APPROVED_BY]: 'ben' };
  const APPROVE = { mode: 'Execute' };
  await eventually('RBAC is at work', async () => (await post('ann', 'probe', { mode: 'DryRun' }, byAnn)).code === 201);

  const report = async (name: string, status: object): Promise<void> => {
    const contentType = 'application/merge-patch+json';
    const { code, body } = await cluster.request('PATCH', `${crd.path(name)}/status`, {
      body: { status },
      contentType,
    });
    t.equal(code, 200, String(body.message));
  };
  const BEGAN = { mode: 'Execute', startTime: '2026-11-30T02:00:00Z' };

  // Before there was a policy, anybody could write any name.
  const prepared = { ...byAnn, ...byBen };
  for (const [name, spec, annotations] of [
    ['prepared', { mode: 'DryRun' }, prepared],
    ['prepared-waiting', { suspend: true }, prepared],
    ['prepared-by-nobody', { mode: 'DryRun' }, byBen],
    ['prepared-running', {}, prepared],
  ] as const)
    t.equal((await post('ann', name, spec, annotations, '')).code, 201);
  // And nobody had to.
  const older = await post('ann', 'older', { mode: 'DryRun' }, {}, '');
  t.equal(older.code, 201);
  t.equal((await post('ann', 'running', {}, {}, '')).code, 201);

  const installed = await installScopedPolicy(cluster, crd, policy, binding);
  t.teardown(() => installed.remove());
  await eventually(
    'the policy is at work',
    async () => (await post('ann', 'probe', { mode: 'DryRun' }, {})).code === 422,
  );

  t.test('its own type check has nothing to say against the expressions', async (t) => {
    t.strictSame(await installed.warnings(), []);
  });

  t.test('who creates a resource says who they are, and approves nothing', async (t) => {
    for (const [claim, spec, annotations, refusal] of [
      ['a count', { mode: 'DryRun' }, byAnn, undefined],
      ['a deletion that waits', { suspend: true }, byAnn, undefined],
      ['one that is cancelled', { cancel: true }, byAnn, undefined],
      ['nobody', { mode: 'DryRun' }, {}, /created-by must be the name of the user who creates the resource: ann/],
      ['somebody else', { mode: 'DryRun' }, { [CREATED_BY]: 'ben' }, /: ann$/],
      ['an empty name', { mode: 'DryRun' }, { [CREATED_BY]: '' }, /: ann$/],
      ['a deletion that begins at once', {}, byAnn, /create it with mode: DryRun/],
      ['the same in words', { mode: 'Execute', suspend: false }, byAnn, /create it with mode: DryRun/],
      ['an approval in advance', { suspend: true }, { ...byAnn, ...byBen }, /without the annotation approved-by/],
      ['an approval of their own', { suspend: true }, { ...byAnn, [APPROVED_BY]: 'ann' }, /without the annotation/],
    ] as const) {
      const { code, body } = await post('ann', 'case', spec, annotations);
      if (refusal === undefined) t.equal(code, 201, `let through: ${claim}`, { body });
      else t.match({ code, message: body.message }, { code: 422, message: refusal }, claim);
    }
  });

  t.test('another person approves, under their own name', async (t) => {
    t.equal((await post('ann', 'counted', { mode: 'DryRun' }, byAnn, '')).code, 201);
    t.equal((await post('ann', 'waiting', { suspend: true }, byAnn, '')).code, 201);
    for (const [claim, name, who, spec, annotations, refusal] of [
      ['another approves a count', 'counted', 'ben', APPROVE, byBen, undefined],
      ['with a limit', 'counted', 'ben', { ...APPROVE, maxItems: 7 }, byBen, undefined],
      ['another starts what waits', 'waiting', 'ben', { suspend: false }, byBen, undefined],
      ['or takes the line away', 'waiting', 'ben', { suspend: null }, byBen, undefined],
      ['the creator', 'counted', 'ann', APPROVE, { [APPROVED_BY]: 'ann' }, /another person than the one who created/],
      ['the creator, starting', 'waiting', 'ann', { suspend: false }, { [APPROVED_BY]: 'ann' }, /another person/],
      ["the creator in another's name", 'counted', 'ann', APPROVE, byBen, /must be the name of the user.*ann/],
      ['nobody is named', 'counted', 'ben', APPROVE, {}, /set the annotation .*approved-by to ben/],
      ['nobody is named, starting', 'waiting', 'ben', { suspend: false }, {}, /set the annotation .* to ben/],
      ["in a third person's name", 'counted', 'cem', APPROVE, byBen, /must be the name of the user who approves, cem/],
      ['in advance', 'counted', 'ben', {}, byBen, /in the change that lets the run delete/],
      ['still suspended', 'counted', 'ben', { ...APPROVE, suspend: true }, byBen, /in the change that lets/],
      ['the creator is changed', 'counted', 'ben', {}, { [CREATED_BY]: 'cem' }, /created-by cannot be changed/],
      ['the creator is taken away', 'counted', 'ann', {}, { [CREATED_BY]: null }, /created-by cannot be changed/],
      ['changed and approved', 'counted', 'ann', APPROVE, { [CREATED_BY]: 'ben', [APPROVED_BY]: 'ann' }, /cannot be/],
    ] as const) {
      const { code, body } = await patch(who, name, spec, annotations);
      if (refusal === undefined) t.equal(code, 200, `let through: ${claim}`, { body });
      else t.match({ code, message: body.message }, { code: 422, message: refusal }, claim);
    }
    for (const [claim, spec, annotations] of [
      ['a pause', { suspend: true }, {}],
      ['a cancellation', { cancel: true }, {}],
      ['a limit', { maxWriteUnitsPerSecond: 5 }, {}],
      ['a report', {}, { [REPORT]: '{}' }],
    ] as const)
      t.equal((await patch('ann', 'counted', spec, annotations)).code, 200, `the creator may still write ${claim}`);
  });

  t.test('an approval stays as it is', async (t) => {
    t.equal((await post('ann', 'approved', { mode: 'DryRun', maxItems: 7 }, byAnn, '')).code, 201);
    t.equal((await patch('ben', 'approved', APPROVE, byBen, '')).code, 200);
    for (const [claim, who, spec, annotations, refusal] of [
      ['it is taken away', 'ben', {}, { [APPROVED_BY]: null }, /approved-by cannot be changed/],
      ['it is changed', 'cem', {}, { [APPROVED_BY]: 'cem' }, /approved-by cannot be changed/],
      ['more than was approved', 'ann', { maxItems: 8 }, {}, /cannot be changed after the approval/],
      ['no limit', 'ann', { maxItems: null }, {}, /cannot be changed after the approval/],
      ['another account', 'ann', { serviceAccountName: 'admin' }, {}, /cannot be changed after the approval/],
      ['other credentials', 'ann', { credentialsSecretRef: { name: 'ddbctl-a' } }, {}, /cannot be changed after/],
      ['a pause', 'ann', { suspend: true }, {}, undefined],
      ['the end', 'ann', { cancel: true }, {}, undefined],
    ] as const) {
      const { code, body } = await patch(who, 'approved', spec, annotations);
      if (refusal === undefined) t.equal(code, 200, `let through: ${claim}`, { body });
      else t.match({ code, message: body.message }, { code: 422, message: refusal }, claim);
    }
  });

  t.test('an approval counts from the moment at which the run begins', async (t) => {
    t.equal((await post('ann', 'paused', { mode: 'DryRun', maxItems: 7 }, byAnn, '')).code, 201);
    // The count has a time of its own.
    await report('paused', { ...BEGAN, mode: 'DryRun' });
    t.equal((await patch('ben', 'paused', APPROVE, byBen, '')).code, 200);
    t.equal((await patch('ann', 'paused', { suspend: true }, {}, '')).code, 200);
    const resume = (who: string, annotations: object = {}) => patch(who, 'paused', { suspend: false }, annotations);
    t.match(await resume('ann'), { code: 422, body: { message: /name of the user who approves, ann/ } });
    for (const more of [{ maxItems: 8 }, { maxItems: null }, { serviceAccountName: 'admin' }])
      t.match(await patch('ann', 'paused', more), {
        code: 422,
        body: { message: /cannot be changed after the approval/ },
      });
    const ask = (who: string) => patch(who, 'paused', { suspend: false, maxItems: 8 }, { [APPROVED_BY]: who });
    t.match(await ask('ann'), { code: 422, body: { message: /another person than the one who created/ } });
    t.equal((await ask('cem')).code, 200, 'who approves again may approve more');
    t.equal((await patch('ann', 'paused', {}, { [APPROVED_BY]: null })).code, 422);
    t.equal((await resume('ben')).code, 200, 'who approved may approve again');
    t.equal((await resume('cem', { [APPROVED_BY]: 'cem' })).code, 200, 'and so may another');
    await report('paused', BEGAN);
    t.equal((await resume('ann')).code, 200, 'what has begun may be resumed by anyone');
    t.match(await resume('cem', { [APPROVED_BY]: 'cem' }), { code: 422, body: { message: /cannot be changed/ } });
    t.match(await patch('ann', 'paused', { maxItems: 8 }), { code: 422, body: { message: /after the approval/ } });
  });

  t.test('what was approved stays, though the run is paused before the status says that it began', async (t) => {
    t.equal((await post('ann', 'raised', { mode: 'DryRun', maxItems: 7 }, byAnn, '')).code, 201);
    t.equal((await patch('ben', 'raised', APPROVE, byBen, '')).code, 200);
    t.equal((await patch('ann', 'raised', { suspend: true }, {}, '')).code, 200);
    await patch('ann', 'raised', { maxItems: 1_000_000, serviceAccountName: 'admin' }, {}, '');
    await report('raised', BEGAN);
    const { code, body } = await patch('ann', 'raised', { suspend: false }, {}, '');
    t.equal(code, 200, 'anyone may resume it');
    t.match(body, { spec: { maxItems: 7 } });
    t.notMatch(body, { spec: { serviceAccountName: 'admin' } });
  });

  t.test('an approval from before the policy counts for nothing', async (t) => {
    const AS_ANN = /approved-by must be the name of the user who approves, ann, in the change/;
    const byCem = { [APPROVED_BY]: 'cem' };
    for (const [claim, name, who, spec, annotations, refusal] of [
      ['the creator', 'prepared', 'ann', APPROVE, {}, AS_ANN],
      ['the creator, naming another', 'prepared', 'ann', APPROVE, byBen, AS_ANN],
      ['the creator, taking the mode away', 'prepared', 'ann', { mode: null }, {}, /./],
      ['the creator, by their own name', 'prepared', 'ann', APPROVE, { [APPROVED_BY]: 'ann' }, /another person than/],
      ['the creator, starting', 'prepared-waiting', 'ann', { suspend: false }, {}, AS_ANN],
      ['the creator, without a name', 'prepared-waiting', 'ann', { suspend: null }, { [APPROVED_BY]: null }, /set the/],
      ['in the name that was prepared', 'prepared', 'cem', APPROVE, {}, /name of the user who approves, cem/],
      ['in advance', 'prepared', 'cem', {}, byCem, /in the change that lets the run delete/],
      ['still suspended', 'prepared', 'cem', { ...APPROVE, suspend: true }, byCem, /in the change that lets/],
      ['it is taken away', 'prepared', 'ann', {}, { [APPROVED_BY]: null }, /in the change that lets/],
      ['nobody is the creator', 'prepared-by-nobody', 'cem', APPROVE, byCem, /must be created again/],
      ['another approves a count', 'prepared', 'cem', APPROVE, byCem, undefined],
      ['another starts what waits', 'prepared-waiting', 'cem', { suspend: false }, byCem, undefined],
      ['whose name it is', 'prepared', 'ben', APPROVE, {}, undefined],
      ['a pause', 'prepared', 'ann', { suspend: true }, {}, undefined],
      ['a cancellation', 'prepared-waiting', 'ann', { cancel: true }, {}, undefined],
      ['a limit', 'prepared-by-nobody', 'ann', { maxItems: 5 }, {}, /cannot be changed after the approval/],
      ['a limit of who approves', 'prepared', 'cem', { ...APPROVE, maxItems: 5 }, byCem, undefined],
      ['another pace', 'prepared-by-nobody', 'ann', { maxWriteUnitsPerSecond: 5 }, {}, undefined],
      ['a report', 'prepared', 'ann', {}, { [REPORT]: '{}' }, undefined],
      ['what deletes already continues', 'prepared-running', 'ann', { suspend: true }, {}, undefined],
    ] as const) {
      const { code, body } = await patch(who, name, spec, annotations);
      if (refusal === undefined) t.equal(code, 200, `let through: ${claim}`, { body });
      else t.match({ code, message: body.message }, { code: 422, message: refusal }, claim);
    }
  });

  t.test('a person learns their user name as the page says', async (t) => {
    const { ok, out } = await tryKubectl(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}']);
    t.ok(ok && out !== '', out);
  });

  t.test('what was there before the policy', async (t) => {
    t.equal((await patch('ann', 'running', { suspend: true }, {}, '')).code, 200, 'what deletes may be paused');
    const resumed = await patch('ben', 'running', { suspend: false }, byBen);
    t.match({ code: resumed.code, message: resumed.body.message }, { code: 422, message: /must be created again/ });
    const approved = await patch('ben', 'older', APPROVE, byBen);
    t.match({ code: approved.code, message: approved.body.message }, { code: 422, message: /must be created again/ });
    t.equal((await patch('ann', 'older', {}, byAnn)).code, 422, 'nobody can say so later');
    t.equal((await crd.request('DELETE', 'older', '', { as: 'ann' })).code, 200, 'deleting needs no approval');
  });
});
