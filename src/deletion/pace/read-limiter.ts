import { Cap, type Charge } from './cap.js';
import type { Clock } from '../runtime.js';

/** Longest sleep, in milliseconds, between two looks at a cap that may have changed. */
const LOOK_AGAIN = 1000;
/** The same where only an answer can make room. */
const LOOK_FOR_ANSWER = 50;

/** Lets reads pass as the cap on read units allows, in the order in which they came. */
export class ReadLimiter {
  readonly #cap: Cap;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly unitsPerSecond: () => number | undefined,
  ) {
    this.#cap = new Cap(unitsPerSecond(), clock.now());
  }

  /** The most read units that one request should take. */
  get comfortable(): number {
    this.#follow();
    return this.#cap.comfortable;
  }

  /** Waits until that many units may be read; on the signal not any longer. */
  admit(units: number, signal: AbortSignal): Promise<Charge> {
    const admitted = this.#turn.then(() => this.#admit(units, signal));
    this.#turn = admitted;
    return admitted;
  }

  /** The request was answered, and took that. */
  settle(charge: Charge, units: number): void {
    this.#cap.settle(charge, units, this.clock.now());
  }

  unknown(charge: Charge): void {
    this.#cap.unknown(charge, this.clock.now());
  }

  async #admit(units: number, signal: AbortSignal): Promise<Charge> {
    for (;;) {
      this.#follow();
      const now = this.clock.now();
      const wait = this.#cap.wait(units, now);
      if (wait <= 0 || signal.aborted) return this.#cap.charge(units, now);
      await this.clock.sleep(wait === Infinity ? LOOK_FOR_ANSWER : Math.min(LOOK_AGAIN, Math.ceil(wait)), signal);
    }
  }

  #follow(): void {
    this.#cap.change(this.unitsPerSecond(), this.clock.now());
  }
}
