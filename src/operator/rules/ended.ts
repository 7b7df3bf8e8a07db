import type { CurrentJob } from '../observe/current-job.js';
import type { RunOutcome } from '../observe/outcome.js';
import type { Decision, Situation, StatusChange } from './rule.js';
import { pastOrNow } from '../time.js';
import { seen } from './seen.js';

/** The part of a decision that every ended run shares. Times that are already recorded stay. */
export function ended(
  situation: Situation,
  { state, message, time }: RunOutcome,
): Pick<Decision, 'state' | 'message' | 'set'> {
  const { job, status, finished, counted, now } = situation;
  // A report may give any time.
  const completionTime = pastOrNow(time, now);
  const isRecorded = finished !== undefined && status.completionTime !== undefined;
  return {
    state,
    message,
    set: {
      ...(job && seenAtItsEnd(situation, job)),
      ...(!isRecorded && { completionTime }),
      restart: undefined,
      ...(state === 'PartitionDeleted' && proofOf(situation)),
      ...(state === 'DryRunComplete' && {
        dryRun: { ...counted, completionTime: counted.completionTime ?? completionTime },
      }),
    },
  };
}

/** What is recorded stays. The receipt is passed on as it is: nobody here could verify it, and whoever reads it can. */
function proofOf(situation: Situation): Pick<StatusChange, 'verifiedEmpty' | 'receipt'> {
  const { status } = situation;
  const report = provingReport(situation);
  const receipt = status.receipt ?? report?.receipt;
  const isVerified = status.verifiedEmpty === true || report !== undefined;
  return { verifiedEmpty: isVerified ? true : undefined, ...(receipt !== undefined && { receipt }) };
}

/**
 * The proof needs both: a Job that ended with exit code 0, and the report of that Job. Whoever may create Jobs can forge the one, and
 * whoever may patch the resource the other. The report may arrive later than the end, because they come from two caches.
 */
function provingReport({ job, report, finished, status }: Situation): Situation['report'] {
  const recorded = finished === 'PartitionDeleted' ? status.job?.uid : undefined;
  const complete = job?.outcome?.state === 'PartitionDeleted' ? job.uid : recorded;
  const isOwn = report?.final === true && report.jobUID === complete;
  return isOwn && report.outcome === 'PartitionDeleted' && report.verifiedEmpty === true ? report : undefined;
}

function seenAtItsEnd({ status }: Situation, job: CurrentJob): StatusChange {
  return {
    ...seen(job),
    ...(status.startTime === undefined && { startTime: job.startTime ?? job.creationTime }),
  };
}
