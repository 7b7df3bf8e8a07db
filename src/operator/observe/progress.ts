import type { Report } from '../../api/report.js';
import type { Progress, Status } from '../../api/status.js';
import { formatTime, parseTime, parseWholeSeconds } from '../time.js';
import type { CurrentJob } from './current-job.js';
import type { Resource } from './resource.js';

/**
 * The report's progress, unless the status has later progress. The counts of a deletion are lower bounds where an attempt may have
 * done more than it told: unless it goes on, or told at its end.
 */
export function latestProgress(
  report: Partial<Report> | undefined,
  { status, mode, finished }: Pick<Resource, 'status' | 'mode' | 'finished'>,
  job: CurrentJob | undefined,
): Progress | undefined {
  const reported = report && reportedProgress(report, status);
  const progress = reported ?? status.progress;
  const isWhole = reported ? isLast(report, job) || isUnderWay(report, job) : finished !== undefined;
  return progress?.itemsDeleted === undefined || isWhole || mode === 'DryRun'
    ? progress
    : { ...progress, atLeast: true };
}

/** Undefined if the status has later progress. */
function reportedProgress({ progress, time }: Partial<Report>, status: Status): Progress | undefined {
  if (!progress) return undefined;
  const written = parseWholeSeconds(time);
  const updateTime = written ? formatTime(written) : progress.updateTime;
  const [before, after] = [parseTime(status.progress?.updateTime), parseTime(updateTime)];
  if (before && (!after || after < before)) return undefined;
  return { ...progress, ...(updateTime !== undefined && { updateTime }) };
}

/** Of a Job that has ended, an attempt that was interrupted was not the last: the request is older than the report of its end. */
function isLast({ final, exitCode }: Partial<Report>, job: CurrentJob | undefined): boolean {
  return job?.outcome ? final === true : exitCode !== undefined;
}

/** Only the last report of an attempt has an exit code. Before it, the attempt that wrote the report is still there, or was killed. */
function isUnderWay({ jobUID }: Partial<Report>, job: CurrentJob | undefined): boolean {
  if (job?.uid !== jobUID || job === undefined || job.outcome) return false;
  return job.readyPods > 0 || (job.failedPods === 0 && !job.isSuspended);
}
