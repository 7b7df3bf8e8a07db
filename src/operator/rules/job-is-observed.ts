import type { CurrentJob } from '../observe/current-job.js';
import { goesOn } from './goes-on.js';
import { duringLull } from './lull.js';
import type { Decision, Situation } from './rule.js';

/** The Job exists and nothing stops it: it is kept unchanged, and the state shows what it is doing. */
export function jobIsObserved(situation: Situation): Decision | undefined {
  const { job } = situation;
  if (!job) return undefined;
  const { wakes, ...activity } = activityOf(situation, job);
  const decision = goesOn(situation, job);
  const kept: Decision = {
    ...decision,
    ...activity,
    jobs: [{ keep: job.observed }],
    wakes: [...(wakes ?? []), ...decision.wakes],
  };
  return job.lull ? duringLull(kept, job, job.lull, situation) : kept;
}

function activityOf(
  { mode, now, parent }: Situation,
  { name, readyPods, failedPods, wasRunning, isSuspended, startTime, creationTime, slowAt }: CurrentJob,
): Pick<Decision, 'state' | 'message' | 'wakes'> {
  // After its pod has just succeeded, a Job has no ready pod.
  if (readyPods > 0 || (failedPods === 0 && wasRunning))
    return { state: 'Running', message: { key: mode === 'DryRun' ? 'jobIsCounting' : 'jobIsDeleting', job: name } };
  if (isSuspended) return { state: 'Pending', message: { key: 'jobIsQueued', job: name } };
  const state = failedPods > 0 ? 'Retrying' : 'Pending';
  const since = startTime ?? creationTime;
  if (slowAt && since && now >= slowAt)
    return { state, message: { key: 'jobHasNoReadyPod', job: name, since, namespace: parent.namespace } };
  if (failedPods > 0)
    return { state, message: { key: 'jobIsRetrying', job: name, failed: failedPods }, wakes: [slowAt] };
  return { state, message: { key: 'jobIsStarting', job: name }, wakes: [slowAt] };
}
