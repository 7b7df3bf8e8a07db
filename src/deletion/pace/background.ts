import { PACING } from './pacing-parameters.js';

const { background } = PACING;

/**
 * Refusals that do not depend on the rate: a hot key of an index, someone else's bursts. A trial has measured their share. They are
 * no reason to slow down, so each answer adds to an allowance, which refusals use up. Only what exceeds it counts.
 */
export class Background {
  #share = 0;
  #allowance = 0;

  /** Refused units over all units. 0: every refusal counts. */
  get share(): number {
    return this.#share;
  }

  /** Another share from now on, at so many units a second. */
  set(share: number, rate: number): void {
    this.#share = Math.min(background.mostShare, share);
    this.#allowance = background.allowedSeconds * rate;
  }

  /** The share of refused units to tolerate: more than the measured one, because few refusals do not measure it exactly. */
  get #allowed(): number {
    return this.#share + Math.min(background.allowedShare, this.#share / 2);
  }

  /** @returns how many of the refused units of an answer the rate is to blame for */
  excess(acknowledged: number, refused: number, rate: number): number {
    if (this.#share === 0) return refused;
    const units = acknowledged + refused;
    const most = Math.max(background.allowedSeconds * rate, units);
    this.#allowance = Math.min(most, this.#allowance + this.#allowed * units) - refused;
    const excess = Math.max(0, -this.#allowance);
    this.#allowance = Math.max(0, this.#allowance);
    return Math.min(excess, refused);
  }
}
