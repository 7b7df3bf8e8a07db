import { writeFileSync } from 'node:fs';
import type { Report } from '../../api/report.js';
import { ENV, TERMINATION_MESSAGE_PATH } from '../../api/worker.js';
import { boundedReport } from '../../worker/report.js';

/** Leaves the worker's last words where Kubernetes picks them up. Where that cannot be done, nothing else suffers. */
export function writeTerminationMessage(report: Report, env: NodeJS.ProcessEnv): void {
  try {
    writeFileSync(env[ENV.terminationMessagePath] ?? TERMINATION_MESSAGE_PATH, boundedReport(report));
  } catch {
    // The same words are in the log.
  }
}
