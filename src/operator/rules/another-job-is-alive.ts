import type { ObservedJob } from '../../api/hooks.js';
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

function because(impostor: ObservedJob, { changedJob, parent }: Situation): Pick<Decision, 'message' | 'jobs'> {
  const job = impostor.metadata.name;
  return changedJob
    ? { message: { key: 'jobWasChanged', job, namespace: parent.namespace }, jobs: [{ keep: changedJob }] }
    : { message: { key: 'jobIsNotOurs', job }, jobs: [] };
}
