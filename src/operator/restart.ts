import { INT32_MAX } from '../api/patterns.js';
import type { Status } from '../api/status.js';
import { addSeconds, parseTime } from './time.js';

/**
 * A lost Job is created again after 60 s, doubling to 5 min. That is longer than caches usually lag, and longer than a worker that
 * is cut off can write: the fence's limit (20 s) plus a request's time-outs (5 s to connect, 15 s to be answered).
 */
const FIRST_DELAY_SECONDS = 60;
const LONGEST_DELAY_SECONDS = 300;

/** A decision's record that a lost Job will be created again; it is written as `status.restart`. */
export interface Restart {
  notBefore: Date;
  /** 1 for the first restart of a run. */
  ordinal: number;
}

export function restartDelaySeconds(ordinal: number): number {
  return Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.min(ordinal - 1, 10));
}

/** A restart after its delay, rounded up to a whole second so that it is never early. */
export function planRestart(ordinal: number, now: Date): Restart {
  const delayed = addSeconds(now, restartDelaySeconds(ordinal));
  // The annotation that it is counted from can be written by anyone who may patch Jobs.
  return { notBefore: new Date(Math.ceil(delayed.getTime() / 1000) * 1000), ordinal: Math.min(ordinal, INT32_MAX) };
}

/**
 * A restart as recorded in the status; undefined if its time is further ahead than any delay: then a clock was set back, or
 * someone else wrote it.
 */
export function recordedRestart(
  { notBefore, ordinal }: NonNullable<Status['restart']>,
  now: Date,
): Restart | undefined {
  const time = parseTime(notBefore);
  return time !== undefined && time <= addSeconds(now, LONGEST_DELAY_SECONDS + 1)
    ? { notBefore: time, ordinal }
    : undefined;
}
