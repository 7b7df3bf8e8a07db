import type { ObservedJob } from '../../api/hooks.js';
import type { Report } from '../../api/report.js';
import { addSeconds, parseTime, pastOrNow } from '../time.js';
import type { Resource } from './resource.js';

/** After this time, a message mentions that no pod is ready any more. */
const SLOW_SECONDS = 120;

/**
 * A worker that reported within this time was at work then, so nothing has to be recorded yet: most Jobs without a ready pod are
 * about to be Complete, and recording would cost a write for each of them. It is `SLOW_SECONDS`, and time for a late look.
 */
const FRESH_SECONDS = 180;

/** A Job had a ready pod, and has none now. */
export interface Lull {
  since: Date;
  /** When that becomes worth a message. */
  slowAt: Date;
  isSlow: boolean;
  /** What the status has to remember, because a request shows how many pods are ready, and not since when. */
  record: Date | undefined;
  /** Its worker has reported its end, and no pod has failed: something else keeps the pod. */
  workerHasEnded: boolean;
}

export function lullOf(
  observed: ObservedJob,
  { status, recorded }: Pick<Resource, 'status' | 'recorded'>,
  report: Partial<Report> | undefined,
  now: Date,
): Lull | undefined {
  const { uid } = observed.metadata;
  if (isReady(observed) || observed.spec.suspend === true || status.job?.uid !== uid) return undefined;
  const known = pastTime(status.notReadySince, now);
  if (!known && recorded !== 'Running') return undefined;
  return lullSince(known, report?.jobUID === uid ? report : undefined, (observed.status?.failed ?? 0) > 0, now);
}

const isReady = ({ status }: ObservedJob): boolean => (status?.ready ?? 0) > 0;

function lullSince(known: Date | undefined, own: Partial<Report> | undefined, hasFailed: boolean, now: Date): Lull {
  const lastWord = known ? undefined : freshTime(own, now);
  const since = known ?? lastWord ?? now;
  const slowAt = addSeconds(since, SLOW_SECONDS);
  const isSlow = now >= slowAt;
  // As long as the status goes on saying Running, the report tells the same at the next look.
  const isToldByReport = lastWord !== undefined && !hasFailed && !isSlow;
  return {
    since,
    slowAt,
    isSlow,
    record: isToldByReport ? undefined : since,
    workerHasEnded: own?.final === true && !hasFailed,
  };
}

/** When the worker reported last, if that is not long ago. */
function freshTime(report: Partial<Report> | undefined, now: Date): Date | undefined {
  const time = pastTime(report?.time, now);
  return time && addSeconds(time, FRESH_SECONDS) >= now ? time : undefined;
}

/** No later than now: clocks differ, and nothing has lasted for less than no time. */
function pastTime(text: string | undefined, now: Date): Date | undefined {
  const time = parseTime(text);
  return time && pastOrNow(time, now);
}
