export const CONDITION_TYPES = [
  'Finished',
  'Succeeded',
  'Suspended',
  'Ready',
  'Reconciling',
  'Stalled',
  'PolicyCompliant',
] as const;
type ConditionType = (typeof CONDITION_TYPES)[number];

/** The status of each condition in a state. kstatus reads Ready, Reconciling and Stalled. Conditions not listed are omitted. */
type Conditions = Readonly<Partial<Record<ConditionType, 'True' | 'False' | 'Unknown'>>>;

interface Row {
  conditions: Conditions;
  /** The run has ended, and is never started again. */
  isFinished: boolean;
  /** What it means, and what to do about it. */
  meaning: string;
  /** The worker's exit code that ends a run in this state. */
  exitCode?: number;
  /** Set if another attempt would end the same way: podFailurePolicy fails the Job immediately. */
  failsJobAtOnce?: true;
}

const UNDER_WAY = {
  isFinished: false,
  conditions: { Finished: 'False', Succeeded: 'Unknown', Suspended: 'False', Ready: 'False', Reconciling: 'True' },
} as const;
const PAUSED = {
  isFinished: false,
  conditions: { Finished: 'False', Succeeded: 'Unknown', Suspended: 'True', Ready: 'False' },
} as const;
const BLOCKED = {
  isFinished: false,
  conditions: { Finished: 'False', Succeeded: 'False', Suspended: 'False', Ready: 'False', Stalled: 'True' },
} as const;
const SUCCEEDED = {
  isFinished: true,
  conditions: { Finished: 'True', Succeeded: 'True', Suspended: 'False', Ready: 'True' },
} as const;
const FAILED = {
  isFinished: true,
  conditions: { Finished: 'True', Succeeded: 'False', Suspended: 'False', Ready: 'False', Stalled: 'True' },
} as const;

/** Every state that a run can be in. A state's name is the reason in all its conditions. */
export const STATE_TABLE = {
  Pending: { ...UNDER_WAY, meaning: 'The Job is being created, or its pod has not started yet' },
  Running: { ...UNDER_WAY, meaning: 'The worker is deleting or counting items' },
  Retrying: { ...UNDER_WAY, meaning: 'A pod failed, and the Job starts another one' },
  Restarting: { ...UNDER_WAY, meaning: 'The Job was lost and will be created again' },
  Suspending: { ...UNDER_WAY, meaning: 'The worker is finishing its in-flight requests before the pause' },
  Cancelling: { ...UNDER_WAY, meaning: 'The worker is finishing its in-flight requests before the run is cancelled' },
  Suspended: { ...PAUSED, meaning: 'The run is paused' },
  PartitionDeleted: {
    ...SUCCEEDED,
    exitCode: 0,
    meaning: 'The partition is deleted, and a consistent read found nothing left',
  },
  DryRunComplete: {
    ...SUCCEEDED,
    exitCode: 0,
    meaning: 'The items were counted and nothing was written; set mode: Execute to delete them',
  },
  Cancelled: {
    ...FAILED,
    meaning: 'Cancelled before the partition was completely deleted; create a new DdbctlDpJob to delete the rest',
  },
  InvalidTarget: {
    ...FAILED,
    exitCode: 2,
    failsJobAtOnce: true,
    meaning: 'The target is invalid; create a new DdbctlDpJob with a valid one',
  },
  Incomplete: {
    ...FAILED,
    exitCode: 3,
    meaning: 'The run could not finish, and items may remain; create a new DdbctlDpJob to continue',
  },
  GuardRefused: { ...FAILED, exitCode: 4, failsJobAtOnce: true, meaning: 'A safeguard refused the deletion' },
  TableNotFound: {
    ...FAILED,
    exitCode: 5,
    failsJobAtOnce: true,
    meaning: 'The table does not exist or is being deleted',
  },
  AccessDenied: {
    ...FAILED,
    exitCode: 6,
    failsJobAtOnce: true,
    meaning: "AWS denied access; check the worker's identity and permissions",
  },
  DeadlineExceeded: {
    ...FAILED,
    meaning: 'spec.activeDeadlineSeconds passed before the worker finished; create a new DdbctlDpJob to continue',
  },
  BackoffLimitExceeded: { ...FAILED, meaning: 'The worker failed more often than spec.backoffLimit allows' },
  Unconfirmed: {
    ...FAILED,
    meaning: 'Success was reported, but nobody saw the Job end; create a new DdbctlDpJob to make sure',
  },
  WorkerFailed: { ...FAILED, exitCode: 1, meaning: 'The worker failed; see its log' },
  UnsupportedSpec: {
    ...BLOCKED,
    meaning:
      'The spec has a field or a value that this version of the operator does not accept, and nothing is started',
  },
  PolicyViolation: { ...BLOCKED, meaning: "The operator's settings forbid what the spec asks for" },
  Restored: { ...BLOCKED, meaning: 'The resource was restored or copied, and nothing is deleted for it' },
} as const satisfies Readonly<Record<string, Row>>;

export type State = keyof typeof STATE_TABLE;
type StateWith<Part> = { [S in State]: (typeof STATE_TABLE)[S] extends Part ? S : never }[State];
/** A state in which a run has ended: condition Finished is True, and the run is never started again. */
export type FinishedState = StateWith<{ isFinished: true }>;
/** A failure that the worker signals with its exit code. */
export type FailedState = StateWith<{ exitCode: number; conditions: { Succeeded: 'False' } }>;

const ROWS: Readonly<Record<State, Row>> = STATE_TABLE;
export const STATES = Object.keys(STATE_TABLE) as State[];
export const FINISHED_STATES = STATES.filter((state): state is FinishedState => ROWS[state].isFinished);

export function isFinishedState(state: string): state is FinishedState {
  return (FINISHED_STATES as readonly string[]).includes(state);
}

export function meaningOf(state: State): string {
  return ROWS[state].meaning;
}

export function stateConditions(state: State): Conditions {
  return ROWS[state].conditions;
}

export const MODES = ['Execute', 'DryRun'] as const;
export type Mode = (typeof MODES)[number];
