import type { Claim } from './claims.js';
import type { Exception } from './exceptions.js';

export interface Count {
  /** How often there was an occasion to judge it. */
  judged: number;
  /** How often what the claim presupposes was the case, so that it could have been broken. */
  met: number;
}

/** How often each claim was judged: a claim that never is holds whatever the product does. */
export class Tally {
  constructor(
    readonly claims = new Map<Claim, Count>(),
    /** How often each exception kept a claim from being broken. */
    readonly excused = new Map<Exception, number>(),
  ) {}

  /** @param isMet whether what the claim presupposes is the case */
  judge(claim: Claim, isMet: boolean): void {
    this.#add(claim, { judged: 1, met: isMet ? 1 : 0 });
  }

  add(other: Tally): void {
    for (const [claim, count] of other.claims) this.#add(claim, count);
    this.excuse(other.excused);
  }

  excuse(excused: ReadonlyMap<Exception, number>): void {
    for (const [exception, times] of excused) this.excused.set(exception, (this.excused.get(exception) ?? 0) + times);
  }

  /** Those claims that could not have been broken. */
  neverMet(claims: readonly Claim[]): Claim[] {
    return claims.filter((claim) => (this.claims.get(claim)?.met ?? 0) === 0);
  }

  /** A line for each claim, in the order given. */
  lines(claims: readonly Claim[]): string[] {
    return claims.map((claim) => {
      const { judged, met } = this.claims.get(claim) ?? { judged: 0, met: 0 };
      return `${claim}: judged ${judged} times${met === judged ? '' : `, its premise met ${met} times`}`;
    });
  }

  #add(claim: Claim, { judged, met }: Count): void {
    const count = this.claims.get(claim);
    if (!count) this.claims.set(claim, { judged, met });
    else {
      count.judged += judged;
      count.met += met;
    }
  }
}
