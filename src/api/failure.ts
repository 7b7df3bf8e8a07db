import { type FailedState, STATE_TABLE } from './states.js';

/** An end that has a name. Its message never holds the value of a key. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;

  constructor(
    readonly state: FailedState,
    message: string,
  ) {
    super(message);
    this.exitCode = STATE_TABLE[state].exitCode;
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
