import type { ObservedJob } from '../../api/hooks.js';
import { addSeconds, earliest } from '../time.js';
import { jobIsDrained, suspendedSince } from './job-status.js';
import { unreachableEntry } from './unmergeable.js';

/** After this time, a Job is dropped even if its pod has not ended: a lost node must not block forever. */
export const DRAIN_LIMIT_SECONDS = 300;

/** How far the Jobs that have to be removed have drained. */
export interface Draining {
  /** The Jobs that have not drained yet. A drained Job is left out, and is therefore deleted. */
  stopping: readonly ObservedJob[];
  /** Those that no suspension reaches: they are left out at once, and their pods get SIGTERM from the garbage collector. */
  dropping: readonly ObservedJob[];
  /** Names of the Jobs that are dropped although one of their pods may still be running. */
  abandoned: readonly string[];
  /** When the first of the Jobs in `stopping` and `dropping` no longer counts, drained or not. */
  deadline: Date | undefined;
}

/**
 * Draining: a Job is returned with `suspend: true` until none of its pods is running, and then omitted. The time limit counts
 * from its Suspended transition, but never from before `since`: the two times come from different clocks. A Job that cannot be
 * suspended, because Metacontroller cannot change it, is omitted without that.
 */
export function drainingOf(jobs: readonly ObservedJob[], since: Date, now: Date): Draining {
  const undrained = jobs.filter((job) => !jobIsDrained(job));
  const inTime = undrained.filter((job) => now < drainDeadline(job, since));
  const dropping = inTime.filter((job) => unreachableEntry(job) !== undefined);
  return {
    stopping: inTime.filter((job) => !dropping.includes(job)),
    dropping,
    abandoned: undrained.filter((job) => !inTime.includes(job)).map((job) => job.metadata.name),
    deadline: earliest(inTime.map((job) => drainDeadline(job, since))),
  };
}

export function drainDeadline(job: ObservedJob, since: Date): Date {
  const suspended = suspendedSince(job);
  return addSeconds(suspended && suspended > since ? suspended : since, DRAIN_LIMIT_SECONDS);
}
