import { Failure, Interruption } from '../api/failure.js';
import { EXIT_CODES } from '../api/exit-codes.js';
import type { FinishedState } from '../api/states.js';
import type { Progress, TargetIdentity } from '../api/status.js';
import { nameOf } from '../dynamodb/errors.js';
import type { Log } from './runtime.js';

/** How an attempt ended. An interrupted attempt has no `state`, because another attempt follows. */
export interface AttemptOutcome {
  state?: FinishedState;
  exitCode: number;
  /** For people; never contains a key's value. */
  message: string;
  /** Whether a consistent read over the whole target found nothing after the last write. */
  verifiedEmpty: boolean;
  progress: Progress;
  target?: TargetIdentity;
  /** For a count: the write units that the deletion would consume. Absent if DynamoDB reports no capacity. */
  estimatedWriteUnits?: { min: number; max: number };
  /** Signed evidence of a success. The deletion itself has no key: the process adds it. */
  receipt?: string;
}

/** An outcome without its counts and target, which every attempt adds. */
export type Ending = Pick<AttemptOutcome, 'exitCode' | 'message'> & Partial<AttemptOutcome>;

const MAX_FRAMES = 12;

/** The ending of an attempt that threw this error. */
export function endingOf(error: unknown, log: Log): Ending {
  if (error instanceof Failure) return { state: error.state, exitCode: error.exitCode, message: error.message };
  if (error instanceof Interruption) {
    const { state, exitCode, message } = error;
    return { ...(state ? { state } : {}), exitCode, message };
  }
  // The message of an unexpected error could contain a key; its name and stack frames cannot.
  const frames = error instanceof Error ? (error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []) : [];
  log.warn({ error: nameOf(error), frames: frames.slice(0, MAX_FRAMES) }, 'an unexpected error');
  return { state: 'WorkerFailed', exitCode: EXIT_CODES.bug, message: `an unexpected error: ${nameOf(error)}` };
}
