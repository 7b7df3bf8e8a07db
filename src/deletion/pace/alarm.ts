import type { Clock } from '../runtime.js';

/** One timer that can be moved to an earlier time, and switched off. Of several times that are asked for, the earliest counts. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at = Infinity;
  #sleeping = new AbortController();

  /** @param ring - called when the time has come */
  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings in so many milliseconds, in whole ones and at least one, unless it rings earlier anyhow. */
  setIn(milliseconds: number): void {
    const wait = Math.max(1, Math.ceil(milliseconds));
    const at = this.#clock.now() + wait;
    if (this.#at <= at) return;
    this.cancel();
    this.#at = at;
    const sleeping = new AbortController();
    this.#sleeping = sleeping;
    void this.#clock.sleep(wait, sleeping.signal).then(() => {
      if (sleeping.signal.aborted) return;
      this.#at = Infinity;
      this.#ring();
    });
  }

  /** Rings no more: a timer that nobody needs would keep the process alive. */
  cancel(): void {
    this.#at = Infinity;
    this.#sleeping.abort();
  }
}
