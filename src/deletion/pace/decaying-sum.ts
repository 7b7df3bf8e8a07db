/** A sum of which half is forgotten after each half-life. Times are in milliseconds. */
export class DecayingSum {
  readonly #halfLife: number;
  #sum = 0;
  #at = 0;

  /** @param halfLife - milliseconds */
  constructor(halfLife: number) {
    this.#halfLife = halfLife;
  }

  add(amount: number, now: number): void {
    this.#sum = this.at(now) + amount;
    this.#at = now;
  }

  at(now: number): number {
    return this.#sum * 0.5 ** (Math.max(0, now - this.#at) / this.#halfLife);
  }

  /**
   * The mean amount per second, the last half-life weighing most, when nothing was added before `since`. At `since` itself it is 0.
   */
  meanPerSecond(since: number, now: number): number {
    const seconds = (1 - 0.5 ** ((now - since) / this.#halfLife)) * (this.#halfLife / 1000 / Math.LN2);
    return seconds <= 0 ? 0 : this.at(now) / seconds;
  }

  /** The steady rate, in amounts per second, that keeps this sum at that value. */
  steadyRate(sum: number): number {
    return (sum / this.#halfLife) * Math.LN2 * 1000;
  }

  clear(): void {
    this.#sum = 0;
  }
}
