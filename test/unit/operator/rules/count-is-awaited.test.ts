import { countIsAwaited } from '../../../../src/operator/rules/count-is-awaited.js';
import { observedJob } from '../../../support/builders.js';
import { ruleTable } from './rule-table.js';

const observed = observedJob({ mode: 'DryRun' });
const job = observed.metadata.name;
/** Nobody waits any longer for a count that was not seen. */
const NO_RESTART = { restart: undefined };
const awaitedCount = { observed, name: job, isPaused: false, isInQueue: false };

ruleTable(countIsAwaited, [
  { why: 'does not apply when no count is awaited', given: {}, decision: undefined },
  {
    why: 'the count continues',
    given: { awaitedCount },
    decision: {
      state: 'Pending',
      message: { key: 'countIsAwaited', job },
      jobs: [{ keep: observed }],
      set: NO_RESTART,
    },
  },
  {
    why: 'a pause also pauses the count',
    given: { awaitedCount, wantsSuspension: true },
    decision: {
      state: 'Suspending',
      message: { key: 'countIsPausing', job },
      jobs: [{ pause: observed }],
      set: NO_RESTART,
    },
  },
  {
    why: 'the count has paused',
    given: { awaitedCount: { ...awaitedCount, isPaused: true }, wantsSuspension: true },
    decision: {
      state: 'Suspended',
      message: { key: 'countIsPaused', job },
      jobs: [{ pause: observed }],
      set: NO_RESTART,
    },
  },
  {
    why: 'a count in a queue would be resumed there: it leaves the queue, and goes',
    given: { awaitedCount: { ...awaitedCount, isInQueue: true }, wantsSuspension: true },
    decision: {
      state: 'Suspending',
      message: { key: 'countIsPausing', job },
      jobs: [{ drain: observed }],
      set: NO_RESTART,
    },
  },
  {
    why: 'a count that need not pause any longer is resumed',
    given: { awaitedCount: { ...awaitedCount, isPaused: true } },
    decision: {
      state: 'Pending',
      message: { key: 'countIsAwaited', job },
      jobs: [{ keep: observed }],
      set: NO_RESTART,
    },
  },
]);
