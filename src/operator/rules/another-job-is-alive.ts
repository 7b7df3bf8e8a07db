import type { ObservedJob } from '../../api/hooks.js';
import { jobIsFinished } from '../observe/job-status.js';
import { addSeconds } from '../time.js';
import type { Decision, Situation } from './rule.js';

/** How often to check whether another Job, whose deletion is stuck, is gone. */
const RESYNC_SECONDS = 30;

/** Never two at once: no Job is created while another Job of this resource may have a pod. */
export function anotherJobIsAlive(situation: Situation): Decision | undefined {
  const { aliveOthers, impostor, now } = situation;
  if (aliveOthers.length === 0 && impostor === undefined) return undefined;
  return {
    state: 'Pending',
    ...(impostor
      ? because(impostor, situation)
      : { message: { key: 'anotherJobIsAlive', jobs: aliveOthers.join(', ') }, jobs: [] }),
    wakes: [addSeconds(now, RESYNC_SECONDS)],
  };
}

/**
 * A Job that has ended since we asked for one may be what an admission webhook made of ours. It may have deleted all there was, and
 * another one would delete what was written since. So it stays until a person has looked.
 */
function because(impostor: ObservedJob, { status, parent }: Situation): Pick<Decision, 'message' | 'jobs'> {
  const job = impostor.metadata.name;
  return status.job !== undefined && jobIsFinished(impostor)
    ? { message: { key: 'jobWasChanged', job, namespace: parent.namespace }, jobs: [{ keep: impostor }] }
    : { message: { key: 'jobIsNotOurs', job }, jobs: [] };
}
