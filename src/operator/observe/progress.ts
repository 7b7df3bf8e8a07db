import type { Report } from '../../api/report.js';
import type { Mode } from '../../api/states.js';
import type { Progress, Status } from '../../api/status.js';
import { formatTime, parseTime, parseWholeSeconds } from '../time.js';
import type { CurrentJob } from './current-job.js';
import type { Resource } from './resource.js';
import type { SeenJob } from './seen-jobs.js';

/**
 * The report's progress, unless the status has later progress, or shows that more was deleted. The counts of a deletion are lower
 * bounds where an attempt may have done more than it told: unless it goes on, or told at its end.
 */
export function latestProgress(
  report: Partial<Report> | undefined,
  { status, mode, finished }: Pick<Resource, 'status' | 'mode' | 'finished'>,
  job: CurrentJob | undefined,
  seen: readonly SeenJob[],
): Progress | undefined {
  const reported = report && reportedProgress(report, status, mode);
  const progress = reported ?? status.progress;
  if (progress?.itemsDeleted === undefined || mode === 'DryRun') return progress;
  // Of a run that has finished, a mark stays until a later report.
  const isMarked = finished !== undefined && status.progress?.atLeast === true && isSame(progress, status.progress);
  const lastSeen = seen.findLast((each) => each.mode === mode)?.uid;
  const isWhole = reported ? isLast(report, job, lastSeen) || isUnderWay(report, job) : finished !== undefined;
  return isWhole && !isMarked ? progress : { ...progress, atLeast: true };
}

const isSame = (a: Progress, b: Progress): boolean =>
  a.updateTime === b.updateTime && a.itemsDeleted === b.itemsDeleted;

/** Undefined if the status has later progress, or more. */
function reportedProgress({ progress, time }: Partial<Report>, status: Status, mode: Mode): Progress | undefined {
  if (!progress) return undefined;
  // Whoever may patch the parent can write a report. One that takes back what was deleted would give a run more than its maxItems.
  if (mode === 'Execute' && (progress.itemsDeleted ?? 0) < (status.progress?.itemsDeleted ?? 0)) return undefined;
  const written = parseWholeSeconds(time);
  const updateTime = written ? formatTime(written) : progress.updateTime;
  const told = { ...progress, ...(updateTime !== undefined && { updateTime }) };
  return status.progress && isBefore(told, status.progress, mode) ? undefined : told;
}

/** A deletion that has deleted more is later, whatever the clocks of its workers say. */
function isBefore(told: Progress, recorded: Progress, mode: Mode): boolean {
  if (mode === 'Execute' && (told.itemsDeleted ?? 0) > (recorded.itemsDeleted ?? 0)) return false;
  const [before, after] = [parseTime(recorded.updateTime), parseTime(told.updateTime)];
  return before !== undefined && (after === undefined || after < before);
}

/**
 * Of a Job that has ended, an attempt that was interrupted was not the last: the request is older than the report of its end. Nor is
 * it that of a Job before the last one that was seen, which may have deleted without a word.
 */
function isLast(
  { final, exitCode, jobUID }: Partial<Report>,
  job: CurrentJob | undefined,
  lastSeen: string | undefined,
): boolean {
  return (job?.outcome ? final === true : exitCode !== undefined) && jobUID === lastSeen;
}

/** Only the last report of an attempt has an exit code. Before it, the attempt that wrote the report is still there, or was killed. */
function isUnderWay({ jobUID }: Partial<Report>, job: CurrentJob | undefined): boolean {
  if (job?.uid !== jobUID || job === undefined || job.outcome) return false;
  return job.readyPods > 0 || (job.failedPods === 0 && !job.isSuspended);
}
