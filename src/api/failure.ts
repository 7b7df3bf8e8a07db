import { type FailedState, STATE_TABLE } from './states.js';

/** An error that ends the run in a named state. Its message never contains the value of a key. */
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
    /** Set if stopping ends the run, not only this attempt. */
    readonly state?: FailedState,
  ) {
    super(message);
  }
}
