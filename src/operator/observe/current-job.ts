import type { ObservedJob } from '../../api/hooks.js';
import { RESTARTS_ANNOTATION } from '../../api/names.js';
import { INT32_MAX } from '../../api/patterns.js';
import { mountsToken } from '../rights.js';
import { addSeconds, parseTime } from '../time.js';
import { type Draining, drainingOf } from './draining.js';
import { suspensionIsDrained } from './job-status.js';
import { outcomeOfJob, type RunOutcome } from './outcome.js';
import { type Lull, lullOf } from './lull.js';
import { isOwnJob } from './own-job.js';
import { isOutOfQueue, queueOf } from './queue.js';
import type { Reports } from './report.js';
import type { Resource } from './resource.js';

/** After this time, a message mentions a pod that is not ready. */
const SLOW_START_SECONDS = 120;

/** The Job of this run, as observed. */
export interface CurrentJob {
  observed: ObservedJob;
  name: string;
  uid: string;
  /** How it ended; undefined until it has. */
  outcome: RunOutcome | undefined;
  isSuspended: boolean;
  /** Suspended, and none of its pods is still running. */
  isPaused: boolean;
  /** The queue of Kueue that it is in. */
  queue: string | undefined;
  /** Whether it was taken out of its queue, and therefore cannot go on. */
  isOutOfQueue: boolean;
  readyPods: number;
  failedPods: number;
  /** Whether a pod of it exists that has not ended. */
  hasPod: boolean;
  /** Whether the status records this very Job as running. */
  wasRunning: boolean;
  /** Whether its worker is at work on its table, as far as one can tell: without a token, it cannot report. */
  hasReached: boolean;
  /** What keeps its worker from its table, as it reports. */
  obstacle: string | undefined;
  /** How many times the run had been restarted when this Job was created. */
  restarts: number | undefined;
  creationTime: Date | undefined;
  startTime: Date | undefined;
  /** When a pod that is not ready starts to count as slow. */
  slowAt: Date | undefined;
  /** Set where it had a ready pod, and has none now. */
  lull: Lull | undefined;
  /** Its draining, if it has to be removed. */
  draining: Draining;
}

export function findCurrentJob(jobs: readonly ObservedJob[], resource: Resource): ObservedJob | undefined {
  return jobs.find((job) => isOwnJob(job, resource, resource.mode));
}

export function readCurrentJob(
  observed: ObservedJob,
  resource: Resource,
  reports: Reports,
  drainingSince: Date,
  now: Date,
): CurrentJob {
  const { mode, status, recorded } = resource;
  const { name, uid, annotations, creationTimestamp } = observed.metadata;
  const { ready = 0, failed = 0, active = 0, terminating = 0, startTime } = observed.status ?? {};
  const [created, started] = [parseTime(creationTimestamp), parseTime(startTime)];
  const waitsSince = started ?? created;
  const wasRunning = recorded === 'Running' && status.job?.uid === uid;
  return {
    observed,
    name,
    uid,
    outcome: outcomeOfJob(observed, mode, reports.report),
    isSuspended: observed.spec.suspend === true,
    isPaused: suspensionIsDrained(observed),
    queue: queueOf(observed),
    isOutOfQueue: isOutOfQueue(observed),
    readyPods: ready,
    failedPods: failed,
    hasPod: active + terminating > 0,
    wasRunning,
    restarts: asRestarts(annotations?.[RESTARTS_ANNOTATION]),
    creationTime: created,
    startTime: started,
    slowAt: waitsSince && addSeconds(waitsSince, SLOW_START_SECONDS),
    lull: lullOf(observed, resource, reports.report, now),
    draining: drainingOf([observed], drainingSince, now),
    ...reachOf(observed, reports, wasRunning),
  };
}

function reachOf(
  observed: ObservedJob,
  { report, strayReport }: Reports,
  wasRunning: boolean,
): Pick<CurrentJob, 'hasReached' | 'obstacle'> {
  // A report by a clock that is ahead counts for nothing else, but its worker is there.
  const own = [report, strayReport].find((each) => each?.jobUID === observed.metadata.uid);
  const obstacle = own?.target === undefined && own?.final !== true ? own?.waitingFor : undefined;
  const isAtWork = wasRunning || own?.target !== undefined || !mountsToken(observed);
  return { hasReached: obstacle === undefined && isAtWork, obstacle };
}

function asRestarts(text: string | undefined): number | undefined {
  const restarts = Number(text);
  return Number.isInteger(restarts) && restarts >= 0 && restarts <= INT32_MAX ? restarts : undefined;
}
