import type { CurrentJob } from '../observe/current-job.js';
import { ended } from './ended.js';
import type { Decision, Situation } from './rule.js';

/** A finished run is never started again. While its Job exists, the Job is the best evidence of how it ended. */
export function runHasFinished(situation: Situation): Decision | undefined {
  const { finished, end, job, status, expiry, now } = situation;
  if (!end) return undefined;
  if (!job) return { ...ended(situation, end), jobs: [] };
  if (isAnother(job, status)) return { ...ended({ ...situation, job: undefined }, end), ...removed(job) };
  if (!job.outcome || finished === 'Cancelled') return { ...ended(situation, end), ...removed(job) };
  const isExpired = expiry !== undefined && now >= expiry;
  // A count that was recorded is what a person may have approved: a later report does not change it, nor its message.
  const isCounted = finished === 'DryRunComplete' && status.dryRun?.itemsFound !== undefined;
  return {
    ...ended(situation, isCounted && job.outcome.state === finished ? end : job.outcome),
    jobs: isExpired ? [] : [{ keep: job.observed }],
    wakes: [isExpired ? undefined : expiry],
  };
}

/** What ended the run was another Job: this one was made by somebody else, or the cache is behind. */
const isAnother = ({ uid }: CurrentJob, { job }: Situation['status']): boolean =>
  job?.uid !== undefined && job.uid !== uid;

function removed({ draining: { stopping, abandoned, deadline } }: CurrentJob) {
  return { jobs: stopping.map((drain) => ({ drain })), abandoned, wakes: [deadline] };
}
