import type { CurrentJob } from '../observe/current-job.js';
import { planRestart } from '../restart.js';
import { goesOn } from './goes-on.js';
import type { Decision, Situation } from './rule.js';
import { waitForRestart } from './wait-for-restart.js';

/**
 * A Job in a queue cannot be paused, because Kueue resumes it. It leaves its queue, drains and goes; the restart that is recorded
 * with that creates it again once the run goes on, and it queues again.
 */
export function leavesQueue(situation: Situation, job: CurrentJob): Decision {
  const { stopping, deadline, abandoned } = job.draining;
  const decision = goesOn(situation, job);
  if (stopping.length > 0)
    return {
      ...decision,
      state: 'Suspending',
      message: { key: 'jobIsPausing' },
      jobs: stopping.map((drain) => ({ drain })),
      wakes: [...decision.wakes, deadline],
    };
  const restart = planRestart((job.restarts ?? situation.status.restarts ?? 0) + 1, situation.now);
  const goesOnLater = !situation.wantsSuspension && situation.objection === undefined;
  return {
    ...decision,
    ...(goesOnLater ? waitForRestart(situation, restart) : PAUSED),
    set: { ...decision.set, job: { name: job.name }, restart },
    abandoned,
  };
}

const PAUSED: Decision = { state: 'Suspended', message: { key: 'jobIsRemoved' }, jobs: [] };
