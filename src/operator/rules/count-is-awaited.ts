import type { Decision, Situation } from './rule.js';

/** A DryRun that was approved before it ended continues, and the deletion waits for it. */
export function countIsAwaited({ awaitedCount, wantsSuspension }: Situation): Decision | undefined {
  if (!awaitedCount) return undefined;
  const { observed, name: job, isPaused, isInQueue } = awaitedCount;
  // It is seen: nobody waits any longer for one that was not.
  const set = { restart: undefined };
  if (!wantsSuspension)
    return { state: 'Pending', message: { key: 'countIsAwaited', job }, jobs: [{ keep: observed }], set };
  // It cannot be resumed either, once it has left its queue: then it is one of the other Jobs, and goes.
  if (isInQueue)
    return { state: 'Suspending', message: { key: 'countIsPausing', job }, jobs: [{ drain: observed }], set };
  return {
    set,
    state: isPaused ? 'Suspended' : 'Suspending',
    message: { key: isPaused ? 'countIsPaused' : 'countIsPausing', job },
    jobs: [{ pause: observed }],
  };
}
