import type { Clock } from './ports.js';

/** Seconds' worth of a cap that may be saved up. */
const BURST_SECONDS = 0.4;

/** Units under a cap: what was used beyond it is a debt that time pays off before the next request. */
export class Bucket {
  #balance = 0;
  #at: number;

  constructor(
    private readonly clock: Clock,
    private readonly cap: () => number | undefined,
  ) {
    this.#at = clock.now();
  }

  #refill(cap: number): void {
    const now = this.clock.now();
    this.#balance = Math.min(cap * BURST_SECONDS, this.#balance + ((now - this.#at) / 1000) * cap);
    this.#at = now;
  }

  /** Waits until no debt is left. */
  async admit(signal: AbortSignal): Promise<void> {
    for (;;) {
      const cap = this.cap();
      if (cap === undefined || signal.aborted) return;
      this.#refill(cap);
      if (this.#balance >= 0) return;
      await this.clock.sleep(Math.min(1000, Math.ceil((-this.#balance / cap) * 1000)), signal);
    }
  }

  charge(units: number): void {
    const cap = this.cap();
    if (cap === undefined) return;
    this.#refill(cap);
    this.#balance -= units;
  }
}
