import { ended } from './ended.js';
import type { Decision, Situation } from './rule.js';

/** The Job was removed before its end was recorded: a failure is as reported, and a success is unconfirmed. */
export function reportIsFinal(situation: Situation): Decision | undefined {
  const { job, reportedEnd } = situation;
  if (job || !reportedEnd) return undefined;
  return { ...ended(situation, reportedEnd), jobs: [] };
}
