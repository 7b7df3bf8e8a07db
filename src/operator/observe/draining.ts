import type { ObservedJob } from '../../api/hooks.js';
import { addSeconds, earliest } from '../time.js';
import { jobIsDrained, suspendedSince } from './job-status.js';

/** A Job whose pod does not end is dropped all the same after this time: a lost node must not block for ever. */
export const DRAIN_LIMIT_SECONDS = 300;

/** How far Jobs that have to go have come to rest. */
export interface Draining {
  /** The Jobs that still have to come to rest. A drained one is not among them, and so goes. */
  stopping: readonly ObservedJob[];
  /** Names of the Jobs that are dropped although a pod of theirs may live on. */
  abandoned: readonly string[];
  /** When the first of the Jobs in `stopping` will be dropped all the same. */
  deadline: Date | undefined;
}

/**
 * Draining: a Job is returned with `suspend: true` until no pod of it runs, and then no more. The time limit counts from its
 * Suspended transition or, without one, from `since`.
 */
export function drainingOf(jobs: readonly ObservedJob[], since: Date, now: Date): Draining {
  const undrained = jobs.filter((job) => !jobIsDrained(job));
  const stopping = undrained.filter((job) => now < drainDeadline(job, since));
  return {
    stopping,
    abandoned: undrained.filter((job) => !stopping.includes(job)).map((job) => job.metadata.name),
    deadline: earliest(stopping.map((job) => drainDeadline(job, since))),
  };
}

export function drainDeadline(job: ObservedJob, since: Date): Date {
  return addSeconds(suspendedSince(job) ?? since, DRAIN_LIMIT_SECONDS);
}
