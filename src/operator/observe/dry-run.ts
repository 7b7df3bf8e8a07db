import type { ObservedJob } from '../../api/hooks.js';
import type { Report } from '../../api/report.js';
import type { DryRunResult } from '../../api/status.js';
import { jobIsFinished, suspensionIsDrained } from './job-status.js';
import { outcomeOfJob, outcomeOfReport } from './outcome.js';
import { isOwnJob } from './own-job.js';
import { isOutOfQueue, queueOf } from './queue.js';
import type { Reports } from './report.js';
import { isTrue, type Resource } from './resource.js';
import { pastOrNow } from '../time.js';

/** The result of a DryRun. A time that is text is already in the status and stays unchanged. */
export interface Counted {
  itemsFound?: number;
  estimatedWriteUnits?: NonNullable<DryRunResult['estimatedWriteUnits']>;
  completionTime?: string | Date;
}

/** The DryRun's Job that an approval is waiting for. */
export interface AwaitedCount {
  observed: ObservedJob;
  name: string;
  /** Suspended, and none of its pods is still running. */
  isPaused: boolean;
  /** In a queue of Kueue, which would resume it. */
  isInQueue: boolean;
}

/** The Job of the DryRun that preceded this deletion. */
export function findCountJob(jobs: readonly ObservedJob[], resource: Resource): ObservedJob | undefined {
  return resource.mode === 'Execute' ? jobs.find((job) => isOwnJob(job, resource, 'DryRun')) : undefined;
}

/** The unfinished count that an approval is waiting for: the deletion has not begun, and has not been called off either. */
export function awaitedCount(
  count: ObservedJob | undefined,
  current: ObservedJob | undefined,
  { parent, finished, wantsCancellation, status }: Resource,
): AwaitedCount | undefined {
  if (!count || jobIsFinished(count) || parent.deletionTimestamp !== undefined) return undefined;
  if (isOutOfQueue(count)) return undefined;
  if (current || finished || wantsCancellation || status.job?.uid !== undefined) return undefined;
  return {
    observed: count,
    name: count.metadata.name,
    isPaused: suspensionIsDrained(count),
    isInQueue: queueOf(count) !== undefined,
  };
}

/** Approved while the count's Job is recorded, but neither observed nor known to have ended: the cache may not show it yet. */
export function countIsUnseen(
  count: ObservedJob | undefined,
  { mode, stored }: Resource,
  { countReport }: Reports,
): boolean {
  const isRecorded = mode === 'Execute' && stored.mode === 'DryRun' && stored.job !== undefined;
  return isRecorded && !isTrue(stored, 'Finished') && countReport?.final !== true && count === undefined;
}

/** The count that preceded this deletion: as recorded, or as the count's Job and report show it now. */
export function countedBefore(
  count: ObservedJob | undefined,
  { stored }: Resource,
  { countReport }: Reports,
  now: Date,
): Counted | undefined {
  if (stored.dryRun) return withLateCount(stored.dryRun, wholeCountOf(count, countReport));
  const outcome = count
    ? outcomeOfJob(count, 'DryRun', countReport)
    : countReport?.final === true
      ? outcomeOfReport(countReport, 'DryRun')
      : undefined;
  if (outcome?.state !== 'DryRunComplete') return undefined;
  return {
    ...countedBy(wholeCountOf(count, countReport)),
    completionTime: pastOrNow(outcome.time, now),
  };
}

/**
 * Once recorded, a count never changes: it is what a person may have approved. Its report may come after its Job's end, because the
 * two come from two caches.
 */
function withLateCount(recorded: Partial<DryRunResult>, report: Partial<Report> | undefined): Counted {
  return recorded.itemsFound === undefined ? { ...recorded, ...countedBy(report) } : recorded;
}

/** The result of this run, if it is a completed DryRun. */
export function countedNow(
  current: ObservedJob | undefined,
  { mode, stored }: Resource,
  { report, countReport }: Reports,
): Counted {
  return withLateCount(stored.dryRun ?? {}, wholeCountOf(current, mode === 'DryRun' ? report : countReport));
}

function countedBy(report: Partial<Report> | undefined): Counted {
  const itemsFound = report?.progress?.itemsFound;
  const estimatedWriteUnits = report?.estimatedWriteUnits;
  return {
    ...(itemsFound !== undefined && { itemsFound }),
    ...(estimatedWriteUnits !== undefined && { estimatedWriteUnits }),
  };
}

/** The report, if it is that of a count that has ended well and, while the Job still exists, comes from that Job. */
function wholeCountOf(job: ObservedJob | undefined, report: Partial<Report> | undefined): Partial<Report> | undefined {
  if (report?.final !== true || !outcomeOfReport(report, 'DryRun').isSuccess) return undefined;
  return job === undefined || report.jobUID === job.metadata.uid ? report : undefined;
}
