import { writeFileSync } from 'node:fs';
import type { Report } from '../../api/report.js';
import { ENV, TERMINATION_MESSAGE_PATH } from '../../api/worker.js';
import { terminationMessage } from '../../worker/report.js';

/** Writes the last report to the file from which Kubernetes takes a container's termination message. A failure is ignored. */
export function writeTerminationMessage(report: Report, env: NodeJS.ProcessEnv): void {
  try {
    writeFileSync(env[ENV.terminationMessagePath] ?? TERMINATION_MESSAGE_PATH, terminationMessage(report));
  } catch {
    // The log contains the same information.
  }
}
