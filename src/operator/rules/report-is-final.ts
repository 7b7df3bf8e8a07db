import { ended } from './ended.js';
import type { Decision, Situation } from './rule.js';

/** The Job was removed before its end was recorded: the worker's final report gives it. While the Job exists, a report may be forged. */
export function reportIsFinal(situation: Situation): Decision | undefined {
  const { job, reportedEnd } = situation;
  if (job || !reportedEnd) return undefined;
  return { ...ended(situation, reportedEnd), jobs: [] };
}
