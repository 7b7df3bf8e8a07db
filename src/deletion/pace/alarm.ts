import type { Clock } from '../runtime.js';

/** Milliseconds from which a timer that nobody needs any more is worth switching off: it would keep the process alive. */
const LONG_MS = 1000;

/** One timer: of the times that are asked for, the earliest counts. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at = Infinity;
  /** Of the sleep that counts, where there is one: an aborted sleep ends at once, and must not be taken for the next. */
  #sleep: { stop?: AbortController } | undefined;

  /** @param ring - called when the time has come */
  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings after so many milliseconds, rounded up to whole ones and at least one, unless it rings earlier anyway. */
  setIn(milliseconds: number): void {
    const wait = Math.max(1, Math.ceil(milliseconds));
    const at = this.#clock.now() + wait;
    if (this.#at <= at) return;
    this.cancel();
    this.#at = at;
    const sleep: { stop?: AbortController } = wait < LONG_MS ? {} : { stop: new AbortController() };
    this.#sleep = sleep;
    void this.#clock.sleep(wait, sleep.stop?.signal).then(() => {
      // Cancelled, or another time took its place: if each of them rang, each would set another, and they would only grow in number.
      if (this.#sleep !== sleep) return;
      this.#at = Infinity;
      this.#sleep = undefined;
      this.#ring();
    });
  }

  /** Does not ring. */
  cancel(): void {
    this.#at = Infinity;
    const { stop } = this.#sleep ?? {};
    this.#sleep = undefined;
    stop?.abort();
  }
}
