import { Failure } from '../../api/failure.js';
import type { Clock } from '../runtime.js';
import type { Patience } from './patience.js';

/** How long what is in flight may take to end after the deletion was given up, in milliseconds. Longer than the client allows a request. */
const LAST_REQUESTS_MS = 20_000;

export interface WatchdogOptions {
  clock: Pick<Clock, 'now'>;
  patience: Patience;
  /** Calls back about every second, until the function that it returns is called. */
  everySecond: (look: () => void) => () => void;
  /** Called once patience is over: nothing more is to be sent. */
  giveUp: (why: Failure) => void;
}

/** Notices that a deletion makes no progress even if none of its requests fails: nothing else would look at the clock. */
export class Watchdog {
  /** Rejects if the deletion has not ended some time after it was given up. */
  readonly overdue: Promise<never>;
  readonly stop: () => void;
  readonly #options: WatchdogOptions;
  #reject: (why: Failure) => void = () => {};
  #gaveUp: { why: Failure; at: number } | undefined;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.overdue = new Promise((_, reject) => (this.#reject = reject));
    this.stop = options.everySecond(() => this.#look());
  }

  #look(): void {
    const { clock, patience, giveUp } = this.#options;
    if (this.#gaveUp) {
      if (clock.now() - this.#gaveUp.at >= LAST_REQUESTS_MS) this.#reject(this.#gaveUp.why);
    } else if (patience.isOver) {
      const why = new Failure('Incomplete', `${patience.words}, and no request ended`);
      this.#gaveUp = { why, at: clock.now() };
      giveUp(why);
    }
  }
}
