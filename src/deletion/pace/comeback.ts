import { PACING } from './pacing-parameters.js';

const { comeback } = PACING;

/**
 * The way back after the limit has fallen, perhaps only for a moment. After a quiet time the rate climbs to what it was, as in slow
 * start. If it is refused on the way, the limit has fallen for good, or for longer: the next attempt waits several times as long and
 * aims lower. Times are in milliseconds.
 */
export class Comeback {
  /** What the rate was before, in write units a second; undefined: it has not fallen. */
  #goal: number | undefined;
  #failures = 0;
  #climbing = false;
  #arrivedAt = -Infinity;

  /** Whether the rate climbs: then a refusal means that this attempt has failed. */
  get isUnderWay(): boolean {
    return this.#climbing;
  }

  /** Deliveries have fallen from `before` to `to`. */
  fell(before: number, to: number, now: number): void {
    if (to >= comeback.fallenShare * before) return;
    if (now - this.#arrivedAt < comeback.provedMs) this.#failures++;
    else if (this.#goal === undefined) this.#failures = 0;
    this.#arrivedAt = -Infinity;
    this.#goal ??= before;
  }

  /** Refused on the way: the limit is still lower. `to` is the rate now. */
  failed(to: number): void {
    this.#climbing = false;
    this.#failures++;
    if (this.#goal === undefined) return;
    this.#goal -= (this.#goal - to) * comeback.forgottenShare;
    if (to >= comeback.fallenShare * this.#goal) this.#goal = undefined;
  }

  /**
   * The rate up to which it may climb as in slow start, after so much time without a decrease.
   * @returns undefined where it must not
   */
  climbTo(rate: number, quiet: number, now: number): number | undefined {
    if (this.#goal === undefined) return undefined;
    const goal = comeback.goalShare * this.#goal;
    if (rate >= goal) {
      this.#arrivedAt = now;
      this.#goal = undefined;
      this.#climbing = false;
      return undefined;
    }
    if (quiet < comeback.waitMs * comeback.waitFactor ** this.#failures) return undefined;
    this.#climbing = true;
    return goal;
  }
}
