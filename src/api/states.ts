/**
 * Every state that a run can be in. A state's name is the reason of all its conditions.
 * What each state says in which condition is one table: `operator/conditions.ts`.
 */
export const STATES = [
  'Pending',
  'Running',
  'Retrying',
  'Restarting',
  'Suspending',
  'Cancelling',
  'Suspended',
  'PartitionDeleted',
  'DryRunComplete',
  'Cancelled',
  'InvalidTarget',
  'Incomplete',
  'GuardRefused',
  'TableNotFound',
  'AccessDenied',
  'DeadlineExceeded',
  'BackoffLimitExceeded',
  'WorkerFailed',
  'PolicyViolation',
  'Restored',
] as const;
export type State = (typeof STATES)[number];

/** The states in which a run has ended: condition Finished is True, and the run is never started again. */
export const FINISHED_STATES = [
  'PartitionDeleted',
  'DryRunComplete',
  'Cancelled',
  'InvalidTarget',
  'Incomplete',
  'GuardRefused',
  'TableNotFound',
  'AccessDenied',
  'DeadlineExceeded',
  'BackoffLimitExceeded',
  'WorkerFailed',
] as const satisfies readonly State[];
export type FinishedState = (typeof FINISHED_STATES)[number];

export function isFinishedState(state: string): state is FinishedState {
  return (FINISHED_STATES as readonly string[]).includes(state);
}

/** What the worker's exit codes mean. 130 and 143 (interrupted after draining) are no outcome: the Job replaces that pod. */
export const EXIT_CODES = {
  done: 0,
  bug: 1,
  InvalidTarget: 2,
  Incomplete: 3,
  GuardRefused: 4,
  TableNotFound: 5,
  AccessDenied: 6,
  interrupted: 130,
  terminated: 143,
} as const;

/** Exit codes after which another attempt would end the same way: podFailurePolicy fails the Job at once. */
export const FINAL_EXIT_CODES = [
  EXIT_CODES.InvalidTarget,
  EXIT_CODES.GuardRefused,
  EXIT_CODES.TableNotFound,
  EXIT_CODES.AccessDenied,
] as const;

/** Exit codes of a worker that was asked to stop; podFailurePolicy does not count them. */
export const IGNORED_EXIT_CODES = [EXIT_CODES.interrupted, EXIT_CODES.terminated] as const;

/** Exit code → the state that it ends in, where it names one. */
export const STATE_OF_EXIT_CODE: Readonly<Record<number, FinishedState>> = {
  [EXIT_CODES.bug]: 'WorkerFailed',
  [EXIT_CODES.InvalidTarget]: 'InvalidTarget',
  [EXIT_CODES.Incomplete]: 'Incomplete',
  [EXIT_CODES.GuardRefused]: 'GuardRefused',
  [EXIT_CODES.TableNotFound]: 'TableNotFound',
  [EXIT_CODES.AccessDenied]: 'AccessDenied',
};

export const MODES = ['Execute', 'DryRun'] as const;
export type Mode = (typeof MODES)[number];
