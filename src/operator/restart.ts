import type { Status } from '../api/status.js';
import { addSeconds, formatTime, parseTime } from './time.js';

/** A lost Job is made again after 30 s, doubling to 5 min: longer than caches lag, and than an unfenced worker goes on. */
const FIRST_DELAY_SECONDS = 30;
const LONGEST_DELAY_SECONDS = 300;

export type Restart = NonNullable<Status['restart']>;

export function restartDelaySeconds(ordinal: number): number {
  return Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.min(ordinal - 1, 10));
}

/** The record that a lost Job will be made again, in whole seconds and never earlier than the delay asks for. */
export function recordRestart(ordinal: number, now: Date): Restart {
  const notBefore = addSeconds(now, restartDelaySeconds(ordinal));
  return { notBefore: formatTime(addSeconds(notBefore, notBefore.getTime() % 1000 === 0 ? 0 : 1)), ordinal };
}

/** The time of a record; undefined where it lies further ahead than any delay does: a clock was set back, or it was not us. */
export function restartTime(restart: Restart, now: Date): Date | undefined {
  const time = parseTime(restart.notBefore);
  return time !== undefined && time <= addSeconds(now, LONGEST_DELAY_SECONDS + 1) ? time : undefined;
}
