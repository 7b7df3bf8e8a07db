import { PACING } from './pacing-parameters.js';

const { trial } = PACING;

/** Answers, and how many units of them were refused. */
export class RefusedShare {
  units = 0;
  refused = 0;
  /** Answers with a refusal. */
  refusals = 0;

  add(acknowledged: number, refused: number): void {
    this.units += acknowledged + refused;
    this.refused += refused;
    if (refused > 0) this.refusals++;
  }

  get share(): number {
    return this.units === 0 ? 0 : this.refused / this.units;
  }
}

export type Verdict =
  /** The refusals are gone: the rate caused them. */
  | 'rate'
  /** They stay: they do not depend on the rate. */
  | 'background'
  /** Far more is refused than before: something else has happened. */
  | 'worse';

/**
 * Refusals persist after a decrease. Is the rate still too high, or do they not depend on it? A trial finds out: it cuts the rate
 * well below what was delivered, and looks whether the refused share falls.
 */
export class Trial {
  readonly #before: RefusedShare;
  readonly #during = new RefusedShare();
  readonly #since: number;
  /** The slots of time in which anything was refused: one burst of somebody else's fills one or two. */
  readonly #slots = new Set<number>();

  /** @param before - what was refused at the higher rate */
  constructor(before: RefusedShare, now: number) {
    this.#before = before;
    this.#since = now;
  }

  /** The refused share that does not depend on the rate. */
  background(verdict: Verdict): number {
    const [before, during] = [this.#before, this.#during];
    if (verdict === 'background') return (before.refused + during.refused) / (before.units + during.units);
    return verdict === 'rate' && this.#persist ? during.share : 0;
  }

  /** @returns undefined as long as too little is known */
  look(acknowledged: number, refused: number, now: number): Verdict | undefined {
    const during = this.#during;
    during.add(acknowledged, refused);
    const elapsed = now - this.#since;
    if (refused > 0) this.#slots.add(Math.floor(elapsed / trial.slotMs));
    if (elapsed < trial.leastMs) return undefined;
    if (during.share > trial.worseShare) return 'worse';
    const expected = this.#expectedRefusals;
    if (expected < trial.expectedRefusals && elapsed < trial.mostMs) return undefined;
    return this.#persist && during.refusals >= trial.persistingShare * expected ? 'background' : 'rate';
  }

  get #persist(): boolean {
    return this.#slots.size >= trial.leastSlots;
  }

  /** The answers with a refusal that there would be, if the share were what it was before. */
  get #expectedRefusals(): number {
    const { share, refused, refusals } = this.#before;
    return refusals === 0 ? 0 : (share * this.#during.units) / (refused / refusals);
  }
}
