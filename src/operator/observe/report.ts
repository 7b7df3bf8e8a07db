import type { CompositeRequest } from '../../api/hooks.js';
import { REPORT_ANNOTATION } from '../../api/names.js';
import type { Report } from '../../api/report.js';
import type { Mode } from '../../api/states.js';
import type { Progress, Status } from '../../api/status.js';
import { readReport } from '../../api/validate.js';
import { formatTime, parseTime, parseWholeSeconds } from '../time.js';

/** The worker's report from the resource's annotation, filed by the run it describes: at most one of these is set. */
export interface Reports {
  /** For this uid and mode. */
  report: Partial<Report> | undefined;
  /** For this uid, from the DryRun that preceded this deletion. */
  countReport: Partial<Report> | undefined;
  /** The uid of the other resource that the report belongs to. */
  foreignUID: string | undefined;
}

export function readReports({ uid, annotations }: CompositeRequest['parent']['metadata'], mode: Mode): Reports {
  const report = readReport(annotations?.[REPORT_ANNOTATION]);
  const own = report?.parentUID === uid ? report : undefined;
  return {
    report: own?.mode === mode ? own : undefined,
    countReport: own?.mode === 'DryRun' && mode === 'Execute' ? own : undefined,
    foreignUID: own ? undefined : report?.parentUID,
  };
}

/** The report's progress, unless the status has later progress. */
export function latestProgress(report: Partial<Report> | undefined, status: Status): Progress | undefined {
  const reported = report?.progress;
  if (!reported) return status.progress;
  const time = parseWholeSeconds(report.time);
  const updateTime = time ? formatTime(time) : reported.updateTime;
  const [before, after] = [parseTime(status.progress?.updateTime), parseTime(updateTime)];
  if (before && (!after || after < before)) return status.progress;
  return { ...reported, ...(updateTime !== undefined && { updateTime }) };
}
