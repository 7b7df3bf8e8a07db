import { type ApiServer, type NewObject, Refusal } from './api-server.js';
import { isoTime } from './iso-time.js';
import {
  type ApiObject,
  controllerOf,
  isFinished,
  type JobCondition,
  jobStatus,
  type JobStatus,
  type Json,
  keyOf,
  podStatus,
} from './objects.js';
import type { Random } from '../random.js';
import type { VirtualTime } from '../virtual-time.js';

/** Holds a pod until the Job controller has counted it. */
const TRACKING = 'batch.kubernetes.io/job-tracking';

/** About as long as failed syncs are put off after a few times. */
const FORBIDDEN_RETRY = 2_000;
const FIRST_BACKOFF = 10_000;
const LONGEST_BACKOFF = 600_000;

interface Rule {
  action: string;
  onExitCodes?: { operator: string; values: number[] };
  onPodConditions?: { type: string; status: string }[];
}

/**
 * The Job controller for Jobs of one pod. A port of syncJob with what it calls, of Kubernetes 1.36
 * (pkg/controller/job/job_controller.go), for NonIndexed Jobs with parallelism and completions 1; `recordings.test.ts` holds it
 * to what the real one was seen to do.
 */
export class JobController {
  #queued = new Set<string>();
  #busy = new Set<string>();
  #backoff = new Map<string, { failures: number; last: number }>();
  #pods = 0;

  constructor(
    private readonly api: ApiServer,
    private readonly time: VirtualTime,
    private readonly random: Random,
  ) {
    api.watch(({ before, after }) => {
      const object = (after ?? before)!;
      if (object.kind === 'Job') {
        if (after) this.enqueue(object.metadata.uid);
        else this.#release(object.metadata.uid);
        if (after && isFinished(after) && before && !isFinished(before)) this.#removeAfterTTL(after);
      }
      const owner = object.kind === 'Pod' ? controllerOf(object) : undefined;
      if (owner && this.#job(owner.uid)) this.enqueue(owner.uid);
      if (object.kind === 'Pod' && after && !(owner && this.#job(owner.uid))) this.#untrack(after);
    });
  }

  /** The TTL controller: handles a Job that has just finished. */
  #removeAfterTTL({ metadata: { uid }, spec }: ApiObject): void {
    const seconds = spec?.ttlSecondsAfterFinished as number | undefined;
    if (seconds === undefined) return;
    this.time.after(seconds * 1000, () => {
      const job = this.#job(uid);
      if (job) this.api.delete(job, 'job-controller');
    });
  }

  enqueue(uid: string, delay = this.random.between(20, 120)): void {
    const key = delay > 1000 ? `${uid}@${this.time.now() + delay}` : uid;
    if (this.#queued.has(key)) return;
    this.#queued.add(key);
    this.time.after(delay, () => {
      this.#queued.delete(key);
      this.#sync(uid);
    });
  }

  #job(uid: string): ApiObject | undefined {
    return this.api.list('Job').find(({ metadata }) => metadata.uid === uid);
  }

  #podsOf(uid: string): ApiObject[] {
    return this.api.list('Pod').filter((pod) => controllerOf(pod)?.uid === uid);
  }

  /** A pod whose Job is gone is released. */
  #release(uid: string): void {
    this.#backoff.delete(uid);
    for (const pod of this.#podsOf(uid)) this.#untrack(pod);
  }

  #untrack(pod: ApiObject): void {
    if (!pod.metadata.finalizers?.includes(TRACKING)) return;
    this.time.after(this.random.between(20, 200), () => this.api.removeFinalizer(pod, TRACKING, 'job-controller'));
  }

  #sync(uid: string): void {
    const job = this.#job(uid);
    if (!job || isFinished(job)) return;
    if (this.#busy.has(uid)) return this.enqueue(uid);
    const now = this.time.now();
    const spec = job.spec as Json;
    const status: JobStatus = { ...jobStatus(job) };
    status.uncountedTerminatedPods ??= {};
    const counted = status.uncountedTerminatedPods;

    const pods = this.#podsOf(uid);
    const tracked = pods.filter((pod) => pod.metadata.finalizers?.includes(TRACKING));
    const newSucceeded = newOf(tracked, 'Succeeded', counted.succeeded);
    const newFailed = newOf(tracked, 'Failed', counted.failed);
    const countedFailures = newFailed.filter((pod) => matchPolicy(spec, pod).counts);
    const succeeded = (status.succeeded ?? 0) + newSucceeded.length + (counted.succeeded?.length ?? 0);
    const failed = (status.failed ?? 0) + countedFailures.length + (counted.failed?.length ?? 0);
    if (status.startTime === undefined && spec.suspend !== true) status.startTime = isoTime(now);
    this.#recordBackoff(uid, newFailed);

    const failure = this.#finishedBefore(status) ?? this.#failure(job, status, pods, failed);
    const managed = failure === undefined && job.metadata.deletionTimestamp === undefined;
    const active = this.#manage(job, status, pods, { over: failure !== undefined, managed, succeeded });
    const finished =
      failure === undefined && succeeded >= 1 && active === 0
        ? condition('SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods', now)
        : failure;
    if (managed && finished === undefined) recordSuspension(status, spec.suspend === true, now);
    this.#track(job, status, tracked, finished);
  }

  /** Why the Job fails: a rule of its podFailurePolicy, its backoffLimit, its deadline; undefined if it does not fail. */
  #failure(job: ApiObject, status: JobStatus, pods: ApiObject[], failed: number): JobCondition | undefined {
    const now = this.time.now();
    const spec = job.spec as Json;
    const fails = (reason: string, message: string): JobCondition => condition('FailureTarget', reason, message, now);
    const failJob = pods.map((pod) => matchPolicy(spec, pod).failJob).find((text) => text !== undefined);
    if (failJob !== undefined) return fails('PodFailurePolicy', failJob);
    if (failed > (spec.backoffLimit as number))
      return fails('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
    const deadline = spec.activeDeadlineSeconds as number | undefined;
    if (deadline === undefined || spec.suspend === true) return undefined;
    const elapsed = status.startTime === undefined ? 0 : now - timeOf(status.startTime);
    if (elapsed >= deadline * 1000) return fails('DeadlineExceeded', 'Job was active longer than specified deadline');
    this.enqueue(job.metadata.uid, deadline * 1000 - elapsed + 1);
    return undefined;
  }

  /** manageJob: creates and deletes pods, and writes how many there are. @returns how many are active */
  #manage(
    job: ApiObject,
    status: JobStatus,
    pods: ApiObject[],
    { over, managed, succeeded }: { over: boolean; managed: boolean; succeeded: number },
  ): number {
    const running = pods.filter((pod) => !isOver(pod));
    const activePods = running.filter((pod) => pod.metadata.deletionTimestamp === undefined);
    const suspended = managed && job.spec?.suspend === true;
    let active = activePods.length;
    status.terminating = running.length - active;
    status.ready = activePods.filter((pod) => podStatus(pod).ready).length;
    if (over || suspended) {
      for (const pod of activePods) {
        const untracked = suspended ? this.api.removeFinalizer(pod, TRACKING, 'job-controller') : pod;
        this.api.delete(untracked ?? pod, 'job-controller');
      }
      status.terminating += active;
      status.ready = 0;
      active = 0;
    } else if (managed) {
      active += this.#create(job, (succeeded >= 1 ? 0 : 1) - active - status.terminating);
    }
    if (active > 0) status.active = active;
    else delete status.active;
    return active;
  }

  #finishedBefore({ conditions = [] }: JobStatus): JobCondition | undefined {
    return (
      conditions.find(({ type, status }) => type === 'SuccessCriteriaMet' && status === 'True') ??
      conditions.find(({ type, status }) => type === 'FailureTarget' && status === 'True')
    );
  }

  /** trackJobStatusAndRemoveFinalizers: first what will be counted is written, then the pods are let go, then the counts. */
  #track(job: ApiObject, status: JobStatus, tracked: ApiObject[], finished: JobCondition | undefined): void {
    const uncounted = {
      succeeded: (status.uncountedTerminatedPods?.succeeded ?? []).filter((uid) => has(tracked, uid)),
      failed: (status.uncountedTerminatedPods?.failed ?? []).filter((uid) => has(tracked, uid)),
    };
    const gone = {
      succeeded: (status.uncountedTerminatedPods?.succeeded?.length ?? 0) - uncounted.succeeded.length,
      failed: (status.uncountedTerminatedPods?.failed?.length ?? 0) - uncounted.failed.length,
    };
    count(status, gone);
    const release: ApiObject[] = [];
    for (const pod of tracked) {
      const { phase } = podStatus(pod);
      const uid = pod.metadata.uid;
      if (phase !== 'Succeeded' && phase !== 'Failed') continue;
      release.push(pod);
      if (phase === 'Succeeded' && !uncounted.succeeded.includes(uid)) uncounted.succeeded.push(uid);
      if (phase === 'Failed' && !uncounted.failed.includes(uid) && matchPolicy(job.spec as Json, pod).counts)
        uncounted.failed.push(uid);
    }
    status.uncountedTerminatedPods = nonEmpty(uncounted);
    if (finished && !status.conditions?.some(({ type }) => type === finished.type))
      status.conditions = [...(status.conditions ?? []), finished];

    if (release.length === 0) {
      this.#finish(status, finished);
      this.#write(job, status);
      return;
    }
    this.#write(job, status);
    const { uid } = job.metadata;
    this.#busy.add(uid);
    this.time.after(this.random.between(10, 60), () => {
      this.#busy.delete(uid);
      for (const pod of release) this.api.removeFinalizer(pod, TRACKING, 'job-controller');
      const live = this.#job(uid);
      if (!live || isFinished(live)) return;
      const next: JobStatus = { ...jobStatus(live) };
      count(next, { succeeded: uncounted.succeeded.length, failed: uncounted.failed.length });
      next.uncountedTerminatedPods = {};
      this.#finish(next, finished);
      this.#write(live, next);
    });
  }

  /** enactJobFinished: FailureTarget becomes Failed, SuccessCriteriaMet Complete, once nothing terminates any more. */
  #finish(status: JobStatus, finished: JobCondition | undefined): void {
    const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
    if (!finished || succeeded.length + failed.length > 0 || (status.terminating ?? 0) > 0) return;
    const type = finished.type === 'SuccessCriteriaMet' ? 'Complete' : 'Failed';
    const end = condition(type, finished.reason, finished.message, this.time.now());
    status.conditions = [...(status.conditions ?? []), end];
    if (type === 'Complete') status.completionTime = end.lastTransitionTime;
  }

  #write(job: ApiObject, status: JobStatus): void {
    try {
      this.api.updateStatus(job, status as Json, 'job-controller');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  #recordBackoff(uid: string, newFailed: ApiObject[]): void {
    if (newFailed.length === 0) return;
    const record = this.#backoff.get(uid) ?? { failures: 0, last: 0 };
    const last = Math.max(...newFailed.map((pod) => podStatus(pod).finishedAt ?? this.time.now()));
    // A pod is new until the next sync counts it: the same pod must not count twice.
    if (last > record.last) this.#backoff.set(uid, { failures: record.failures + newFailed.length, last });
  }

  #create(job: ApiObject, wanted: number): number {
    if (wanted <= 0) return 0;
    const { uid, name, namespace } = job.metadata;
    const record = this.#backoff.get(uid);
    if (record) {
      const backoff = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (record.failures - 1));
      const remaining = record.last + backoff - this.time.now();
      if (remaining > 0) {
        this.enqueue(uid, remaining + 1);
        return 0;
      }
    }
    const template = (job.spec?.template ?? {}) as { metadata?: { labels?: Record<string, string> }; spec?: Json };
    const pod: NewObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-${(++this.#pods).toString(36).padStart(5, '0')}`,
        namespace,
        labels: template.metadata?.labels ?? {},
        finalizers: [TRACKING],
        ownerReferences: [
          { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true, blockOwnerDeletion: true },
        ],
      },
      spec: template.spec ?? {},
      status: { phase: 'Pending', ready: false },
    };
    try {
      this.api.create(pod, 'job-controller');
      return 1;
    } catch (error) {
      // The sync fails, and is tried again.
      if (!(error instanceof Refusal) || error.reason !== 'Forbidden') throw error;
      this.enqueue(uid, FORBIDDEN_RETRY);
      return 0;
    }
  }
}

const has = (pods: readonly ApiObject[], uid: string): boolean => pods.some(({ metadata }) => metadata.uid === uid);

const isOver = (pod: ApiObject): boolean => ['Succeeded', 'Failed'].includes(podStatus(pod).phase);

const timeOf = (text: string): number => Date.parse(text) - Date.parse(isoTime(0));

function count(status: JobStatus, add: { succeeded: number; failed: number }): void {
  if (add.succeeded > 0) status.succeeded = (status.succeeded ?? 0) + add.succeeded;
  if (add.failed > 0) status.failed = (status.failed ?? 0) + add.failed;
}

function nonEmpty({ succeeded, failed }: { succeeded: string[]; failed: string[] }) {
  return { ...(failed.length > 0 && { failed }), ...(succeeded.length > 0 && { succeeded }) };
}

function condition(type: string, reason: string, message: string, now: number): JobCondition {
  const time = isoTime(now);
  return { lastProbeTime: time, lastTransitionTime: time, message, reason, status: 'True', type };
}

/** Whether the condition was changed: False is never added; only a True condition becomes False. */
function setSuspended(status: JobStatus, suspended: boolean, now: number): boolean {
  const existing = status.conditions?.find(({ type }) => type === 'Suspended');
  if (!existing && !suspended) return false;
  const wanted = suspended ? 'True' : 'False';
  if (existing?.status === wanted) return false;
  const next = {
    ...condition(
      'Suspended',
      suspended ? 'JobSuspended' : 'JobResumed',
      suspended ? 'Job suspended' : 'Job resumed',
      now,
    ),
    status: wanted,
  };
  status.conditions = [...(status.conditions ?? []).filter(({ type }) => type !== 'Suspended'), next];
  return true;
}

/** The pods that ended this way and are not counted yet. */
function newOf(tracked: ApiObject[], phase: 'Succeeded' | 'Failed', counted: string[] = []): ApiObject[] {
  return tracked.filter((pod) => podStatus(pod).phase === phase && !counted.includes(pod.metadata.uid));
}

function recordSuspension(status: JobStatus, suspended: boolean, now: number): void {
  if (!setSuspended(status, suspended, now)) return;
  if (suspended) delete status.startTime;
  else status.startTime = isoTime(now);
}

/** podFailurePolicy: whether this failed pod counts, and the message of the FailJob rule that it matches. */
function matchPolicy(spec: Json, pod: ApiObject): { counts: boolean; failJob?: string } {
  const rules = (spec.podFailurePolicy as { rules?: Rule[] } | undefined)?.rules ?? [];
  const { exitCode, disrupted, phase } = podStatus(pod);
  if (phase !== 'Failed') return { counts: true };
  for (const [index, { action, onExitCodes, onPodConditions }] of rules.entries()) {
    const byCode = exitCode !== undefined && exitCode !== 0 && onExitCodes?.values.includes(exitCode);
    const byCondition = disrupted === true && onPodConditions?.some(({ type }) => type === 'DisruptionTarget');
    if (byCode !== true && byCondition !== true) continue;
    if (action === 'Ignore') return { counts: false };
    if (action !== 'FailJob') return { counts: true };
    const container = ((pod.spec?.containers ?? []) as { name: string }[])[0]?.name ?? 'worker';
    return {
      counts: true,
      failJob: `Container ${container} for pod ${keyOf(pod)} failed with exit code ${exitCode} matching FailJob rule at index ${index}`,
    };
  }
  return { counts: true };
}
