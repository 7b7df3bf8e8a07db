import t, { type Test } from 'tap';
import { eventually, kubectl } from '../support/kubectl.js';
import { install, whatIsMissing } from './support/install.js';
import { metacontrollerKiller } from './support/metacontroller.js';
import { NAMESPACE, Scene } from './support/scene.js';

/**
 * Metacontroller is killed and starts again, with the lists that the API server gives it then. What has finished stays finished,
 * whatever became of its Job meanwhile; what was under way goes on.
 */

const missing = await whatIsMissing();
const killer = missing === undefined ? await metacontrollerKiller() : missing;
const skip = typeof killer === 'string' && killer;
const kill = async (): Promise<void> => {
  if (typeof killer === 'string') throw new Error(killer);
  await killer();
};

const WRITTEN_SINCE = 20;

/** A run that has ended, and after which somebody wrote to the partition again: a second run would show. */
async function finishedScene(t: Test, name: string): Promise<Scene> {
  const scene = await Scene.set(t, name, { items: 60, delay: 0 });
  await scene.start({ ttlSecondsAfterFinished: 5 });
  await scene.untilFinished();
  await scene.expectDone(t);
  await scene.write(WRITTEN_SINCE);
  return scene;
}

/** Metacontroller has shown the resource to the operator again. */
async function isServed(scene: Scene, seconds = 60): Promise<void> {
  await scene.patch({ ttlSecondsAfterFinished: 6 + (Math.floor(Date.now() / 1000) % 1000) });
  await eventually(
    `${scene.name} to be served`,
    async () => {
      const live = await scene.live();
      return live?.status?.observedGeneration === live?.metadata.generation;
    },
    { seconds },
  );
}

async function staysFinished(t: Test, scene: Scene, asked: number): Promise<void> {
  t.equal(scene.asked.length, asked, 'nobody asked the table again');
  await scene.expectItems(t, WRITTEN_SINCE);
  t.match(await scene.status(), { verifiedEmpty: true, progress: { itemsDeleted: scene.items } });
  t.equal(await scene.state(), 'PartitionDeleted');
}

t.test('the cluster', { skip }, install);

t.test('killed while the Job of a finished run is there', { skip }, async (t) => {
  const scene = await finishedScene(t, 'e2e-killed-kept');
  const [{ uid }, asked] = [(await scene.job()).metadata, scene.asked.length];
  await kill();
  await isServed(scene);
  t.same(
    (await scene.jobs()).map(({ metadata }) => metadata.uid),
    [uid],
    'the Job is kept, and no other is there',
  );
  await staysFinished(t, scene, asked);
});

t.test('killed while a finished Job goes', { skip }, async (t) => {
  const byTtl = await finishedScene(t, 'e2e-killed-ttl');
  const byHand = await finishedScene(t, 'e2e-killed-gone');
  const jobOfByHand = (await byHand.job()).metadata.name;
  const asked = [byTtl.asked.length, byHand.asked.length] as const;
  await Promise.all([
    kill(),
    // As the operator asks for it where the TTL has passed,
    byTtl.backdateEnd(),
    // and as anybody else may do it, unseen.
    kubectl('delete', 'job', jobOfByHand, '-n', NAMESPACE),
  ]);
  await isServed(byTtl);
  await isServed(byHand);
  await eventually('the Job to go by its TTL', async () => (await byTtl.jobs()).length === 0, { seconds: 30 });
  // Once more, with lists that show neither Job.
  await kill();
  for (const scene of [byTtl, byHand]) {
    await isServed(scene);
    t.same(await scene.jobs(), [], 'no Job is made again');
  }
  await staysFinished(t, byTtl, asked[0]);
  await staysFinished(t, byHand, asked[1]);
});

t.test('killed in mid-run: the same Job goes on, and its end is recorded', { skip }, async (t) => {
  const scene = await Scene.set(t, 'e2e-killed-mid-run');
  await scene.start();
  await scene.midRun(t);
  const { uid } = (await scene.job()).metadata;
  await kill();
  await scene.untilFinished();
  await scene.expectDone(t);
  t.same(
    (await scene.jobs()).map(({ metadata }) => metadata.uid),
    [uid],
  );
  t.equal((await scene.status()).restarts ?? 0, 0);
});
