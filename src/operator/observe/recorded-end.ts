import type { FinishedState } from '../../api/states.js';
import { parseTime } from '../time.js';
import { outcomeOfReport, type RunOutcome } from './outcome.js';
import type { Reports } from './report.js';
import type { Resource } from './resource.js';

/** How a run ended, according to its status. `lateReport` may refine it once the Job is gone. */
export function recordedEnd(
  { finished, stored, status }: Resource,
  lateReport: RunOutcome | undefined,
): RunOutcome | undefined {
  if (finished === undefined) return undefined;
  if (lateReport) return lateReport;
  const text = stored.conditions?.find(({ type }) => type === 'Finished')?.message;
  const message = text === undefined ? { meaningOf: finished } : { text };
  return { state: finished, message, time: parseTime(status.completionTime) };
}

/** Recorded outcome → the more precise ones that a late report may replace it with. */
const REFINEMENTS: Partial<Record<FinishedState, readonly FinishedState[]>> = {
  BackoffLimitExceeded: ['Incomplete', 'WorkerFailed'],
  DryRunComplete: ['DryRunComplete'],
  PartitionDeleted: ['PartitionDeleted'],
};

/** A final report of the recorded Job that arrived after its end was recorded: it gives the cause, the count, or the proof. */
export function lateOutcome({ finished, status, mode }: Resource, { report }: Reports): RunOutcome | undefined {
  const isOwn = report?.final === true && report.jobUID !== undefined && report.jobUID === status.job?.uid;
  if (!isOwn || finished === undefined) return undefined;
  // A count that was recorded is what a person may have approved.
  if (finished === 'DryRunComplete' && status.dryRun?.itemsFound !== undefined) return undefined;
  if (status.verifiedEmpty === true) return undefined;
  const { state, message, time } = outcomeOfReport(report, mode);
  return REFINEMENTS[finished]?.includes(state) ? { state, message, time } : undefined;
}
