import type { Flow } from './rate-group.js';
import type { RequestResult, RateControl, Ticket } from './rate-control.js';
import type { Clock } from '../runtime.js';
import { Alarm } from './alarm.js';

/** Requests that may be on their way at once: the SDK has 50 sockets. */
const MOST_IN_FLIGHT = 32;

/** Lets writes pass when the rate control allows: the rate control with a clock. */
export class WriteLimiter {
  readonly #waiting = new Map<Ticket, (granted: boolean) => void>();
  readonly #alarm: Alarm;
  #inFlight = 0;

  constructor(
    readonly rateControl: RateControl,
    private readonly clock: Clock,
  ) {
    this.#alarm = new Alarm(clock, () => this.#pump());
  }

  /** Another cap from now on, in write units per second; undefined: none. */
  setCap(unitsPerSecond: number | undefined): void {
    this.rateControl.cap.change(unitsPerSecond, this.clock.now());
    this.#pump();
  }

  /**
   * Waits until a request may be sent. Each granted ticket must come back by `done`.
   * @returns undefined when it was abandoned first
   */
  async admit(flow: Flow, units: number, atMost: number): Promise<Ticket | undefined> {
    const ticket = this.rateControl.ask(flow, units, atMost);
    const granted = new Promise<boolean>((resolve) => this.#waiting.set(ticket, resolve));
    this.#pump();
    return (await granted) ? ticket : undefined;
  }

  /** Sends everybody who waits away: nothing new is to be sent. */
  abandon(): void {
    for (const [ticket, resolve] of this.#waiting) {
      this.rateControl.withdraw(ticket);
      resolve(false);
    }
    this.#waiting.clear();
    this.#alarm.cancel();
  }

  /** What became of the request; one that was not sent after all took nothing. */
  done(ticket: Ticket, outcome: RequestResult): void {
    this.#inFlight--;
    this.rateControl.outcome(ticket, outcome, this.clock.now());
    this.#pump();
  }

  #pump(): void {
    const now = this.clock.now();
    for (const ticket of this.rateControl.grant(now, MOST_IN_FLIGHT - this.#inFlight)) {
      const resolve = this.#waiting.get(ticket);
      this.#waiting.delete(ticket);
      this.#inFlight++;
      resolve?.(true);
    }
    if (this.#waiting.size === 0) return this.#alarm.cancel();
    // With no room, or where only an answer makes room, the next answer is what to wait for.
    if (this.#inFlight >= MOST_IN_FLIGHT) return;
    const wait = this.rateControl.wait(now);
    if (wait !== Infinity) this.#alarm.setIn(wait);
  }
}
