import { ended } from './ended.js';
import type { Decision, Situation } from './rule.js';

/** A finished run is never started again. While its Job exists, the Job is the best evidence of how it ended. */
export function runHasFinished(situation: Situation): Decision | undefined {
  const { finished, end, job, expiry, now } = situation;
  if (!end) return undefined;
  if (!job) return { ...ended(situation, end), jobs: [] };
  if (!job.outcome || finished === 'Cancelled') {
    const { stopping, abandoned, deadline } = job.draining;
    return { ...ended(situation, end), jobs: stopping.map((drain) => ({ drain })), abandoned, wakes: [deadline] };
  }
  const isExpired = expiry !== undefined && now >= expiry;
  return {
    ...ended(situation, job.outcome),
    jobs: isExpired ? [] : [{ keep: job.observed }],
    wakes: [isExpired ? undefined : expiry],
  };
}
