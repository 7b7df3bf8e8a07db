import type { Decision, Situation } from './rule.js';
import { waitForRestart } from './wait-for-restart.js';

/** First only the record: a request can be older than our last answer, and starting again must not rest on one stale look. */
export function jobWasLost(situation: Situation): Decision | undefined {
  const { unrecordedRestart } = situation;
  if (!unrecordedRestart) return undefined;
  const waiting = waitForRestart(situation, unrecordedRestart);
  return { ...waiting, set: { ...waiting.set, restart: unrecordedRestart } };
}
