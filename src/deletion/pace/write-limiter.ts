import type { Flow } from './rate-group.js';
import type { RequestResult, RateControl, Ticket } from './rate-control.js';
import type { Clock } from '../runtime.js';

/** Requests that may be on their way at once: the SDK has 50 sockets. */
const MOST_IN_FLIGHT = 32;
/** Longest sleep, in milliseconds, between two looks at a cap that may have changed. */
const LOOK_AGAIN = 1000;

/** Lets writes pass when the rate control allows: the rate control with a clock. */
export class WriteLimiter {
  readonly #waiting = new Map<Ticket, (granted: boolean) => void>();
  #inFlight = 0;
  #wakeAt = Infinity;

  constructor(
    readonly rateControl: RateControl,
    private readonly clock: Clock,
    private readonly cap: () => number | undefined,
  ) {}

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
  }

  /** What became of the request; one that was not sent after all took nothing. */
  done(ticket: Ticket, outcome: RequestResult): void {
    this.#inFlight--;
    this.rateControl.outcome(ticket, outcome, this.clock.now());
    this.#pump();
  }

  #pump(): void {
    const now = this.clock.now();
    this.rateControl.cap.change(this.cap(), now);
    for (const ticket of this.rateControl.grant(now, MOST_IN_FLIGHT - this.#inFlight)) {
      const resolve = this.#waiting.get(ticket);
      this.#waiting.delete(ticket);
      this.#inFlight++;
      resolve?.(true);
    }
    // With no room, or where only an answer makes room, the next answer is what to wait for.
    if (this.#waiting.size === 0 || this.#inFlight >= MOST_IN_FLIGHT) return;
    const wait = this.rateControl.wait(now);
    if (wait !== Infinity) this.#wake(now, Math.max(1, Math.min(LOOK_AGAIN, Math.ceil(wait))));
  }

  #wake(now: number, milliseconds: number): void {
    const at = now + milliseconds;
    if (this.#wakeAt <= at) return;
    this.#wakeAt = at;
    void this.clock.sleep(milliseconds).then(() => {
      // An earlier one took its place: were each to go on, every one would beget another.
      if (this.#wakeAt !== at) return;
      this.#wakeAt = Infinity;
      this.#pump();
    });
  }
}
