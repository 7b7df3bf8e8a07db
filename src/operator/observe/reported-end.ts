import { outcomeOfReport, type RunOutcome } from './outcome.js';
import type { Reports } from './report.js';
import type { Resource } from './resource.js';

/**
 * How a run whose Job is gone ended, by its final report. A report proves no success, because whoever may patch the resource can
 * write one: only a Job that is observed as Complete does. But it keeps the run from being started again.
 */
export function endByReport({ mode }: Resource, { report, strayReport }: Reports): RunOutcome | undefined {
  if (report?.final === true) {
    const outcome = outcomeOfReport(report, mode);
    if (!outcome.isSuccess) return outcome;
    return { state: 'Unconfirmed', message: { key: 'endIsUnconfirmed', uid: report.jobUID ?? '' }, time: outcome.time };
  }
  if (strayReport?.final !== true) return undefined;
  const { isSuccess, time } = outcomeOfReport(strayReport, mode);
  if (!isSuccess) return undefined;
  return { state: 'Unconfirmed', message: { key: 'jobWasNeverSeen', uid: strayReport.jobUID ?? '' }, time };
}
