import t, { type Test } from 'tap';
import { REPORT_ANNOTATION } from '../../src/api/names.js';
import type { Report } from '../../src/api/report.js';
import { eventually, kubectl } from '../support/kubectl.js';
import { install, whatIsMissing } from './support/install.js';
import { exitIsUnheard, nodeIsGivenUp } from './support/lost-node.js';
import { type JobObject, NAMESPACE, type PodObject, Scene } from './support/scene.js';
import { isWrite } from './support/slow-proxy.js';

/**
 * A worker has verified that the partition is empty and has exited 0, but its node is lost before its Job hears of it. Whatever is
 * written after that is not what was to be deleted. docs/design/fence.md says what a replacement does, sync.md what the operator does.
 */

const skip = (await whatIsMissing()) ?? false;

/** A run whose pod has verified and ended, and whose Job goes on taking it for running. */
async function verifiedUnheard(t: Test, name: string): Promise<{ scene: Scene; job: JobObject; pod: PodObject }> {
  const scene = await Scene.set(t, name);
  await scene.start();
  await scene.midRun(t);
  const [job, pod] = [await scene.job(), await scene.firstPod()];
  await exitIsUnheard(t, pod.metadata.name);
  t.ok((await scene.remaining()) > 0, 'before the worker is done');
  const report = await eventually('the last report', async () => {
    const text = (await scene.live())?.metadata.annotations?.[REPORT_ANNOTATION] ?? '{}';
    const said = JSON.parse(text) as Partial<Report>;
    return said.final && said;
  });
  t.match(report, { outcome: 'PartitionDeleted', verifiedEmpty: true, jobUID: job.metadata.uid });
  await scene.expectItems(t, 0);
  t.equal(await scene.state(), 'Running', 'the Job has not heard of it');
  return { scene, job, pod };
}

/** What the replacement of the pod has ended with. */
async function replacementsEnd(t: Test, scene: Scene, job: JobObject, lost: PodObject): Promise<number | undefined> {
  t.equal((await scene.job()).metadata.uid, job.metadata.uid, 'the same Job went on');
  const pods = await scene.pods(job.metadata.name);
  t.equal(pods.length, 1, 'with one replacement');
  t.not(pods[0]?.metadata.uid, lost.metadata.uid);
  return pods[0]?.status.containerStatuses?.[0]?.state.terminated?.exitCode;
}

t.test('the cluster', { skip }, install);

t.test('items were written since: the replacement says so, and deletes nothing', { skip }, async (t) => {
  const { scene, job, pod } = await verifiedUnheard(t, 'e2e-lost-written');
  await scene.write(30);
  const before = scene.asked.length;
  await nodeIsGivenUp(pod.metadata.name);
  await scene.untilFinished();
  t.equal(await scene.state(), 'GuardRefused');
  const said = await scene.untilSaid(/verified empty at/);
  t.match(
    said,
    /the target was verified empty at 20\S+Z; what is there now was written later; nothing of it was deleted/,
  );
  t.comment(said);
  t.equal(await replacementsEnd(t, scene, job, pod), 4);
  const asked = scene.asked.slice(before);
  t.ok(asked.length > 0, 'it looked');
  t.same(asked.filter(isWrite), [], 'and sent no write');
  await scene.expectItems(t, 30);
  t.match((await scene.status()).progress, { itemsDeleted: scene.items }, 'the record tells what the first pod did');
});

t.test('nothing was written since: the replacement looks once, and the run is done', { skip }, async (t) => {
  const { scene, job, pod } = await verifiedUnheard(t, 'e2e-lost-empty');
  const before = scene.asked.length;
  await nodeIsGivenUp(pod.metadata.name);
  await scene.untilFinished();
  await scene.expectDone(t);
  t.equal(await replacementsEnd(t, scene, job, pod), 0);
  t.same(scene.asked.slice(before).filter(isWrite), [], 'without a write');
  t.match(await scene.status(), { progress: { itemsDeleted: scene.items } });
});

t.test('the Job goes too: the success is unconfirmed, and nothing is started again', { skip }, async (t) => {
  const { scene, job } = await verifiedUnheard(t, 'e2e-lost-job');
  await scene.write(30);
  const before = scene.asked.length;
  await kubectl('delete', 'job', job.metadata.name, '-n', NAMESPACE);
  await scene.untilFinished();
  t.equal(await scene.state(), 'Unconfirmed');
  t.notOk((await scene.status()).verifiedEmpty);
  await scene.expectStillness(t);
  t.same(await scene.jobs(), []);
  t.equal(scene.asked.length, before, 'nobody asked the table again');
  await scene.expectItems(t, 30);
});
