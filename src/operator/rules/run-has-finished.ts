import { ended } from './ended.js';
import type { Decision, Situation } from './rule.js';

/** A finished run is never started again. While its Job exists, the Job is the best evidence of how it ended. */
export function runHasFinished(situation: Situation): Decision | undefined {
  const { finished, end, job, status, expiry, now } = situation;
  if (!end) return undefined;
  if (!job) return { ...ended(situation, end), jobs: [] };
  // What ended the run was another Job: this one was made by somebody else, or its cache is behind.
  const isAnother = status.job?.uid !== undefined && status.job.uid !== job.uid;
  if (!job.outcome || finished === 'Cancelled' || isAnother) {
    const { stopping, abandoned, deadline } = job.draining;
    const record = ended(isAnother ? { ...situation, job: undefined } : situation, end);
    return { ...record, jobs: stopping.map((drain) => ({ drain })), abandoned, wakes: [deadline] };
  }
  const isExpired = expiry !== undefined && now >= expiry;
  // A count that was recorded is what a person may have approved: a later report does not change it, nor its message.
  const isCounted = finished === 'DryRunComplete' && status.dryRun?.itemsFound !== undefined;
  return {
    ...ended(situation, isCounted && job.outcome.state === finished ? end : job.outcome),
    jobs: isExpired ? [] : [{ keep: job.observed }],
    wakes: [isExpired ? undefined : expiry],
  };
}
