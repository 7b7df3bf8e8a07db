import { addSeconds } from '../time.js';
import type { Decision, Situation } from './rule.js';

/** How often to check whether another Job, whose deletion is stuck, is gone. */
const RESYNC_SECONDS = 30;

/** Never two at once: no Job is created while another Job of this resource may have a pod. */
export function anotherJobIsAlive({ aliveOthers, impostor, now }: Situation): Decision | undefined {
  if (aliveOthers.length === 0 && impostor === undefined) return undefined;
  return {
    state: 'Pending',
    message:
      impostor === undefined
        ? { key: 'anotherJobIsAlive', jobs: aliveOthers.join(', ') }
        : { key: 'jobIsNotOurs', job: impostor },
    jobs: [],
    wakes: [addSeconds(now, RESYNC_SECONDS)],
  };
}
