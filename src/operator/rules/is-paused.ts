import type { CurrentJob } from '../observe/current-job.js';
import { wasSuspendedByUs } from '../observe/last-word.js';
import type { Message } from '../messages.js';
import { goesOn } from './goes-on.js';
import { leavesQueue } from './leaves-queue.js';
import type { Decision, Situation } from './rule.js';

/** The Job is paused as requested, or may not be resumed. Policy holds back only our own pauses; Kueue alone ends Kueue's. */
export function isPaused(situation: Situation): Decision | undefined {
  const { job, wantsSuspension, objection, recorded } = situation;
  if (!job) return undefined;
  const wasPaused = recorded === 'Suspended' || recorded === 'Suspending';
  // Asked last: the annotation has to be parsed. A status from before the pause may be what a cache shows.
  const isHeldBack = objection !== undefined && job.isSuspended && (wasPaused || wasSuspendedByUs(job.observed));
  const isLeaving = job.isOutOfQueue && job.isSuspended;
  if (!wantsSuspension && !isHeldBack && !isLeaving) return undefined;
  // One that no suspension reaches does not leave, either: it stays, and the message says so.
  const isReached = job.draining.dropping.length === 0;
  if (isReached && (isLeaving || job.queue !== undefined)) return leavesQueue(situation, job);
  return {
    ...goesOn(situation, job),
    state: job.isPaused ? 'Suspended' : 'Suspending',
    message: pauseMessage(job, wantsSuspension),
    jobs: [{ pause: job.observed }],
  };
}

function pauseMessage(job: CurrentJob, wantsSuspension: boolean): Message {
  if (!job.isPaused) return { key: 'jobIsPausing' };
  return { key: wantsSuspension ? 'jobIsPaused' : 'jobIsHeldBack' };
}
