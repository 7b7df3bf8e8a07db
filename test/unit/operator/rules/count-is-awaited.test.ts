import { countIsAwaited } from '../../../../src/operator/rules/count-is-awaited.js';
import { observedJob } from '../../../support/builders.js';
import { ruleTable } from './rule-table.js';

const observed = observedJob({ mode: 'DryRun' });
const job = observed.metadata.name;
const awaitedCount = { observed, name: job, isPaused: false };

ruleTable(countIsAwaited, [
  { why: 'no count is awaited', given: {}, decision: undefined },
  {
    why: 'it goes on',
    given: { awaitedCount },
    decision: { state: 'Pending', message: { key: 'countIsAwaited', job }, jobs: [{ keep: observed }] },
  },
  {
    why: 'a pause is for the count too',
    given: { awaitedCount, wantsSuspension: true },
    decision: { state: 'Suspending', message: { key: 'countIsPausing', job }, jobs: [{ pause: observed }] },
  },
  {
    why: 'and then it is paused',
    given: { awaitedCount: { ...awaitedCount, isPaused: true }, wantsSuspension: true },
    decision: { state: 'Suspended', message: { key: 'countIsPaused', job }, jobs: [{ pause: observed }] },
  },
  {
    why: 'no longer paused: it is resumed',
    given: { awaitedCount: { ...awaitedCount, isPaused: true } },
    decision: { state: 'Pending', message: { key: 'countIsAwaited', job }, jobs: [{ keep: observed }] },
  },
]);
