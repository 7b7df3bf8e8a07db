import { addSeconds, parseTime, pastOrNow } from '../time.js';
import type { Reports } from './report.js';
import type { Resource } from './resource.js';
import type { SeenJob } from './seen-jobs.js';

/** A Job that was asked for and is not observed after this time is said to be missing: nothing in a request shows that the API server refuses it. */
export const MISSING_AFTER_SECONDS = 120;

/**
 * Until when the Job of a report may still appear: it was asked for, a worker says that it has ended with success, and the Job is
 * not observed yet. The resource and its Jobs come from two caches, and on an empty partition a worker ends within a second.
 */
export function appearsBy(
  { status: { job, creatingSince } }: Resource,
  { strayReport }: Reports,
  seen: readonly SeenJob[],
  now: Date,
): Date | undefined {
  // One that was seen has ended, whatever becomes of the next.
  if (strayReport?.final !== true || seen.some(({ uid }) => uid === strayReport.jobUID)) return undefined;
  if (job === undefined || job.uid !== undefined) return undefined;
  const since = parseTime(creatingSince);
  if (!since) return undefined;
  const latest = addSeconds(pastOrNow(since, now), MISSING_AFTER_SECONDS);
  return now < latest ? latest : undefined;
}
