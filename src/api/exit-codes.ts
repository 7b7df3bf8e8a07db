import { type FailedState, FINISHED_STATES, STATE_TABLE } from './states.js';

/** The worker's exit codes: those in the table of states, and two for a worker that was asked to stop. */
export const EXIT_CODES = {
  done: STATE_TABLE.PartitionDeleted.exitCode,
  bug: STATE_TABLE.WorkerFailed.exitCode,
  InvalidTarget: STATE_TABLE.InvalidTarget.exitCode,
  Incomplete: STATE_TABLE.Incomplete.exitCode,
  GuardRefused: STATE_TABLE.GuardRefused.exitCode,
  TableNotFound: STATE_TABLE.TableNotFound.exitCode,
  AccessDenied: STATE_TABLE.AccessDenied.exitCode,
  interrupted: 130,
  terminated: 143,
} as const;

const failures = FINISHED_STATES.filter((state): state is FailedState => {
  const row = STATE_TABLE[state];
  return row.conditions.Succeeded === 'False' && 'exitCode' in row;
});

/** Exit codes after which another attempt would end the same way: podFailurePolicy fails the Job immediately. */
export const FAIL_JOB_EXIT_CODES: readonly number[] = failures
  .map((state) => STATE_TABLE[state])
  .flatMap((row) => ('failsJobAtOnce' in row ? [row.exitCode] : []));

/** Exit codes of a worker that was asked to stop; podFailurePolicy does not count them, and the Job replaces the pod. */
export const IGNORED_EXIT_CODES: readonly number[] = [EXIT_CODES.interrupted, EXIT_CODES.terminated];

/** The failure that an exit code stands for, if it stands for one. */
export const STATE_OF_EXIT_CODE: Readonly<Partial<Record<number, FailedState>>> = Object.fromEntries(
  failures.map((state) => [STATE_TABLE[state].exitCode, state]),
);
