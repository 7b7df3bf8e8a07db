import type { Restart } from '../restart.js';
import type { Decision, Situation } from './rule.js';

/** Nothing is created before the restart is due. The uid is cleared, which shows a surviving pod that it has outlived its Job. */
export function waitForRestart({ jobName: name }: Situation, { notBefore, ordinal }: Restart): Decision {
  return {
    state: 'Restarting',
    message: { key: 'jobWasLost', job: name, ordinal, time: notBefore },
    jobs: [],
    set: { job: { name } },
    wakes: [notBefore],
  };
}
