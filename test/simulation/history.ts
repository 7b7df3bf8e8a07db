import { readReport, specViolations } from '../../src/api/validate.js';
import { KIND, REPORT_ANNOTATION, VELERO_LABEL } from '../../src/api/names.js';
import type { Violation } from './claims.js';
import { conditionOf } from '../models/cluster/condition.js';
import { Cluster, type Reports } from '../models/cluster/cluster.js';
import type { HistoryPlan } from './commands.js';
import { partitionOf } from '../models/cluster/environment.js';
import { type Fence, WORKERS_FENCE } from '../../src/worker/fence.js';
import { type ApiObject, controllerOf, isFinished, RIGHT_KINDS, same } from '../models/cluster/objects.js';
import { TARGET, Users } from './users.js';
import type { Hooks } from '../models/cluster/webhook.js';

/** Within this time after the last fault, everything has ended, including back-offs, deadlines, evictions and TTLs. */
const BOUND_MS = 2 * 3600_000;
/** Longer than a TTL measured by a clock that was set back. */
const QUIET_MS = 1_800_000;
const MINUTE = 60_000;

export interface Outcome {
  violations: Violation[];
  steps: number;
  held: { staleParent: boolean; lostAnswer: boolean; forgedReport: boolean; lostNode: boolean; restored: boolean };
  cluster: Cluster;
}

const NEIGHBOUR = partitionOf({ ...TARGET, partitionValue: 'customer 8' });
const NEIGHBOURS = 5;

/** What is broken in the workers, if anything is. */
export interface BrokenWorker {
  fence?: Fence | undefined;
  reports?: Reports;
}

interface Options extends BrokenWorker {
  /** Of so many calls of a hook, one is made twice, to compare the bytes. */
  repeatEvery?: number | undefined;
}

/** Runs one history from its plan, deterministically. */
export async function runHistory(
  plan: HistoryPlan,
  hooks: Hooks,
  { fence = WORKERS_FENCE, reports, repeatEvery }: Options = {},
  watch?: (cluster: Cluster) => void,
): Promise<Outcome> {
  const { seed, permission, pace, items } = plan;
  const cluster = new Cluster({
    seed,
    hooks,
    fence,
    reports,
    repeatEvery,
    rights: permission ? 'managed' : 'none',
    partition: partitionOf(TARGET),
    pace: { batch: 2, everyMs: pace * 1000 },
  });
  const { time, table, claims } = cluster;
  const users = new Users(cluster, plan);
  watch?.(cluster);
  const outcome = (): Outcome => ({
    violations: claims.violations,
    steps: time.steps,
    held: {
      staleParent: claims.staleParents > 0,
      lostAnswer: cluster.webhook.lostAnswers > 0,
      forgedReport: claims.forgedReportsSeen > 0,
      lostNode: users.held.lostNode,
      restored: users.held.restored,
    },
    cluster,
  });

  table.add(partitionOf(TARGET), items);
  users.createParent();
  for (const { after, action } of plan.commands) {
    await time.advanceTo(time.now() + after * 1000);
    users.perform(action);
    if (claims.violations.length > 0) return outcome();
  }
  await time.advanceTo(time.now() + 2000);
  users.settle();
  table.add(NEIGHBOUR, NEIGHBOURS);

  const end = time.now() + BOUND_MS;
  while (time.now() < end && !settled(cluster) && claims.violations.length === 0)
    await time.advanceTo(time.now() + MINUTE);
  if (claims.violations.length > 0) return outcome();
  if (!settled(cluster)) {
    for (const parent of cluster.api.list(KIND)) {
      const gone = parent.metadata.deletionTimestamp !== undefined;
      const state = conditionOf(parent, 'Finished')?.reason;
      if (!arrived(parent, cluster))
        claims.broken(gone ? 'deleted-goes' : 'converges', `${parent.metadata.name} is ${state}`);
    }
    if (claims.violations.length === 0) claims.broken('converges', 'a Job is left over');
    return outcome();
  }
  claims.judge('converges');
  await fixedPoint(cluster);
  if (table.items(NEIGHBOUR).size !== NEIGHBOURS) claims.broken('only-the-target', 'a neighbour lost items');
  return outcome();
}

/** Every resource has reached the requested state, and no Job is left that should be gone. */
function settled(cluster: Cluster): boolean {
  const parents = cluster.api.list(KIND);
  return (
    parents.every((parent) => arrived(parent, cluster)) &&
    !cluster.api.list('Pod').some((pod) => pod.metadata.deletionTimestamp !== undefined)
  );
}

function arrived(parent: ApiObject, { webhook, api }: Cluster): boolean {
  if (parent.metadata.deletionTimestamp !== undefined) return false;
  const { spec = {}, status = {} } = parent;
  const finished = conditionOf(parent, 'Finished');
  const state = finished?.reason;
  const mode = spec.mode ?? 'Execute';
  if (status.observedGeneration !== parent.metadata.generation) return false;
  if (finished?.status === 'True') return status.mode === mode || (mode !== 'Execute' && mode !== 'DryRun');
  // What may not be built may not be resumed either.
  if (state === 'Suspended') return spec.suspend === true || !webhook.allowed || specViolations(spec).length > 0;
  if (state === 'PolicyViolation') return !webhook.allowed;
  if (state === 'UnsupportedSpec') return specViolations(spec).length > 0;
  if (state === 'Restored') {
    const report = readReport(parent.metadata.annotations?.[REPORT_ANNOTATION]);
    const byVelero = parent.metadata.labels?.[VELERO_LABEL] !== undefined;
    return (
      (byVelero || (report?.parentUID !== undefined && report.parentUID !== parent.metadata.uid)) &&
      !api
        .list('Job')
        .some(
          (job) =>
            job.metadata.ownerReferences?.some(({ uid }) => uid === parent.metadata.uid) === true && !isFinished(job),
        )
    );
  }
  return false;
}

/** Lets TTLs expire; after that, nothing is written, whether or not the resources are synced again. */
async function fixedPoint(cluster: Cluster): Promise<void> {
  const { time, api, metacontroller, claims, writes } = cluster;
  // Settings may have changed while nothing called for a look.
  metacontroller.resync();
  await time.advanceTo(time.now() + QUIET_MS);
  const before = api.list(KIND);
  for (const parent of before) {
    expired(parent, cluster);
    claims.counted(parent, conditionOf(parent, 'Finished')?.status === 'True');
  }
  claims.judge('rights-go', cluster.webhook.rights === 'managed');
  rightsLeft(cluster);
  const { child, status } = writes;
  const calls = metacontroller.calls;
  await time.advanceTo(time.now() + QUIET_MS);
  if (metacontroller.calls - calls > before.length * 60)
    claims.broken('fixed-point', `${metacontroller.calls - calls} calls in ${QUIET_MS / MINUTE} quiet minutes`);
  metacontroller.resync();
  await time.advanceTo(time.now() + MINUTE);
  claims.judge('fixed-point');
  if (writes.child !== child) claims.broken('fixed-point', 'Jobs are still written');
  if (writes.status !== status) claims.broken('fixed-point', 'statuses are still written');
  const after = api.list(KIND);
  if (!before.every((parent, index) => same(parent.status, after[index]?.status)))
    claims.broken('fixed-point', 'a status changed');
}

/** Rights are there only for a Job that may run. */
function rightsLeft({ api, claims }: Cluster): void {
  const jobs = api.list('Job').filter((job) => !isFinished(job));
  for (const { kind, metadata } of RIGHT_KINDS.flatMap((each) => api.list(each))) {
    const owner = metadata.ownerReferences?.[0]?.uid;
    const isUsed = jobs.some((job) => job.metadata.name === metadata.name && controllerOf(job)?.uid === owner);
    if (owner !== undefined && !isUsed) claims.broken('rights-go', `${kind} ${metadata.name} is left`);
  }
}

/** Of a run that finished and has a TTL, no Job is left. */
function expired(parent: ApiObject, { api, claims }: Cluster): void {
  if (parent.spec?.ttlSecondsAfterFinished === undefined || conditionOf(parent, 'Finished')?.status !== 'True') return;
  const left = api
    .list('Job')
    .filter((job) => isFinished(job) && job.metadata.ownerReferences?.some(({ uid }) => uid === parent.metadata.uid));
  if (left.length > 0) claims.broken('kept-until-ttl', `${left[0]?.metadata.name} is still there`);
}
