import { PACING } from './pacing-parameters.js';
import { RefusedShare } from './trial.js';

const { decrease, trial } = PACING;

/** Decreases that come soon after one another, and what was refused meanwhile. Times are in milliseconds. */
export class RefusalStreak {
  #decreases = 0;
  #lastAt = -Infinity;
  #refused = new RefusedShare();
  #before = 0;

  /** What was delivered before the first of them, in write units a second. */
  get before(): number {
    return this.#before;
  }

  get refused(): RefusedShare {
    return this.#refused;
  }

  add(acknowledged: number, refused: number): void {
    this.#refused.add(acknowledged, refused);
  }

  /** A decrease, at a time at which so many units a second are proved to be delivered. */
  decreased(proved: number, now: number): void {
    if (now - this.#lastAt >= trial.soonMs) this.end();
    if (this.#decreases === 0) this.#before = proved;
    this.#decreases++;
    this.#lastAt = now;
  }

  end(): void {
    this.#decreases = 0;
    this.#refused = new RefusedShare();
  }

  /**
   * Whether refusals go on although the rate is well below what was delivered before.
   * @param share - what was refused lately: where that is far more than before, something else has just happened
   */
  persists(rate: number, share: number): boolean {
    const sudden = share > Math.max(decrease.clearlyTooHighShare, trial.suddenFactor * this.#refused.share);
    return !sudden && this.#decreases >= trial.decreases && rate <= trial.lowShare * this.#before;
  }
}
