import { timestamp } from '../process/clock.js';
import { EXIT_CODES } from '../../api/exit-codes.js';
import { type Mode } from '../../api/states.js';
import { ENV } from '../../api/worker.js';
import { writeTerminationMessage } from '../process/termination-message.js';
import { buildReport } from '../../worker/report.js';

/** Writes the termination message of a Job's worker whose input is invalid. The worker has not touched any data. */
export function reportInvalid(problems: readonly string[], env: NodeJS.ProcessEnv): void {
  const uid = env[ENV.parentUID];
  if (uid === undefined) return;
  const parent = { name: '', namespace: '', uid, jobUID: env[ENV.jobUID] ?? '' };
  const mode: Mode = env[ENV.mode] === 'DryRun' ? 'DryRun' : 'Execute';
  const outcome = { state: 'InvalidTarget', exitCode: EXIT_CODES.InvalidTarget, message: problems.join('; ') } as const;
  writeTerminationMessage(
    buildReport(parent, mode, { ...outcome, verifiedEmpty: false, progress: {} }, timestamp()),
    env,
  );
}
