import type { CurrentJob } from '../observe/current-job.js';
import type { Message } from '../messages.js';
import { goesOn } from './goes-on.js';
import { duringLull } from './lull.js';
import { noReadyPod } from './no-ready-pod.js';
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

function activityOf(situation: Situation, job: CurrentJob): Pick<Decision, 'state' | 'message' | 'wakes'> {
  const { mode, now, parent, table } = situation;
  const { name, readyPods, failedPods, wasRunning, hasReached, isSuspended, startTime, creationTime, slowAt } = job;
  const state = failedPods > 0 ? 'Retrying' : 'Pending';
  // It may have run before: Kueue preempts.
  if (isSuspended && readyPods === 0) return { state: 'Pending', message: waitsFor(job) };
  // After its pod has just succeeded, a Job has no ready pod.
  if (readyPods > 0 || (failedPods === 0 && wasRunning)) {
    if (!hasReached) return { state, ...notReached(situation, job) };
    return {
      state: 'Running',
      message: { key: mode === 'DryRun' ? 'jobIsCounting' : 'jobIsDeleting', job: name, table },
    };
  }
  const since = startTime ?? creationTime;
  if (slowAt && since && now >= slowAt) return { state, message: noReadyPod(job, since, parent) };
  if (failedPods > 0)
    return { state, message: { key: 'jobIsRetrying', job: name, failed: failedPods }, wakes: [slowAt] };
  return { state, message: { key: 'jobIsStarting', job: name }, wakes: [slowAt] };
}

/** Not resumed by us: a queue admits it, and another controller or a person may have suspended it. */
const waitsFor = ({ name: job, queue }: CurrentJob): Message =>
  queue === undefined ? { key: 'jobIsQueued', job } : { key: 'jobIsInQueue', job, queue };

/** A pod is ready as soon as its process has started. */
function notReached(
  { table, now, parent }: Situation,
  { name: job, obstacle, slowAt }: CurrentJob,
): Pick<Decision, 'message' | 'wakes'> {
  if (obstacle !== undefined) return { message: { key: 'tableIsNotReached', job, table, why: obstacle } };
  if (slowAt && now >= slowAt) return { message: { key: 'workerIsSilent', job, table, namespace: parent.namespace } };
  return { message: { key: 'tableIsAwaited', job, table }, wakes: [slowAt] };
}
