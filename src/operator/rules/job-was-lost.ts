import type { Decision, Situation } from './rule.js';
import { waitForRestart } from './wait-for-restart.js';

/** At first, only records the loss: a request can be older than our last response, and one stale cache must not cause a restart. */
export function jobWasLost(situation: Situation): Decision | undefined {
  const { unrecordedRestart } = situation;
  if (!unrecordedRestart) return undefined;
  const waiting = waitForRestart(situation, unrecordedRestart);
  return { ...waiting, set: { ...waiting.set, restart: unrecordedRestart } };
}
