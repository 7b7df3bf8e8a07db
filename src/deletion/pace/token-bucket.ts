/** Rounding errors in units: a wait for less than this is none. */
const NOTHING = 1e-9;

/**
 * A token bucket of write or read units that may go into debt: a request larger than the bucket passes when it is full, and the
 * next ones wait until it is paid for. Times are in milliseconds of any monotonic clock; the caller says what time it is.
 */
export class TokenBucket {
  #unitsPerSecond: number;
  #size: number;
  /** Negative: a debt. */
  #tokens: number;
  #refilledAt: number;

  /** @param size - units that can be saved up; the bucket is full at first */
  constructor(unitsPerSecond: number, size: number, now: number) {
    this.#unitsPerSecond = unitsPerSecond;
    this.#size = size;
    this.#tokens = size;
    this.#refilledAt = now;
  }

  /** Another rate from now on. What was saved up stays, as far as it fits; a debt stays. */
  change(unitsPerSecond: number, size: number, now: number): void {
    this.#refill(now);
    this.#unitsPerSecond = unitsPerSecond;
    this.#size = size;
    this.#tokens = Math.min(this.#tokens, size);
  }

  /** As `change`, but a debt takes as long to pay as before: it was made at the rate of its time. */
  rescale(unitsPerSecond: number, size: number, now: number): void {
    const factor = unitsPerSecond / this.#unitsPerSecond;
    this.change(unitsPerSecond, size, now);
    if (this.#tokens < 0) this.#tokens *= factor;
  }

  /** Milliseconds until that many units may be taken. */
  wait(units: number, now: number): number {
    this.#refill(now);
    const missing = Math.min(units, this.#size) - this.#tokens;
    return missing <= NOTHING ? 0 : (missing / this.#unitsPerSecond) * 1000;
  }

  /** Takes units, or gives them back where negative. */
  take(units: number, now: number): void {
    this.#refill(now);
    this.#tokens = Math.min(this.#size, this.#tokens - units);
  }

  #refill(now: number): void {
    const elapsed = Math.max(0, now - this.#refilledAt);
    this.#tokens = Math.min(this.#size, this.#tokens + (elapsed / 1000) * this.#unitsPerSecond);
    this.#refilledAt = Math.max(this.#refilledAt, now);
  }
}
