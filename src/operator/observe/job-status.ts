import type { ObservedJob } from '../../api/hooks.js';
import { RUN_LABEL } from '../../api/names.js';
import { parseTime } from '../time.js';
import { queueOf } from './queue.js';

type JobCondition = NonNullable<NonNullable<ObservedJob['status']>['conditions']>[number];

/** The Job's condition of that type, if it is True. */
export function trueCondition(job: ObservedJob, type: string): JobCondition | undefined {
  return job.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

/** Complete or Failed. SuccessCriteriaMet and FailureTarget precede them while pods are still ending, so they are not the end. */
export function jobIsFinished(job: ObservedJob): boolean {
  return trueCondition(job, 'Complete') !== undefined || trueCondition(job, 'Failed') !== undefined;
}

/** Its end is decided, and about to be shown: Kubernetes sets these while it still counts the pods. */
function isEnding(job: ObservedJob): boolean {
  return trueCondition(job, 'SuccessCriteriaMet') !== undefined || trueCondition(job, 'FailureTarget') !== undefined;
}

/**
 * Suspended in its spec *and* in its status: a Job that was just suspended still shows its old counts, a new one shows none at
 * all, and neither has drained. One whose end is about to be shown has not either: dropped now, nobody would see that end.
 */
export function suspensionIsDrained(job: ObservedJob): boolean {
  return (
    job.spec.suspend === true &&
    trueCondition(job, 'Suspended') !== undefined &&
    !isEnding(job) &&
    (job.status?.active ?? 0) === 0 &&
    (job.status?.terminating ?? 0) === 0
  );
}

/** No pod of this Job is running, and none will start: a queue would resume it. */
export function jobIsDrained(job: ObservedJob): boolean {
  return jobIsFinished(job) || (suspensionIsDrained(job) && queueOf(job) === undefined);
}

/** When the Job was suspended; undefined if it is not suspended. */
export function suspendedSince(job: ObservedJob): Date | undefined {
  return job.spec.suspend === true ? parseTime(trueCondition(job, 'Suspended')?.lastTransitionTime) : undefined;
}

export function runLabel(job: ObservedJob): string | undefined {
  return job.metadata.labels?.[RUN_LABEL];
}
