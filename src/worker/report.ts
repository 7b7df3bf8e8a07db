import type { Report } from '../api/report.js';
import type { Mode } from '../api/states.js';
import { MAX_MESSAGE, MAX_OBSTACLE } from '../api/patterns.js';
import type { AttemptOutcome } from '../deletion/outcome.js';
import { TERMINATION_MESSAGE_BYTES } from '../api/worker.js';
import type { Parent } from './parent.js';

/** A worker's report: its progress so far and, at the end, its outcome. */
export function buildReport(
  { uid, jobUID }: Parent,
  mode: Mode,
  attempt: Partial<AttemptOutcome> & Pick<AttemptOutcome, 'progress'> & { waitingFor?: string | undefined },
  time: string,
): Report {
  const { state, exitCode, message, verifiedEmpty, receipt, progress, target, estimatedWriteUnits, waitingFor } =
    attempt;
  return {
    parentUID: uid,
    mode,
    jobUID,
    time,
    // An interrupted attempt has no outcome, because another attempt follows.
    final: state !== undefined,
    ...(state === undefined ? {} : { outcome: state }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(verifiedEmpty === undefined || state === undefined ? {} : { verifiedEmpty }),
    ...(receipt === undefined || state === undefined ? {} : { receipt }),
    ...(message === undefined ? {} : { message: shortened(message, MAX_MESSAGE) }),
    ...(waitingFor === undefined ? {} : { waitingFor: shortened(waitingFor, MAX_OBSTACLE) }),
    ...(target ? { target } : {}),
    progress: { ...progress, updateTime: time },
    ...(estimatedWriteUnits ? { estimatedWriteUnits } : {}),
  };
}

const shortened = (text: string, characters: number): string => [...text].slice(0, characters).join('');

/** The report for the annotation: at most 4096 bytes and its receipt, which is bounded by itself. */
export const annotatedReport = (report: Report): string =>
  boundedReport(report, TERMINATION_MESSAGE_BYTES + (report.receipt?.length ?? 0));

/** The report for the termination message, of which Kubernetes keeps so much. A receipt that does not fit is in the annotation and the log. */
export function terminationMessage(report: Report): string {
  const text = boundedReport(report);
  const { receipt: _elsewhere, ...rest } = report;
  return Buffer.byteLength(text) <= TERMINATION_MESSAGE_BYTES ? text : boundedReport(rest);
}

/** The report as JSON of at most `bytes`. Its two sentences are shortened first, so that nothing else is lost. */
export function boundedReport(report: Report, bytes: number = TERMINATION_MESSAGE_BYTES): string {
  let { message = '', waitingFor = '' } = report;
  for (;;) {
    const text = JSON.stringify({ ...report, message: message || undefined, waitingFor: waitingFor || undefined });
    if (Buffer.byteLength(text) <= bytes || (message === '' && waitingFor === '')) return text;
    [message, waitingFor] = [halved(message), halved(waitingFor)];
  }
}

function halved(text: string): string {
  const points = [...text];
  return points.slice(0, Math.floor(points.length / 2)).join('');
}
