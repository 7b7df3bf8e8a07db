import type { ConsumedWriteUnits } from '../../dynamodb/capacity.js';
import { PACING } from './pacing-parameters.js';

const { learnRequests, oneOf, agreement: tolerance } = PACING.consumption;

/** What a request is taken to have consumed. */
export interface Accounted {
  /** Write units of the items' physical partition. */
  readonly ofPartition: number;
  /** In total, with global indexes. */
  readonly total: number;
  /** In each global index, where the answer says so. */
  readonly ofIndexes: Readonly<Record<string, number>>;
  /** What is to be counted: none where DynamoDB says nothing; a measured request corrects the estimates before it. */
  readonly counted: number;
  /** Whether these are estimates: the request did not ask. */
  readonly isEstimate: boolean;
}

interface PerUnit {
  ofPartition: number;
  total: number;
}

/** Of all ranges of a pass: how many of their requests in a row consumed what was expected. */
export interface Agreement {
  inARow: number;
}

/**
 * Which writes of a range ask what they consumed, and what the others are taken to have consumed. Some engines answer much later
 * when they are asked. All writes ask while it matters, and until some in a row have consumed what was expected of them; then a sample
 * does, until one of it has not. Each measured request stands for those before it that were not measured, so that a rare large item
 * counts as often as there are such items.
 *
 * Ranges share how often in a row a request has consumed what was expected. What is expected is each range's own: in one range
 * items may be in an index, and in the next none.
 */
export class ConsumptionSample {
  readonly #agreement: Agreement;
  /** Requests until the next one that asks anyway: at random, as every eighth item may be a large one. */
  #left = 0;
  /** Units consumed for each that the size of the items lets expect. */
  #perUnit: PerUnit | undefined;
  /** The same of the last request that agreed: it holds for those that were sent without asking, and may be on their way still. */
  #agreed: PerUnit | undefined;
  /** Of answers since the last measured one: units that the size of the items lets expect, and the estimates that were counted. */
  #unmeasured = { expected: 0, estimated: 0 };

  readonly #random: () => number;

  /**
   * @param random - from 0 to 1
   * @param agreement - shared with the other ranges
   */
  constructor(random: () => number, agreement: Agreement = { inARow: 0 }) {
    this.#random = random;
    this.#agreement = agreement;
  }

  /** Whether the next request asks. @param isNeeded - whether it must */
  asks(isNeeded: boolean): boolean {
    if (isNeeded || !this.#knowsOwn || this.#agreement.inARow < learnRequests) return true;
    const asks = this.#left === 0;
    this.#left = asks ? Math.floor(this.#random() * (2 * oneOf - 1)) : this.#left - 1;
    return asks;
  }

  /** Whether the last measured request of this range agreed, whatever others have done since. */
  get #knowsOwn(): boolean {
    return this.#agreed !== undefined && this.#agreed === this.#perUnit;
  }

  /**
   * The request was answered.
   * @param expected - write units of their partition that what was done is expected to consume, by the size of the items
   * @param consumed - undefined where it did not ask, or where DynamoDB does not say
   * @param isKnown - whether that size is known: else nothing is to be learned from it
   */
  answered(asked: boolean, expected: number, consumed: ConsumedWriteUnits | undefined, isKnown = true): Accounted {
    if (consumed) {
      const counted = isKnown ? this.#measured(expected, consumed) : consumed.total;
      return { ...consumed, counted, isEstimate: false };
    }
    if (asked) return { ofPartition: expected, total: expected, ofIndexes: {}, counted: 0, isEstimate: false };
    const { ofPartition, total } = estimateOf(expected, this.#agreed);
    this.#unmeasured.expected += expected;
    this.#unmeasured.estimated += total;
    return { ofPartition, total, ofIndexes: {}, counted: total, isEstimate: true };
  }

  /** @returns the units to be counted: its own, and what corrects the estimates that it stands for */
  #measured(expected: number, { ofPartition, total }: ConsumedWriteUnits): number {
    if (expected <= 0) return total;
    const agrees = this.#agrees(expected, total);
    // The first of a range has nothing to agree with.
    if (this.#perUnit) this.#agreement.inARow = agrees ? this.#agreement.inARow + 1 : 0;
    const perUnit = { ofPartition: ofPartition / expected, total: total / expected };
    const correction = perUnit.total * this.#unmeasured.expected - this.#unmeasured.estimated;
    this.#unmeasured = { expected: 0, estimated: 0 };
    this.#perUnit = perUnit;
    if (agrees) this.#agreed = perUnit;
    return total + correction;
  }

  /** Whether a request consumed what the one before it lets expect. */
  #agrees(expected: number, total: number): boolean {
    const estimate = estimateOf(expected, this.#perUnit).total;
    return this.#perUnit !== undefined && Math.abs(total - estimate) <= tolerance * estimate;
  }
}

const estimateOf = (expected: number, { ofPartition, total }: PerUnit = { ofPartition: 1, total: 1 }): PerUnit => ({
  ofPartition: expected * ofPartition,
  total: expected * total,
});
