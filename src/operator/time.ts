/** RFC 3339 in whole seconds, UTC: the only form of time that we write. */
export function formatTime(date: Date): string {
  return inWholeSeconds(date).toISOString().replace('.000Z', 'Z');
}

/** What RFC 3339 can write in UTC, whose years have four digits: the end of 9999 in America is no more. */
const WRITABLE = { first: Date.parse('0000-01-01T00:00:00Z'), last: Date.parse('9999-12-31T23:59:59.999Z') };

/** A time that somebody wrote; undefined where it cannot be read, or not be written again in UTC. */
export function parseTime(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  return time >= WRITABLE.first && time <= WRITABLE.last ? new Date(time) : undefined;
}

/** The same as it will be written: a decision must not rest on a fraction that its record will lack. */
export function parseWholeSeconds(text: string | undefined): Date | undefined {
  const time = parseTime(text);
  return time && inWholeSeconds(time);
}

export function addSeconds(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000);
}

/** Whole seconds from `now` until `then`, at least 1: what `resyncAfterSeconds` takes. */
export function secondsUntil(then: Date, now: Date): number {
  return Math.max(1, Math.ceil((then.getTime() - now.getTime()) / 1000));
}

/** The first of several times that there may be. */
export function earliest(times: readonly (Date | undefined)[]): Date | undefined {
  const known = times.filter((time) => time !== undefined).map((time) => time.getTime());
  return known.length === 0 ? undefined : new Date(Math.min(...known));
}

function inWholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
