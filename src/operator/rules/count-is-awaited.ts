import type { Decision, Situation } from './rule.js';

/** A DryRun that was approved before it ended continues, and the deletion waits for it. */
export function countIsAwaited({ awaitedCount, wantsSuspension }: Situation): Decision | undefined {
  if (!awaitedCount) return undefined;
  const { observed, name: job, isPaused } = awaitedCount;
  if (!wantsSuspension)
    return { state: 'Pending', message: { key: 'countIsAwaited', job }, jobs: [{ keep: observed }] };
  return {
    state: isPaused ? 'Suspended' : 'Suspending',
    message: { key: isPaused ? 'countIsPaused' : 'countIsPausing', job },
    jobs: [{ pause: observed }],
  };
}
