/** A count of which half is forgotten after a while: what was long ago says nothing about where a flow writes now. */
export class DecayingSum {
  readonly #halfLife: number;
  #count = 0;
  #at = 0;

  /** @param halfLife - milliseconds */
  constructor(halfLife: number) {
    this.#halfLife = halfLife;
  }

  add(count: number, now: number): void {
    this.#count = this.at(now) + count;
    this.#at = now;
  }

  at(now: number): number {
    return this.#count * 0.5 ** (Math.max(0, now - this.#at) / this.#halfLife);
  }

  clear(): void {
    this.#count = 0;
  }
}

/** What a count that has faded for long comes to, per second. */
export const rateOf = (count: number, halfLife: number): number => (count / halfLife) * Math.LN2 * 1000;
