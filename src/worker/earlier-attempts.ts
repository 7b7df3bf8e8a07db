import type { Mode } from '../api/states.js';
import type { Progress } from '../api/status.js';
import type { LiveParent } from './live-parent.js';

type Earlier = Pick<LiveParent, 'report' | 'progress' | 'seenJobs' | 'jobsOfRun'>;

/**
 * What the attempts before this one have done, as the parent showed it when this one began; undefined if there were none. These are
 * lower bounds, unless the last of them said at its end what it had done: then it was not killed.
 */
export function progressBefore(parent: Earlier, jobUID: string, mode: Mode): Progress | undefined {
  const { report, progress, seenJobs, jobsOfRun } = parent;
  const recorded = recordedBefore(parent, jobUID);
  if (report?.mode !== mode) return recorded;
  // Whoever may patch the parent can write a report: one of a Job that nobody saw shows no more than that there was an attempt.
  const isKnown = report.jobUID !== undefined && (report.jobUID === jobUID || seenJobs.includes(report.jobUID));
  if (!isKnown || !report.progress) return recorded ?? UNKNOWN;
  // The status follows the report. It is ahead only of one that was written by a clock that was behind.
  if ((progress?.itemsDeleted ?? 0) > (report.progress.itemsDeleted ?? 0)) return recorded;
  const isWhole = report.isLast && !report.progress.atLeast && !hasSuccessor(report.jobUID, jobsOfRun, jobUID);
  return { ...report.progress, ...(isWhole ? {} : { atLeast: true }) };
}

/** Whether a Job came between the one that reported and this one: it told nothing, and may have deleted. */
function hasSuccessor(reporter: string | undefined, jobsOfRun: readonly string[], jobUID: string): boolean {
  if (reporter === undefined || reporter === jobUID) return false;
  return jobsOfRun.slice(jobsOfRun.indexOf(reporter) + 1).some((uid) => uid !== jobUID);
}

/** What the status says. A Job before this one may have deleted without a word: its worker may have had no rights to report. */
function recordedBefore({ progress, jobsOfRun }: Earlier, jobUID: string): Progress | undefined {
  if (progress) return { ...progress, atLeast: true };
  return jobsOfRun.some((uid) => uid !== jobUID) ? UNKNOWN : undefined;
}

const UNKNOWN = { itemsFound: 0, itemsDeleted: 0, writeUnits: 0, readUnits: 0, atLeast: true };

/**
 * The combined progress of this attempt and the earlier ones. Items that an earlier attempt found but did not delete are found
 * again.
 */
export function cumulativeProgress(before: Progress | undefined, own: Progress, mode: Mode): Progress {
  if (!before) return own;
  // A dry run starts over: it recounts what an earlier attempt counted.
  const items = mode === 'Execute' ? (before.itemsDeleted ?? 0) : 0;
  return {
    ...own,
    itemsFound: items + (own.itemsFound ?? 0),
    itemsDeleted: items + (own.itemsDeleted ?? 0),
    writeUnits: (before.writeUnits ?? 0) + (own.writeUnits ?? 0),
    ...(before.writeUnitsEstimated ? { writeUnitsEstimated: true } : {}),
    readUnits: (before.readUnits ?? 0) + (own.readUnits ?? 0),
    ...(mode === 'Execute' && before.atLeast ? { atLeast: true } : {}),
  };
}
