import type { ObservedJob } from '../../api/hooks.js';
import type { Report } from '../../api/report.js';
import type { DryRunResult } from '../../api/status.js';
import { runOf } from '../run-name.js';
import { jobIsFinished, runLabel, suspensionIsDrained } from './job-status.js';
import { outcomeOfJob, outcomeOfReport } from './outcome.js';
import type { Reports } from './report.js';
import { isTrue, type Resource } from './resource.js';

/** What a DryRun counted. A time that is text stands in the status already, and stays as it is. */
export interface Counted {
  itemsFound?: number;
  estimatedWriteUnits?: NonNullable<DryRunResult['estimatedWriteUnits']>;
  completionTime?: string | Date;
}

/** The Job of a DryRun that an approval waits for. */
export interface AwaitedCount {
  observed: ObservedJob;
  name: string;
  /** Suspended, and no pod of it runs any more. */
  isPaused: boolean;
}

/** The Job of the DryRun that came before this deletion. */
export function findCountJob(
  jobs: readonly ObservedJob[],
  { mode, parent }: Pick<Resource, 'mode' | 'parent'>,
): ObservedJob | undefined {
  if (mode !== 'Execute') return undefined;
  const run = runOf(parent.uid, 'DryRun');
  return jobs.find((job) => runLabel(job) === run);
}

/** The count that an approval waits for, while it has not ended: nothing of the deletion is there yet, nor called off. */
export function awaitedCount(
  count: ObservedJob | undefined,
  current: ObservedJob | undefined,
  { parent, finished, wantsCancellation, status }: Resource,
): AwaitedCount | undefined {
  if (!count || jobIsFinished(count) || parent.deletionTimestamp !== undefined) return undefined;
  if (current || finished || wantsCancellation || status.job?.uid !== undefined) return undefined;
  return { observed: count, name: count.metadata.name, isPaused: suspensionIsDrained(count) };
}

/** An approval while the count's Job was recorded and is neither seen nor known to have ended: it may be there, not seen yet. */
export function countIsUnseen(
  count: ObservedJob | undefined,
  { mode, stored }: Resource,
  { countReport }: Reports,
): boolean {
  const isRecorded = mode === 'Execute' && stored.mode === 'DryRun' && stored.job !== undefined;
  return isRecorded && !isTrue(stored, 'Finished') && countReport?.final !== true && count === undefined;
}

/** What was counted before this deletion: as recorded, or as the count's Job and report tell it now. */
export function countedBefore(
  count: ObservedJob | undefined,
  { stored }: Resource,
  { countReport }: Reports,
  now: Date,
): Counted | undefined {
  if (stored.dryRun) return stored.dryRun;
  const outcome = count
    ? outcomeOfJob(count, 'DryRun', countReport)
    : countReport?.final === true
      ? outcomeOfReport(countReport, 'DryRun')
      : undefined;
  if (outcome?.state !== 'DryRunComplete') return undefined;
  return { ...countedBy(finalReportOf(count, countReport), undefined), completionTime: outcome.time ?? now };
}

/** What this run has counted, should it be a DryRun that is complete. */
export function countedNow(
  current: ObservedJob | undefined,
  { mode, stored }: Resource,
  { report, countReport }: Reports,
): Counted {
  const own = finalReportOf(current, mode === 'DryRun' ? report : countReport);
  const completionTime = stored.dryRun?.completionTime;
  return { ...countedBy(own, stored.dryRun), ...(completionTime !== undefined && { completionTime }) };
}

function countedBy(report: Partial<Report> | undefined, before: DryRunResult | undefined): Counted {
  const itemsFound = report?.progress?.itemsFound ?? before?.itemsFound;
  const estimatedWriteUnits = report?.estimatedWriteUnits ?? before?.estimatedWriteUnits;
  return {
    ...(itemsFound !== undefined && { itemsFound }),
    ...(estimatedWriteUnits !== undefined && { estimatedWriteUnits }),
  };
}

/** A report that is final; of that Job, when it is still there. */
function finalReportOf(job: ObservedJob | undefined, report: Partial<Report> | undefined): Partial<Report> | undefined {
  return report?.final === true && (job === undefined || report.jobUID === job.metadata.uid) ? report : undefined;
}
