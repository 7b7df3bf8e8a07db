import type { Report } from '../api/report.js';
import type { Mode } from '../api/states.js';
import { MAX_MESSAGE } from '../api/patterns.js';
import type { AttemptOutcome } from '../deletion/outcome.js';
import { TERMINATION_MESSAGE_BYTES } from '../api/worker.js';
import type { Parent } from './parent.js';

/** A worker's report: its progress so far and, at the end, its outcome. */
export function buildReport(
  { uid, jobUID }: Parent,
  mode: Mode,
  attempt: Partial<AttemptOutcome> & Pick<AttemptOutcome, 'progress'>,
  time: string,
): Report {
  const { state, exitCode, message, verifiedEmpty, progress, target, estimatedWriteUnits } = attempt;
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
    ...(message === undefined ? {} : { message: [...message].slice(0, MAX_MESSAGE).join('') }),
    ...(target ? { target } : {}),
    progress: { ...progress, updateTime: time },
    ...(estimatedWriteUnits ? { estimatedWriteUnits } : {}),
  };
}

/** The report as JSON of at most `bytes`. The message is shortened first, so that nothing else is lost. */
export function boundedReport(report: Report, bytes: number = TERMINATION_MESSAGE_BYTES): string {
  let message = [...(report.message ?? '')];
  for (;;) {
    const text = JSON.stringify(
      message.length > 0 ? { ...report, message: message.join('') } : { ...report, message: undefined },
    );
    if (Buffer.byteLength(text) <= bytes || message.length === 0) return text;
    message = message.slice(0, Math.floor(message.length / 2));
  }
}
