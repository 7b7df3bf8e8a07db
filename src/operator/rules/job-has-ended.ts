import { ended } from './ended.js';
import type { Decision, Situation } from './rule.js';

/** The Job is Complete or Failed. It is kept at least until the status records its outcome. */
export function jobHasEnded(situation: Situation): Decision | undefined {
  const { job, expiry } = situation;
  if (!job?.outcome) return undefined;
  return { ...ended(situation, job.outcome), jobs: [{ keep: job.observed }], wakes: [expiry] };
}
