import type { CompositeRequest } from '../../api/hooks.js';
import { REPORT_ANNOTATION } from '../../api/names.js';
import type { Report } from '../../api/report.js';
import type { Mode } from '../../api/states.js';
import { readReport } from '../../api/validate.js';
import { addSeconds, parseTime } from '../time.js';
import type { SeenJob } from './seen-jobs.js';

/** A report is no later than this after now, or nobody's clock says so. */
const CLOCK_SKEW_SECONDS = 60;

/** The worker's report from the resource's annotation, filed by the run it describes: at most one of these is set. */
export interface Reports {
  /** For this uid and mode, from a Job that was seen. */
  report: Partial<Report> | undefined;
  /** For this uid, from a Job that was seen: the DryRun's that preceded this deletion. */
  countReport: Partial<Report> | undefined;
  /** For this uid and mode, but from a Job that was never seen, or from the future. */
  strayReport: Partial<Report> | undefined;
  /** The same of the DryRun that preceded this deletion. */
  strayCountReport: Partial<Report> | undefined;
  /** The uid of the other resource that the report belongs to. */
  foreignUID: string | undefined;
}

/** What a resource without a report gives. */
export const NO_REPORTS: Reports = {
  report: undefined,
  countReport: undefined,
  strayReport: undefined,
  strayCountReport: undefined,
  foreignUID: undefined,
};

export function readReports(
  { uid, annotations }: CompositeRequest['parent']['metadata'],
  mode: Mode,
  seen: readonly SeenJob[],
  now: Date,
): Reports {
  const report = readReport(annotations?.[REPORT_ANNOTATION]);
  if (report?.parentUID !== uid) return { ...NO_REPORTS, foreignUID: report?.parentUID };
  const counts = isOfSeenJob(report, seen) && !isFromTheFuture(report, now);
  if (report.mode === mode) return counts ? { ...NO_REPORTS, report } : { ...NO_REPORTS, strayReport: report };
  const isOfTheCount = report.mode === 'DryRun' && mode === 'Execute';
  if (!isOfTheCount) return NO_REPORTS;
  return counts ? { ...NO_REPORTS, countReport: report } : { ...NO_REPORTS, strayCountReport: report };
}

function isOfSeenJob({ jobUID, mode }: Partial<Report>, seen: readonly SeenJob[]): boolean {
  return seen.some((job) => job.uid === jobUID && job.mode === mode);
}

function isFromTheFuture({ time, progress }: Partial<Report>, now: Date): boolean {
  const latest = addSeconds(now, CLOCK_SKEW_SECONDS);
  return [time, progress?.updateTime].some((text) => (parseTime(text) ?? now) > latest);
}

/** A report further ahead is not waited for: a time of centuries to come is no clock's. */
const LONGEST_WAIT_SECONDS = 86_400;

/** When a report whose time is ahead will count: nothing else would cause a look then. */
export function countsFrom(
  { strayReport, strayCountReport }: Reports,
  seen: readonly SeenJob[],
  now: Date,
): Date | undefined {
  const stray = strayReport ?? strayCountReport;
  if (!stray || !isOfSeenJob(stray, seen)) return undefined;
  const times = [stray.time, stray.progress?.updateTime].map((text) => parseTime(text)?.getTime() ?? 0);
  const counts = addSeconds(new Date(Math.max(...times)), -CLOCK_SKEW_SECONDS);
  return counts <= addSeconds(now, LONGEST_WAIT_SECONDS) ? counts : undefined;
}
