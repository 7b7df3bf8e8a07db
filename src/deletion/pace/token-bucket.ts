/**
 * A token bucket of write or read units that may go into debt. Times are in milliseconds of any monotonic clock; the caller
 * says what time it is.
 */
export class TokenBucket {
  #rate: number;
  #size: number;
  #tokens: number;
  #at: number;

  constructor(unitsPerSecond: number, size: number, now: number) {
    this.#rate = unitsPerSecond;
    this.#size = size;
    this.#tokens = size;
    this.#at = now;
  }

  /** Another rate from now on. What was saved up stays, as far as it fits; a debt stays. */
  change(unitsPerSecond: number, size: number, now: number): void {
    this.#refill(now);
    this.#rate = unitsPerSecond;
    this.#size = size;
    this.#tokens = Math.min(this.#tokens, size);
  }

  /** As `change`, but a debt takes as long to pay as before: it was made when more was allowed, or less. */
  rescale(unitsPerSecond: number, size: number, now: number): void {
    const factor = unitsPerSecond / this.#rate;
    this.change(unitsPerSecond, size, now);
    if (this.#tokens < 0) this.#tokens *= factor;
  }

  /** Milliseconds until that many units may be taken; more than the bucket holds may be taken when it is full. */
  wait(units: number, now: number): number {
    this.#refill(now);
    const missing = Math.min(units, this.#size) - this.#tokens;
    return missing <= 1e-9 ? 0 : (missing / this.#rate) * 1000;
  }

  /** Takes units, or gives them back where negative. */
  take(units: number, now: number): void {
    this.#refill(now);
    this.#tokens = Math.min(this.#size, this.#tokens - units);
  }

  #refill(now: number): void {
    const elapsed = Math.max(0, now - this.#at);
    this.#tokens = Math.min(this.#size, this.#tokens + (elapsed / 1000) * this.#rate);
    this.#at = Math.max(this.#at, now);
  }
}
