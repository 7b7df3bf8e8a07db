import { REPORT_ANNOTATION } from '../../src/api/names.js';
import { readReport } from '../../src/api/validate.js';
import { conditionOf } from '../models/cluster/condition.js';
import type { ApiObject, Json } from '../models/cluster/objects.js';

/** For how long a Job may be without a ready pod before that is said, in seconds. */
const LONGEST_LULL = 120;
/** For how long a report tells that its worker was at work, in seconds. */
const RECENT = 180;
/** Said of a pod that something else keeps. */
const HAS_ENDED = 'has ended, but something else';

/**
 * What is wrong with an answer that says Running of a Job that had a ready pod, and has none. For how long, either the status tells
 * or, while it is recent, the last report; so nothing but a first look can come late.
 */
export function wrongWhileUnready(
  { status = {}, resyncAfterSeconds = 0 }: { status?: Json; resyncAfterSeconds?: number },
  job: ApiObject,
  parent: ApiObject,
  now: Date,
): string | undefined {
  if (Number(job.status?.ready ?? 0) > 0) return undefined;
  const secondsSince = (time: unknown): number => (now.getTime() - Date.parse(String(time))) / 1000;
  const report = readReport(parent.metadata.annotations?.[REPORT_ANNOTATION]);
  const isTold = report?.jobUID === job.metadata.uid && secondsSince(report.time) <= RECENT;
  if (status.notReadySince === undefined && !isTold) return 'nothing tells since when';
  if (conditionOf({ status }, 'Finished')?.message?.includes(HAS_ENDED) === true) return undefined;
  const since = secondsSince(parent.status?.notReadySince ?? now.toISOString());
  if (since >= LONGEST_LULL) return `it is said to be at work after ${since} s`;
  return resyncAfterSeconds > 0 && resyncAfterSeconds <= LONGEST_LULL
    ? undefined
    : `the next look is in ${resyncAfterSeconds} s`;
}
