import { writeFileSync } from 'node:fs';
import type { Report } from '../../api/report.js';
import { ENV, TERMINATION_MESSAGE_BYTES, TERMINATION_MESSAGE_PATH } from '../../api/worker.js';

/** The report as JSON of at most `bytes`: its message is cut before anything else is lost. */
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

/** Leaves the worker's last words where Kubernetes picks them up. Where that cannot be done, nothing else suffers. */
export function writeTerminationMessage(report: Report, env: NodeJS.ProcessEnv): void {
  try {
    writeFileSync(env[ENV.terminationMessagePath] ?? TERMINATION_MESSAGE_PATH, boundedReport(report));
  } catch {
    // The same words are in the log.
  }
}
