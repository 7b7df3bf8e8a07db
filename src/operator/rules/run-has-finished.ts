import type { CurrentJob } from '../observe/current-job.js';
import type { RunOutcome } from '../observe/outcome.js';
import { ended } from './ended.js';
import type { Decision, Situation } from './rule.js';

/** A finished run is never started again. While its Job exists, the Job is the best evidence of how it ended. */
export function runHasFinished(situation: Situation): Decision | undefined {
  const { finished, end, job, status, expiry, now } = situation;
  if (!end) return undefined;
  if (!job) return { ...ended(situation, end), jobs: [] };
  const record = isAnother(job, status) ? { ...situation, job: undefined } : situation;
  if (!job.outcome || finished === 'Cancelled') {
    const { stopping, abandoned, deadline } = job.draining;
    return { ...ended(record, end), jobs: stopping.map((drain) => ({ drain })), abandoned, wakes: [deadline] };
  }
  const isExpired = expiry !== undefined && now >= expiry;
  return {
    ...ended(record, decides(job.outcome, record) ? job.outcome : end),
    jobs: isExpired ? [] : [{ keep: job.observed }],
    wakes: [isExpired ? undefined : expiry],
  };
}

/**
 * A count that was recorded is what a person may have approved, and a proof stays one: neither a later report nor the loss of the
 * report changes it, nor its message.
 */
function decides({ state }: RunOutcome, { job, finished, status }: Situation): boolean {
  const isCounted = finished === 'DryRunComplete' && status.dryRun?.itemsFound !== undefined;
  const isProved = finished === 'PartitionDeleted' && status.verifiedEmpty === true;
  return job !== undefined && !((isCounted || isProved) && state === finished);
}

/** What ended the run was another Job: this one was made by somebody else, or the cache is behind. */
const isAnother = ({ uid }: CurrentJob, { job }: Situation['status']): boolean =>
  job?.uid !== undefined && job.uid !== uid;
