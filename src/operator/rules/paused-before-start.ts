import { hadJob } from './had-job.js';
import type { Decision, Situation } from './rule.js';

/** No Job is created while it would be paused. One that the run has had was lost, or left its queue. */
export function pausedBeforeStart(situation: Situation): Decision | undefined {
  const { wantsSuspension, changedJob } = situation;
  if (!wantsSuspension) return undefined;
  const jobs = changedJob ? [{ keep: changedJob }] : [];
  const unfinished = comingToRest(situation);
  if (unfinished) return { ...unfinished, state: 'Suspending', jobs };
  return { state: 'Suspended', message: { key: hadJob(situation) ? 'jobIsRemoved' : 'pausedBeforeStart' }, jobs };
}

/** Suspended promises that no pod is running, so what may still be stopping comes first. */
function comingToRest(situation: Situation): Pick<Decision, 'message' | 'set' | 'wakes'> | undefined {
  const { others, jobName, drainingSince, stored, status, now } = situation;
  if (others.stopping.length > 0) return { message: { key: 'jobIsPausing' }, wakes: [others.deadline] };
  const until = stopsBy(situation);
  if (until === undefined || now >= until) return undefined;
  // Of a count whose approval is not recorded yet, the status before it names the Job.
  const job = status.job?.name ?? stored.job?.name ?? jobName;
  return { message: { key: 'pausedJobIsNotSeen', job }, set: { drainingSince }, wakes: [until] };
}

/**
 * The Job may exist although it is not observed yet, or be lost. Once Suspended was recorded, it had been seen to stop; and one
 * that has ended under its name, whoever changed it, is that Job.
 */
function stopsBy(situation: Situation): Date | undefined {
  const { recorded, recordedRestart, unrecordedRestart, unseenUntil, changedJob, now } = situation;
  if (recorded === 'Suspended' || changedJob) return undefined;
  // Once it is due, the Job may have been created again.
  if (recordedRestart && now < recordedRestart.notBefore) return recordedRestart.notBefore;
  return unseenUntil ?? unrecordedRestart?.notBefore;
}
