import type { Status } from '../api/status.js';
import { addSeconds, parseTime } from './time.js';

/** A lost Job is created again after 30 s, doubling to 5 min: longer than caches lag, and than an unfenced worker goes on. */
const FIRST_DELAY_SECONDS = 30;
const LONGEST_DELAY_SECONDS = 300;

/** The record that a lost Job will be created again, as a decision holds it; `status.restart` once it is written. */
export interface Restart {
  notBefore: Date;
  /** 1 for the first restart of a run. */
  ordinal: number;
}

export function restartDelaySeconds(ordinal: number): number {
  return Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.min(ordinal - 1, 10));
}

/** A restart after its delay, at a whole second and never earlier than the delay asks for. */
export function planRestart(ordinal: number, now: Date): Restart {
  const delayed = addSeconds(now, restartDelaySeconds(ordinal));
  return { notBefore: new Date(Math.ceil(delayed.getTime() / 1000) * 1000), ordinal };
}

/**
 * A restart as the status has recorded it; undefined where its time lies further ahead than any delay does: a clock was set
 * back, or we did not write it.
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
