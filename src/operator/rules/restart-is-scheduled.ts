import type { Restart } from '../restart.js';
import { createJob } from './create-job.js';
import { hadJob } from './had-job.js';
import type { Decision, Situation } from './rule.js';
import { waitForRestart } from './wait-for-restart.js';

/** The status records a restart: at its time, the lost Job is created again. */
export function restartIsScheduled(situation: Situation): Decision | undefined {
  const { recordedRestart, now } = situation;
  if (!recordedRestart) return undefined;
  if (now < recordedRestart.notBefore) return goOnWaiting(situation, recordedRestart);
  // A deletion that has only waited for its count is new.
  if (!hadJob(situation)) return undefined;
  const { ordinal } = recordedRestart;
  const message = { key: 'jobIsCreatedAgain', ordinal } as const;
  return { state: 'Restarting', ...createJob(situation, { restarts: ordinal, message }) };
}

/**
 * Another replica, whose clock is ahead, may have asked for the Job already. Its report may be seen before the Job is, and waits for it
 * only if the status still says so.
 */
function goOnWaiting(situation: Situation, restart: Restart): Decision {
  const waiting = waitForRestart(situation, restart);
  if (situation.status.creatingSince === undefined) return waiting;
  return { ...waiting, set: { ...waiting.set, creatingSince: situation.creatingSince } };
}
