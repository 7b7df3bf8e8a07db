import { anotherJobIsAlive } from './another-job-is-alive.js';
import { countIsAwaited } from './count-is-awaited.js';
import { isCancelled } from './is-cancelled.js';
import { isNew } from './is-new.js';
import { isPaused } from './is-paused.js';
import { jobHasEnded } from './job-has-ended.js';
import { jobIsObserved } from './job-is-observed.js';
import { jobWasLost } from './job-was-lost.js';
import { pausedBeforeStart } from './paused-before-start.js';
import { reportAwaitsJob } from './report-awaits-job.js';
import { reportIsFinal } from './report-is-final.js';
import { resourceWasRestored } from './resource-was-restored.js';
import { restartIsScheduled } from './restart-is-scheduled.js';
import type { Rule } from './rule.js';
import { runHasFinished } from './run-has-finished.js';
import { specIsRefused } from './spec-is-refused.js';

/** In order: the first rule that applies decides. */
export const RULES: readonly Rule[] = [
  countIsAwaited, // an approval is waiting for the count
  runHasFinished, // never starts again
  reportAwaitsJob, // seen a moment later, its end counts
  reportIsFinal, // never starts again either, if only the report shows that it has finished
  resourceWasRestored, // its report belongs to another resource
  jobHasEnded, // Complete or Failed is recorded first
  isCancelled,
  isPaused, // as requested, or held back by policy
  jobIsObserved, // continues
  specIsRefused, // by the schema or by policy
  pausedBeforeStart,
  anotherJobIsAlive, // never two at once
  jobWasLost, // at first, only recorded
  restartIsScheduled, // waits, then creates
  isNew, // always applies
];
