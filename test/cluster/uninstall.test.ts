import t from 'tap';
import { INSTALL_FILE } from '../../manifests/generate.js';
import { readManifests } from '../../manifests/kustomization.js';
import { GROUP } from '../../src/api/names.js';
import { openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { eventually, tryKubectl } from '../support/kubectl.js';
import { installScopedCrd } from '../support/scoped-crd.js';

const SPEC = { ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'p' } };
/** As Metacontroller puts it on every resource. Only a sync of finalize takes it away. */
const FINALIZER = `metacontroller.io/compositecontroller-dynamoctl-dp-operator`;
/** Not needed here, and not to be seen by a Metacontroller or a kubelet that is in this cluster. */
const LEFT_OUT = ['Deployment', 'CompositeController'];

t.test('the wrong uninstall order, with a resource left', { skip: WITHOUT_CLUSTER }, async (t) => {
  const cluster = await openCluster();
  t.teardown(() => cluster.close());
  const crd = await installScopedCrd(cluster);
  t.teardown(() => crd.remove());
  const id = crd.group.replace(`.${GROUP}`, '');
  // install.yaml under other names, so that it does not touch an operator that runs in this cluster.
  const install = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: readManifests(INSTALL_FILE).filter(({ kind }) => !LEFT_OUT.includes(kind)),
  })
    .replaceAll(GROUP, crd.group)
    .replaceAll('dynamoctl-dp-operator', `${id}-operator`)
    .replaceAll('ddbctldpjob-', `${id}-`);
  const left = crd.resource('left', SPEC, { finalizers: [FINALIZER] });
  const live = async () => (await cluster.request('GET', crd.path('left'))).body.metadata;
  const release = () =>
    cluster.request('PATCH', crd.path('left'), {
      body: { metadata: { finalizers: null } },
      contentType: 'application/merge-patch+json',
    });
  t.teardown(release);
  t.equal((await tryKubectl(['apply', '-f', '-'], install)).err, '');
  t.equal((await crd.request('POST', undefined, '', { body: left })).code, 201);

  await t.test('install.yaml is deleted: the resource and its CRD stay', async (t) => {
    const { ok, err } = await tryKubectl(['delete', '--wait=false', '-f', '-'], install);
    t.ok(ok, err);
    t.equal((await cluster.request('GET', crd.crdPath)).body.metadata.deletionTimestamp, undefined);
    t.equal((await live()).deletionTimestamp, undefined);
    t.same((await live()).finalizers, [FINALIZER]);
    await eventually('the rest to go', async () => !(await tryKubectl(['get', '-f', '-'], install)).out);
    t.ok((await tryKubectl(['apply', '-f', '-'], install)).ok, 'and can be applied again');
    t.equal((await live()).deletionTimestamp, undefined);
    await tryKubectl(['delete', '--wait=false', '-f', '-'], install);
  });

  await t.test('the CRD is deleted: so is every resource, and nothing can be taken back', async (t) => {
    t.equal((await cluster.request('DELETE', crd.crdPath)).code, 200);
    await eventually('the resource to be marked', async () => (await live()).deletionTimestamp);
    t.same((await live()).finalizers, [FINALIZER], 'it waits for an operator');
    const another = crd.resource('another', SPEC);
    const refused = await crd.request('POST', undefined, '', { body: another });
    t.match(refused.body, { message: /create not allowed while custom resource definition is terminating/ });
    // Kubernetes 1.31 calls it a method that is not supported, a later one a request that is forbidden.
    t.ok([403, 405].includes(refused.code), String(refused.code));
    await release();
    await eventually('the CRD to go', async () => (await cluster.request('GET', crd.crdPath)).code === 404);
  });
});
