import type { TokenBucket } from './throttling-proxy/index.js';

/** Write units a second that somebody else asks for at a time, in milliseconds. */
export type Demand = (at: number) => number;

/** A demand of `peak` for `milliseconds` at the end of each `every` milliseconds, and of `rest` otherwise. */
export const pulses =
  (rest: number, peak: number, { every, milliseconds }: { every: number; milliseconds: number }): Demand =>
  (at) =>
    at % every >= every - milliseconds ? peak : rest;

/**
 * Whoever else writes to a table: items of one unit, at the demand of each millisecond. What is refused is not asked for again, as
 * what counts is how much of it was refused.
 */
export class Traffic {
  asked = 0;
  refused = 0;
  readonly #demand: Demand;
  readonly #buckets: readonly TokenBucket[];
  #at = 0;
  #carry = 0;

  constructor(demand: Demand, buckets: readonly TokenBucket[]) {
    this.#demand = demand;
    this.#buckets = buckets;
  }

  /** Everything up to now. */
  runUntil(now: number): void {
    for (; this.#at < now; this.#at++) {
      this.#carry += this.#demand(this.#at) / 1000;
      for (; this.#carry >= 1; this.#carry--) this.#ask(this.#at);
    }
  }

  #ask(at: number): void {
    this.asked++;
    if (this.#buckets.every((bucket) => bucket.open(at))) for (const bucket of this.#buckets) bucket.charge(1);
    else this.refused++;
  }
}
