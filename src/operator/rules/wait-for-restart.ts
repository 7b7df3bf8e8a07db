import type { Message } from '../messages.js';
import type { Restart } from '../restart.js';
import { hadJob } from './had-job.js';
import type { Decision, Situation } from './rule.js';

/** Nothing is created before the restart is due. The uid is cleared, which shows a surviving pod that it has outlived its Job. */
export function waitForRestart(situation: Situation, { notBefore, ordinal }: Restart): Decision {
  const { jobName: name } = situation;
  const message: Message = hadJob(situation)
    ? { key: 'jobWasLost', job: name, ordinal, time: notBefore }
    : { key: 'countIsNotSeen', time: notBefore };
  return {
    state: 'Restarting',
    message,
    jobs: [],
    set: { job: { name } },
    wakes: [notBefore],
  };
}
