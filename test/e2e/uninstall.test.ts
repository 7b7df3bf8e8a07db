import t from 'tap';
import { CRD_FILE, INSTALL_FILE } from '../../manifests/generate.js';
import { GROUP, PLURAL } from '../../src/api/names.js';
import { eventually, kubectl, tryKubectl } from '../support/kubectl.js';
import { install, whatIsMissing } from './support/install.js';
import { NAMESPACE, Scene } from './support/scene.js';

/** The wrong uninstall order, with a run under way: what is lost, and how to go on. docs/install.md says the same. */

const skip = (await whatIsMissing()) ?? false;
const CRD = `${PLURAL}.${GROUP}`;
/** With everything in it, and until it is gone: a namespace that is still going takes nothing new. */
const remove = (): Promise<string> => kubectl('delete', '--ignore-not-found', '--timeout=120s', '-f', INSTALL_FILE);

t.test('install.yaml is deleted in mid-run: nothing is lost, and the run goes on', { skip }, async (t) => {
  await install();
  // At this pace it lasts longer than it takes to delete everything.
  const scene = await Scene.set(t, 'e2e-uninstall', { items: 3000, delay: 0 });
  await scene.start({ maxWriteUnitsPerSecond: 20 });
  await scene.midRun(t);
  const job = await scene.job();
  await remove();
  t.equal((await scene.live())?.metadata.deletionTimestamp, undefined, 'the resource stays');
  const before = await scene.remaining();
  await eventually('the worker to go on', async () => (await scene.remaining()) < before);
  await kubectl('delete', 'ddp', scene.name, '-n', NAMESPACE, '--wait=false');
  t.ok((await scene.live())?.metadata.deletionTimestamp, 'a resource that is deleted now waits');
  t.equal((await scene.job()).metadata.uid, job.metadata.uid, 'and so does its Job');
  await install();
  await eventually('the resource to be released', async () => (await scene.live()) === undefined, { seconds: 60 });
  await eventually('its pods to go', async () => (await scene.pods(job.metadata.name)).length === 0);
  await scene.expectItems(t, await scene.expectStillness(t));
});

t.test('the CRD is deleted in mid-run: the operator stops the worker, and all resources go', { skip }, async (t) => {
  await install();
  t.teardown(install);
  const scene = await Scene.set(t, 'e2e-crd-deleted');
  await scene.start();
  await scene.midRun(t);
  const job = await scene.job();
  await kubectl('delete', '--timeout=120s', '-f', CRD_FILE);
  t.notOk((await tryKubectl(['get', 'crd', CRD])).ok);
  t.equal((await scene.pods(job.metadata.name)).length, 0, 'no pod outlives its resource');
  await scene.expectItems(t, await scene.expectStillness(t));
});
