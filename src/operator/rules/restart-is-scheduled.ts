import { createJob } from './create-job.js';
import { hadJob } from './had-job.js';
import type { Decision, Situation } from './rule.js';
import { waitForRestart } from './wait-for-restart.js';

/** The status records a restart: at its time, the lost Job is created again. */
export function restartIsScheduled(situation: Situation): Decision | undefined {
  const { recordedRestart, now } = situation;
  if (!recordedRestart) return undefined;
  if (now < recordedRestart.notBefore) return waitForRestart(situation, recordedRestart);
  // A deletion that has only waited for its count is new.
  if (!hadJob(situation)) return undefined;
  const { ordinal } = recordedRestart;
  const message = { key: 'jobIsCreatedAgain', ordinal } as const;
  return { state: 'Restarting', ...createJob(situation, { restarts: ordinal, message }) };
}
