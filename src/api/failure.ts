import { EXIT_CODES, type FinishedState } from './states.js';

type FailedState = Extract<
  FinishedState,
  'InvalidTarget' | 'Incomplete' | 'GuardRefused' | 'TableNotFound' | 'AccessDenied' | 'WorkerFailed'
>;

/** The exit code that tells Kubernetes of a state. */
const EXIT_CODE_OF: Readonly<Record<FailedState, number>> = {
  InvalidTarget: EXIT_CODES.InvalidTarget,
  Incomplete: EXIT_CODES.Incomplete,
  GuardRefused: EXIT_CODES.GuardRefused,
  TableNotFound: EXIT_CODES.TableNotFound,
  AccessDenied: EXIT_CODES.AccessDenied,
  WorkerFailed: EXIT_CODES.bug,
};

/** An end that has a name. Its message never holds the value of a key. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;

  constructor(
    readonly state: FailedState,
    message: string,
  ) {
    super(message);
    this.exitCode = EXIT_CODE_OF[state];
  }
}

/** Why a deletion is asked to stop: the reason of its abort signal. */
export class Interruption extends Error {
  override readonly name = 'Interruption';

  constructor(
    readonly exitCode: number,
    message: string,
    /** Set where stopping is the end of the run, not of this attempt only. */
    readonly state?: FailedState,
  ) {
    super(message);
  }
}
