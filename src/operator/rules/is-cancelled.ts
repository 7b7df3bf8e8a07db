import { addSeconds } from '../time.js';
import { ended } from './ended.js';
import type { Decision, Situation } from './rule.js';
import { seen } from './seen.js';

/** Cancelled promises that nothing more is deleted, so it is shown only after every Job has drained. */
export function isCancelled(situation: Situation): Decision | undefined {
  const { wantsCancellation, job, others, unseenUntil, now } = situation;
  if (!wantsCancellation) return undefined;
  const { stopping = [], deadline } = job?.draining ?? {};
  if (stopping.length > 0 || others.stopping.length > 0)
    return {
      state: 'Cancelling',
      message: { key: 'jobIsCancelling' },
      jobs: stopping.map((drain) => ({ drain })),
      set: { ...(job && seen(job)), restart: undefined },
      wakes: [deadline],
    };
  if (unseenUntil && now < unseenUntil) return unseen(situation, unseenUntil);
  return {
    ...ended(situation, { state: 'Cancelled', message: { meaningOf: 'Cancelled' }, time: now }),
    abandoned: [...(job?.draining.abandoned ?? []), ...others.abandoned],
    // The Job is kept until the status records this: a request with an older status would otherwise show neither of them.
    jobs: job ? [{ pause: job.observed }] : [],
    wakes: [job && addSeconds(now, 1)],
  };
}

/** The Job may exist although it is not observed yet, or its pod may still be stopping. */
function unseen({ jobName: job, drainingSince }: Situation, until: Date): Decision {
  return {
    state: 'Cancelling',
    message: { key: 'jobIsNotSeen', job },
    jobs: [],
    set: { restart: undefined, drainingSince },
    wakes: [until],
  };
}
