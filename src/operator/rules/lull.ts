import type { CurrentJob } from '../observe/current-job.js';
import type { Lull } from '../observe/lull.js';
import { noReadyPod } from './no-ready-pod.js';
import type { Decision, Situation } from './rule.js';

/**
 * What changes in a decision for a Job that had a ready pod, and has none now. It is about to end, or another pod is on its way;
 * after a while, neither is likely.
 */
export function duringLull(decision: Decision, job: CurrentJob, lull: Lull, situation: Situation): Decision {
  return {
    ...decision,
    ...messageDuring(job, lull, situation),
    set: { ...decision.set, ...(lull.record && { notReadySince: lull.record }) },
    wakes: [...(decision.wakes ?? []), lull.isSlow ? undefined : lull.slowAt],
  };
}

function messageDuring(
  current: CurrentJob,
  { isSlow, since, workerHasEnded }: Lull,
  { parent }: Situation,
): Partial<Pick<Decision, 'state' | 'message'>> {
  const { name: job, failedPods: failed } = current;
  if (!isSlow) return failed > 0 ? { state: 'Retrying', message: { key: 'jobIsRetrying', job, failed } } : {};
  if (workerHasEnded)
    return { state: 'Running', message: { key: 'workerHasEnded', job, since, namespace: parent.namespace } };
  return { state: failed > 0 ? 'Retrying' : 'Pending', message: noReadyPod(current, since, parent) };
}
