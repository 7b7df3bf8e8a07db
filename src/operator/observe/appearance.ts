import { addSeconds, parseTime } from '../time.js';
import type { Reports } from './report.js';
import type { Resource } from './resource.js';

/** A Job that was asked for and is not observed after this time is said to be missing: nothing in a request shows that the API server refuses it. */
export const MISSING_AFTER_SECONDS = 120;

/**
 * Until when the Job of a report may still appear: it was asked for, a worker says that it has ended with success, and the Job is
 * not observed yet. The resource and its Jobs come from two caches, and on an empty partition a worker ends within a second.
 */
export function appearsBy(
  { status: { job, creatingSince } }: Resource,
  { strayReport }: Reports,
  now: Date,
): Date | undefined {
  const since = parseTime(creatingSince);
  if (strayReport?.final !== true || job === undefined || job.uid !== undefined || !since || since > now)
    return undefined;
  const latest = addSeconds(since, MISSING_AFTER_SECONDS);
  return now < latest ? latest : undefined;
}
