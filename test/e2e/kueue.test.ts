import t, { type Test } from 'tap';
import { apply, kubectl, list, pause, tryKubectl } from '../support/kubectl.js';
import { install, whatIsMissing } from './support/install.js';
import { NAMESPACE, Scene } from './support/scene.js';

/** Under a real Kueue: its queue, its admission, its evictions, and what becomes of our suspension. */

const QUEUE = 'deletions';
const LABEL = 'kueue.x-k8s.io/queue-name';
const labels = { [LABEL]: QUEUE };
const KUEUE = { apiVersion: 'kueue.x-k8s.io/v1beta2' };

/** Room for that many pods. Its flavor adds a node selector to what it admits. */
async function quota(pods: number): Promise<void> {
  const resources = { cpu: 10, memory: '10Gi', pods };
  await apply(
    {
      ...KUEUE,
      kind: 'ResourceFlavor',
      metadata: { name: 'ddbctl-e2e' },
      spec: { nodeLabels: { 'kubernetes.io/os': 'linux' } },
    },
    { ...KUEUE, kind: 'WorkloadPriorityClass', metadata: { name: 'ddbctl-e2e-urgent' }, value: 1000, description: '' },
    {
      ...KUEUE,
      kind: 'ClusterQueue',
      metadata: { name: 'ddbctl-e2e' },
      spec: {
        namespaceSelector: {},
        preemption: { withinClusterQueue: 'LowerPriority' },
        resourceGroups: [
          {
            coveredResources: Object.keys(resources),
            flavors: [
              {
                name: 'ddbctl-e2e',
                resources: Object.entries(resources).map(([name, nominalQuota]) => ({ name, nominalQuota })),
              },
            ],
          },
        ],
      },
    },
    {
      ...KUEUE,
      kind: 'LocalQueue',
      metadata: { name: QUEUE, namespace: NAMESPACE },
      spec: { clusterQueue: 'ddbctl-e2e' },
    },
  );
}

interface Workload {
  metadata: { name: string; ownerReferences?: { uid: string }[] };
}

async function setActive(scene: Scene, active: boolean): Promise<void> {
  const { uid } = (await scene.job()).metadata;
  const workload = (await list<Workload>('workloads.kueue.x-k8s.io', NAMESPACE)).find(({ metadata }) =>
    metadata.ownerReferences?.some((owner) => owner.uid === uid),
  );
  const name = workload?.metadata.name ?? 'none';
  const patch = JSON.stringify({ spec: { active } });
  await kubectl('patch', 'workloads.kueue.x-k8s.io', name, '-n', NAMESPACE, '--type=merge', '-p', patch);
}

const workers = async (): Promise<number> =>
  (await list<object>('pods', NAMESPACE, 'app.kubernetes.io/component=worker')).length;

const cases: readonly { name: string; run: (t: Test) => Promise<void> }[] = [
  {
    name: 'queued, admitted and deleted, with counts',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-kueue-sample', { items: 500, delay: 0 });
      await scene.start({ labels });
      await scene.untilFinished();
      await scene.expectDone(t);
      t.equal((await scene.status()).progress?.itemsDeleted, 500);
    },
  },
  {
    name: 'without quota it waits, and says so',
    run: async (t) => {
      await quota(0);
      const scene = await Scene.set(t, 'e2e-kueue-waits', { items: 200, delay: 0 });
      await scene.start({ labels });
      await scene.untilSaid(/^Waiting in queue deletions: Job e2e-kueue-waits-\w+ is not admitted yet$/);
      t.equal(await scene.state(), 'Pending');
      await scene.expectStillness(t);
      await quota(1);
      await scene.untilFinished();
      await scene.expectDone(t);
    },
  },
  {
    name: 'a suspension in mid-run holds, and the run goes on when it ends',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-kueue-pause');
      await scene.start({ labels });
      await scene.midRun(t);
      const { generation } = (await scene.job()).metadata;
      await scene.patch({ suspend: true });
      await scene.untilState('Suspended', 90);
      const job = (await scene.jobs())[0];
      t.equal(job, undefined, `the Job (generation ${generation} before) is gone`);
      await scene.expectStillness(t, Number(process.env.E2E_KUEUE_HOLD ?? '30'));
      t.equal(await workers(), 0, 'no pod came in between');
      t.equal(await scene.state(), 'Suspended');
      await scene.patch({ suspend: false });
      await scene.untilFinished(240);
      await scene.expectDone(t);
      t.equal((await scene.status()).restarts, 1);
    },
  },
  {
    name: 'a cancellation in mid-run stops it for good',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-kueue-cancel');
      await scene.start({ labels });
      await scene.midRun(t);
      await scene.patch({ cancel: true });
      await scene.untilState('Cancelled', 90);
      await scene.expectStillness(t, 10);
    },
  },
  {
    name: 'a deletion of the resource in mid-run',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-kueue-delete');
      await scene.start({ labels });
      await scene.midRun(t);
      const { ok } = await tryKubectl(['delete', 'ddp', scene.name, '-n', NAMESPACE, '--timeout=90s']);
      t.ok(ok, 'gone within 90 s');
      await scene.expectStillness(t);
    },
  },
  {
    name: 'an eviction is waited out: neither lost, nor resumed by us',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-kueue-evicted');
      await scene.start({ labels });
      await scene.midRun(t);
      const { uid } = (await scene.job()).metadata;
      await setActive(scene, false);
      await scene.untilSaid(/^Waiting in queue deletions/);
      await pause(35_000); // the pod's grace period
      t.equal(await scene.state(), 'Pending');
      await scene.expectStillness(t, 5);
      t.equal((await scene.job()).metadata.uid, uid, 'the same Job');
      await setActive(scene, true);
      await scene.untilFinished();
      await scene.expectDone(t);
      t.equal((await scene.status()).restarts ?? 0, 0);
    },
  },
  {
    name: 'a preemption: it waits for the other, and goes on',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-kueue-preempted');
      const urgent = await Scene.set(t, 'e2e-kueue-urgent', { items: 300, delay: 100 });
      await scene.start({ labels });
      await scene.midRun(t);
      await urgent.start({ labels: { ...labels, 'kueue.x-k8s.io/priority-class': 'ddbctl-e2e-urgent' } });
      await scene.untilSaid(/^Waiting in queue deletions/);
      await urgent.untilFinished();
      await urgent.expectDone(t);
      await scene.untilFinished();
      await scene.expectDone(t);
      t.equal((await scene.status()).restarts ?? 0, 0);
    },
  },
];

const skip = (await whatIsMissing()) ?? (await kueueIsMissing()) ?? false;

t.before(async () => {
  if (skip !== false) return;
  await install();
  await quota(1);
});

for (const { name, run } of cases) t.test(name, { skip }, run);

t.teardown(async () => {
  if (skip !== false) return;
  await tryKubectl(['delete', 'localqueues.kueue.x-k8s.io', QUEUE, '-n', NAMESPACE]);
  for (const kind of ['clusterqueues', 'resourceflavors', 'workloadpriorityclasses'])
    await tryKubectl(['delete', `${kind}.kueue.x-k8s.io`, '--all', '--timeout=30s']);
});

async function kueueIsMissing(): Promise<string | undefined> {
  const { ok } = await tryKubectl(['get', 'crd', 'clusterqueues.kueue.x-k8s.io']);
  return ok ? undefined : 'the cluster has no Kueue';
}
