import { type ApiServer, Refusal } from './api-server.js';
import { type ApiObject, isFinished, type Json, jobStatus, same, withStatus } from './objects.js';
import type { Random } from '../random.js';
import type { VirtualTime } from '../virtual-time.js';

const QUEUE = 'kueue.x-k8s.io/queue-name';
const PREBUILT = 'kueue.x-k8s.io/prebuilt-workload-name';

/** What Kueue adds to a template at the start: labels of every admission, and the node labels of its ResourceFlavor. */
const INJECTED = { 'kueue.x-k8s.io/podset': 'main', 'kueue.x-k8s.io/local-queue-name': 'deletions' };
const NODE_SELECTOR = { 'example.com/flavor': 'spot' };

interface Workload {
  admitted: boolean;
  evicted: boolean;
  /** The template before the start, to which Kueue returns at a stop. */
  template: unknown;
}

/**
 * Kueue's controller for Jobs: what `jobframework/reconciler.go` of Kueue 0.19.2 does with a Job that has a queue, for one pod and
 * without prebuilt Workloads. It resumes a suspended Job whose Workload is admitted, whoever suspended it.
 */
export class Kueue {
  #workloads = new Map<string, Workload>();
  #queued = new Set<string>();
  /** Until then, nothing is admitted. */
  #fullUntil = 0;

  constructor(
    private readonly api: ApiServer,
    private readonly time: VirtualTime,
    private readonly random: Random,
  ) {
    api.jobWebhook = { admit, objection };
    api.watch(({ before, after }) => {
      const object = (after ?? before)!;
      if (object.kind !== 'Job') return;
      if (!after) this.#workloads.delete(object.metadata.uid);
      else if (queueOf(after) !== undefined) this.#enqueue(after.metadata.uid);
    });
  }

  /** Takes the quota away for a while, also from who has it. */
  evict(seconds: number): void {
    this.full(seconds);
    for (const [uid, workload] of this.#workloads) {
      if (workload.admitted) workload.evicted = true;
      this.#enqueue(uid);
    }
  }

  full(seconds: number): void {
    this.#fullUntil = this.time.now() + seconds * 1000;
  }

  #enqueue(uid: string, delay = this.random.between(3, 40)): void {
    if (this.#queued.has(uid)) return;
    this.#queued.add(uid);
    this.time.after(delay, () => {
      this.#queued.delete(uid);
      this.#reconcile(uid);
    });
  }

  #job(uid: string): ApiObject | undefined {
    return this.api.list('Job').find(({ metadata }) => metadata.uid === uid);
  }

  #reconcile(uid: string): void {
    const job = this.#job(uid);
    if (!job || queueOf(job) === undefined || isFinished(job) || job.metadata.deletionTimestamp !== undefined) return;
    // A prebuilt Workload that is not there: the Job waits for it, suspended.
    if (job.metadata.labels?.[PREBUILT] !== undefined) return this.#stop(job, undefined);
    const workload = this.#workloads.get(uid);
    if (!workload) return this.#isNew(job);
    if (workload.evicted) {
      this.#stop(job, workload);
      if (!isActive(job)) Object.assign(workload, { evicted: false, admitted: false });
      return this.#enqueue(uid, this.random.between(100, 1000));
    }
    const isSuspended = job.spec?.suspend === true;
    if (isSuspended && workload.admitted) return this.#start(job);
    if (isSuspended) return this.#admitLater(uid, workload);
    if (!workload.admitted) this.#stop(job, workload);
  }

  #isNew(job: ApiObject): void {
    this.#stop(job, undefined);
    if (isActive(job)) return;
    this.#workloads.set(job.metadata.uid, { admitted: false, evicted: false, template: job.spec?.template });
    this.#enqueue(job.metadata.uid);
  }

  #admitLater(uid: string, workload: Workload): void {
    if (this.time.now() >= this.#fullUntil) workload.admitted = true;
    this.#enqueue(uid, this.random.between(50, 900));
  }

  #start(job: ApiObject): void {
    this.#patch(job, (live) => ({ ...live, spec: { ...live.spec, suspend: false, template: injected(live) } }));
  }

  /** Stop: suspend, unset the start time, restore the template. */
  #stop(job: ApiObject, workload: Workload | undefined): void {
    if (job.spec?.suspend === true && (!workload || same(job.spec.template, workload.template))) return;
    this.#patch(job, (live) => ({
      ...live,
      spec: { ...live.spec, suspend: true, ...(workload && { template: workload.template }) },
    }));
    const live = this.#job(job.metadata.uid);
    if (!live) return;
    const { startTime: _unset, ...status } = jobStatus(live);
    this.api.updateStatus(live, status, 'kueue');
  }

  /** Its patches hold the resource version: what it decides on an old state is refused. */
  #patch(job: ApiObject, change: (live: ApiObject) => ApiObject): void {
    const { resourceVersion } = job.metadata;
    try {
      this.api.update(job, (live) => withStatus(change(live), live.status), 'kueue', {
        resourceVersion,
        unchecked: true,
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#enqueue(job.metadata.uid);
    }
  }
}

const queueOf = ({ metadata }: Pick<ApiObject, 'metadata'>): string | undefined => metadata.labels?.[QUEUE];

const isActive = (job: ApiObject): boolean => (jobStatus(job).active ?? 0) > 0;

/** The mutating webhook: a Job with a queue is created suspended. */
function admit(job: Pick<ApiObject, 'spec'> & { metadata: { labels?: Record<string, string> } }): Json | undefined {
  return job.metadata.labels?.[QUEUE] === undefined ? job.spec : { ...job.spec, suspend: true };
}

/** The validating webhook: these labels may change only together with, or during, a suspension. */
function objection(before: ApiObject, after: ApiObject): string | undefined {
  if (after.spec?.suspend === true) return undefined;
  const changed = [QUEUE, PREBUILT].find((label) => before.metadata.labels?.[label] !== after.metadata.labels?.[label]);
  return changed && `metadata.labels[${changed}]: field is immutable`;
}

function injected({ spec }: ApiObject): unknown {
  const template = spec?.template as { metadata?: { labels?: object }; spec?: { nodeSelector?: object } };
  return {
    ...template,
    metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...INJECTED } },
    spec: { ...template.spec, nodeSelector: { ...template.spec?.nodeSelector, ...NODE_SELECTOR } },
  };
}
