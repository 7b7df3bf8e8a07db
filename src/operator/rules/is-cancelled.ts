import type { ObservedJob } from '../../api/hooks.js';
import type { State } from '../../api/states.js';
import type { CurrentJob } from '../observe/current-job.js';
import { addSeconds } from '../time.js';
import { ended } from './ended.js';
import type { Decision, Situation } from './rule.js';
import { seen } from './seen.js';

/** The states in which the recorded answer asked for the Job's suspension. */
const SUSPENDING_STATES: readonly (State | undefined)[] = ['Suspending', 'Suspended', 'Cancelling'];

/** Cancelled promises that nothing more is deleted, so it is shown only after every Job has drained. */
export function isCancelled(situation: Situation): Decision | undefined {
  const { wantsCancellation, job, others, unseenUntil, now } = situation;
  if (!wantsCancellation) return undefined;
  const unfinished = comingToRest(situation);
  if (unfinished) return unfinished;
  if (unseenUntil && now < unseenUntil) return unseen(situation, unseenUntil);
  if (job && wasSuspendedByOthers(situation, job)) return draining(job, [job.observed], addSeconds(now, 1));
  return {
    ...ended(situation, { state: 'Cancelled', message: { meaningOf: 'Cancelled' }, time: now }),
    abandoned: [...(job?.draining.abandoned ?? []), ...others.abandoned],
    // The Job is kept until the status records this: a request with an older status would otherwise show neither of them.
    jobs: job ? [{ pause: job.observed }] : [],
    wakes: [job && addSeconds(now, 1)],
  };
}

function comingToRest(situation: Situation): Decision | undefined {
  const { job, others } = situation;
  const { stopping = [], dropping = [], deadline } = job?.draining ?? {};
  if (stopping.length > 0 || others.stopping.length > 0)
    return draining(job, job && isAtRest(job) ? [job.observed] : stopping, deadline);
  return job && dropping.length > 0 ? beingDropped(situation, job) : undefined;
}

/** Drained: it stays while other Jobs drain, because a request with an older status shows by it alone that the run has begun. */
const isAtRest = ({ draining: { stopping, dropping, abandoned } }: CurrentJob): boolean =>
  stopping.length + dropping.length + abandoned.length === 0;

function draining(job: CurrentJob | undefined, stopping: readonly ObservedJob[], wake: Date | undefined): Decision {
  return {
    state: 'Cancelling',
    message: { key: 'jobIsCancelling' },
    jobs: stopping.map((drain) => ({ drain })),
    set: { ...(job && seen(job)), restart: undefined },
    wakes: [wake],
  };
}

/**
 * The Job has drained, but nothing that we recorded asked for that: a queue or a person suspended it. Our last answer may be
 * resuming it at this very moment, so ours has to stand in the status first, and the Job is looked at once more.
 */
function wasSuspendedByOthers({ recorded }: Situation, job: CurrentJob): boolean {
  return job.draining.abandoned.length === 0 && !SUSPENDING_STATES.includes(recorded);
}

/** The Job cannot be suspended. Its end is not seen any more, so its pod gets as long to stop as that of a Job that was lost. */
function beingDropped({ drainingSince }: Situation, job: CurrentJob): Decision {
  return {
    state: 'Cancelling',
    message: { key: 'jobIsDropped', job: job.name },
    jobs: [],
    set: { ...seen(job), restart: undefined, drainingSince },
    wakes: [job.draining.deadline],
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
