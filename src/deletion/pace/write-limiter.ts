import type { Clock } from '../runtime.js';
import { Alarm } from './alarm.js';
import type { Flow, RequestResult, Ticket } from './flow.js';
import { PACING } from './pacing-parameters.js';
import { RateControl, type RateControlOptions } from './rate-control.js';
import type { RateGroup } from './rate-group.js';
import type { TableShare } from './table-share.js';

const { mostInFlight } = PACING.request;

export interface WriteLimits extends Omit<RateControlOptions, 'now'> {
  /** What is left to others; absent: nothing. */
  share?: TableShare;
}

/**
 * Lets write requests pass as their flow's rate, the cap and the share of the table allow: the rate control with a queue and a
 * clock. Groups of flows are served in turn, each in the order in which requests came.
 */
export class WriteLimiter {
  readonly rateControl: RateControl;
  readonly #share: TableShare | undefined;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #waiting = new Map<Ticket, (granted: boolean) => void>();
  /** The one that was served last comes last: the cap is shared by turns. */
  #turns: RateGroup[] = [];
  #inFlight = 0;

  constructor(clock: Clock, { share, ...limits }: WriteLimits = {}) {
    this.#share = share;
    this.rateControl = new RateControl({ ...limits, now: clock.now() });
    this.#clock = clock;
    this.#alarm = new Alarm(clock, () => this.#pump());
  }

  /** Write units per second; undefined: no cap. */
  get cap(): number | undefined {
    return this.rateControl.cap.unitsPerSecond;
  }

  /** Write units per second that cap and share allow at most; Infinity: there is neither. */
  get most(): number {
    return Math.min(this.cap ?? Infinity, this.#share?.most ?? Infinity);
  }

  /** Another cap from now on, in write units per second; undefined: none. The share may have changed too. */
  setCap(unitsPerSecond: number | undefined): void {
    this.rateControl.cap.change(unitsPerSecond, this.#clock.now());
    this.#pump();
  }

  /** How many physical partitions flows must be writing to, at least. */
  partitions(): number {
    return this.rateControl.partitions(this.#clock.now());
  }

  /** A new flow, whose range was cut from that of `parent`. */
  join(parent?: Flow): Flow {
    return this.rateControl.join(this.#clock.now(), parent);
  }

  /** The flow, of which no request waits, writes no more. */
  leave(flow: Flow): void {
    this.rateControl.leave(flow, this.#clock.now());
  }

  /** The most write units that one request of this flow should take. */
  preferredUnits(flow: Flow): number {
    const ofShare = this.#share?.preferredUnits(this.#clock.now()) ?? Infinity;
    const manyInFlight = this.#inFlight >= mostInFlight / 2;
    return Math.max(1, Math.min(this.rateControl.preferredUnits(flow, manyInFlight), ofShare));
  }

  /** Whether the next request after a partial refusal should be small: refused as a whole, it says what the limit is. */
  wantsReason(): boolean {
    const now = this.#clock.now();
    return this.rateControl.wantsReason(now) || (this.#share?.wantsReason(now) ?? false);
  }

  /** Whether the next request must say what it consumed. */
  needsConsumption(): boolean {
    return this.rateControl.needsConsumption(this.#clock.now()) || (this.#share?.needsConsumption ?? false);
  }

  /**
   * Waits until a request may be sent. Each ticket must come back by `done`.
   * @param units - write units that it is expected to take, and `atMost` those that it takes at most
   * @returns undefined when it was abandoned first
   */
  async admit(flow: Flow, units: number, atMost = units): Promise<Ticket | undefined> {
    const group = this.rateControl.groupOf(flow);
    if (group === undefined) return undefined;
    const ticket: Ticket = { flow, units, atMost };
    group.enqueue(ticket);
    const granted = new Promise<boolean>((resolve) => this.#waiting.set(ticket, resolve));
    this.#pump();
    return (await granted) ? ticket : undefined;
  }

  /** What became of the request; one that was not sent after all took nothing. */
  done(ticket: Ticket, result: RequestResult): void {
    this.#inFlight--;
    const now = this.#clock.now();
    this.rateControl.record(ticket, result, now);
    this.#share?.settle(ticket, result, now);
    this.#pump();
  }

  /** Sends away whoever waits: nothing new is to be sent. */
  abandon(): void {
    for (const [ticket, resolve] of this.#waiting) {
      this.rateControl.groupOf(ticket.flow)?.dequeue(ticket);
      resolve(false);
    }
    this.#waiting.clear();
    this.#alarm.cancel();
  }

  /** Lets pass what may pass, and sets the alarm for the next. */
  #pump(): void {
    if (this.#waiting.size === 0 && this.#inFlight === 0) return this.#alarm.cancel();
    // With no room, or where only an answer makes room, the next answer is what to wait for.
    if (this.#waiting.size === 0 || this.#inFlight >= mostInFlight) return;
    const now = this.#clock.now();
    this.#updateTurns();
    while (this.#inFlight < mostInFlight && this.#grantRound(now));
    if (this.#inFlight >= mostInFlight) return;
    const wait = this.#wait(now);
    if (wait !== Infinity) this.#alarm.setIn(wait);
  }

  /** Groups come and go as flows are split and merged. */
  #updateTurns(): void {
    const { groups } = this.rateControl;
    const known = this.#turns.filter((group) => groups.includes(group));
    this.#turns = [...known, ...groups.filter((group) => !known.includes(group))];
  }

  /** One request of each group, if it may be sent now. @returns whether any was granted */
  #grantRound(now: number): boolean {
    let any = false;
    for (const group of [...this.#turns]) {
      const ticket = group.queue[0];
      if (!ticket || this.#inFlight >= mostInFlight || this.#waitOf(group, ticket, now) > 0) continue;
      this.#grant(group, ticket, now);
      any = true;
    }
    return any;
  }

  #grant(group: RateGroup, ticket: Ticket, now: number): void {
    group.dequeue(ticket);
    this.rateControl.take(group, ticket, now);
    this.#share?.take(ticket, now);
    this.#inFlight++;
    this.#turns = [...this.#turns.filter((other) => other !== group), group];
    this.#waiting.get(ticket)?.(true);
    this.#waiting.delete(ticket);
  }

  /** Milliseconds until one may be granted; Infinity where only an answer can help. */
  #wait(now: number): number {
    const waits = this.#turns.map((group) => {
      const [ticket] = group.queue;
      return ticket ? this.#waitOf(group, ticket, now) : Infinity;
    });
    return Math.min(...waits);
  }

  #waitOf(group: RateGroup, ticket: Ticket, now: number): number {
    return Math.max(this.rateControl.wait(group, ticket, now), this.#share?.wait(ticket.units, now) ?? 0);
  }
}
