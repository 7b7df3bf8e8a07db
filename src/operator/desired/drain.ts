import type { ObservedJob } from '../../api/hooks.js';
import type { Job } from '../../api/job.js';
import { keptJob } from './kept-job.js';
import { jobIsDrained, suspendedSince } from '../observe/job-status.js';
import { addSeconds } from '../time.js';

/** A Job whose pod does not end is dropped all the same after this time: a lost node must not block for ever. */
export const DRAIN_LIMIT_SECONDS = 300;

export interface Draining {
  /** The Jobs to return: each still has to come to rest. A drained one is not among them, and so goes. */
  children: Job[];
  /** Names of Jobs that are dropped although a pod of theirs may live on. */
  abandoned: string[];
  /** When the first of the Jobs in `children` would be dropped all the same. */
  deadline: Date | undefined;
}

/**
 * Draining: a Job is returned with `suspend: true` until no pod of it runs, and then no more. The time limit counts from its
 * Suspended transition or, without one, from `since`.
 */
export function drain(jobs: readonly ObservedJob[], namespace: string, since: Date, now: Date): Draining {
  const result: Draining = { children: [], abandoned: [], deadline: undefined };
  for (const job of jobs) {
    if (jobIsDrained(job)) continue;
    const deadline = drainDeadline(job, since);
    if (now >= deadline) {
      result.abandoned.push(job.metadata.name);
    } else {
      result.children.push(keptJob(job, namespace, { suspend: true }));
      if (result.deadline === undefined || deadline < result.deadline) result.deadline = deadline;
    }
  }
  return result;
}

export function drainDeadline(job: ObservedJob, since: Date): Date {
  return addSeconds(suspendedSince(job) ?? since, DRAIN_LIMIT_SECONDS);
}

/** What to say of Jobs that were dropped undrained. */
export function abandonedMessage(names: readonly string[]): string {
  return names.length === 0
    ? ''
    : ` (the pod of Job ${names.join(', ')} did not end within ${DRAIN_LIMIT_SECONDS} s and may live on: look at its node)`;
}
