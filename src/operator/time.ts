import { INT32_MAX } from '../api/patterns.js';

/** RFC 3339 in whole seconds, UTC: the only time format that we write. */
export function formatTime(date: Date): string {
  // The fraction, '.123Z', is counted forward from the whole second before it, also before 1970.
  return `${date.toISOString().slice(0, -5)}Z`;
}

/** What RFC 3339 can express in UTC with its four-digit years: the end of 9999 in America, for example, is out of range. */
const WRITABLE = { first: Date.parse('0000-01-01T00:00:00Z'), last: Date.parse('9999-12-31T23:59:59.999Z') };

/** Parses a time; undefined if it cannot be read, or cannot be written in UTC. */
export function parseTime(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  return time >= WRITABLE.first && time <= WRITABLE.last ? new Date(time) : undefined;
}

/** The time as it will be written: a decision must not depend on a fraction that its record will lack. */
export function parseWholeSeconds(text: string | undefined): Date | undefined {
  const time = parseTime(text);
  return time && inWholeSeconds(time);
}

export function addSeconds(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000);
}

/** A recorded time, or now if there is none: one that is ahead was written by another clock. */
export function pastOrNow(recorded: Date | undefined, now: Date): Date {
  return recorded && recorded <= now ? recorded : now;
}

/**
 * Whole seconds from `now` until `then`, at least 1, for `resyncAfterSeconds`. Metacontroller counts them in int64 nanoseconds: 292
 * years overflow.
 */
export function secondsUntil(then: Date, now: Date): number {
  return Math.min(INT32_MAX, Math.max(1, Math.ceil((then.getTime() - now.getTime()) / 1000)));
}

/** The earliest of several times, any of which may be absent. */
export function earliest(times: readonly (Date | undefined)[]): Date | undefined {
  const known = times.filter((time) => time !== undefined).map((time) => time.getTime());
  return known.length === 0 ? undefined : new Date(Math.min(...known));
}

function inWholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
