import type { KeyValue } from '../../dynamodb/key-value.js';
import { type Bounds, Range } from './range.js';

/** Finds the first existing key (or the last, if descending) from `from` to `to`, inclusive. */
export type Probe = (
  from: KeyValue,
  to: KeyValue,
  direction: 'ascending' | 'descending',
) => Promise<KeyValue | undefined>;

export interface RangesOptions {
  /** The maximum number of ranges that are read concurrently. */
  most: () => number;
  /**
   * The estimated number of items that a range must still contain for a split to be worth its probes.
   * @param open - the number of open ranges
   * @param left - the items that all of them still contain
   */
  worthwhile: (open: number, left: number) => number;
  probe: Probe;
}

/** The result of a split: `range` has what was cut off the end of `from`. */
export interface Split {
  from: Range;
  range: Range;
}

/**
 * The ranges of one pass. A single ascending cursor writes to only one physical partition at a time. So ranges are split such
 * that half of what is left lies on either side, as long as that pays, and again whenever a range is finished.
 */
export class Ranges {
  readonly #options: RangesOptions;
  readonly #ranges: Range[];
  readonly #splitting = new Set<Range>();

  constructor(whole: Bounds, options: RangesOptions) {
    this.#options = options;
    this.#ranges = [new Range(whole)];
  }

  /** Ranges that have not been read to their end. */
  get open(): readonly Range[] {
    return this.#ranges.filter((range) => !range.ended);
  }

  /** Splits the range that has the most left; undefined if none can be split now, or the maximum number is open. */
  async split(): Promise<Split | undefined> {
    for (let largest = this.#largest(); largest; largest = this.#largest()) {
      this.#splitting.add(largest);
      try {
        const key = await this.#existingKeyNearMiddle(largest);
        // While the probes ran, the cursor may have moved past the key.
        if (key && largest.canSplitAt(key)) {
          const range = largest.splitAt(key);
          this.#ranges.push(range);
          return { from: largest, range };
        }
        largest.markStuck();
      } finally {
        this.#splitting.delete(largest);
      }
    }
    return undefined;
  }

  /** Of the ranges that may be split now, the one that has the most left. */
  #largest(): Range | undefined {
    const open = this.open.map((range) => ({ range, remaining: range.remaining }));
    if (open.length + this.#splitting.size >= this.#options.most()) return undefined;
    const worthwhile = this.#options.worthwhile(
      open.length,
      open.reduce((sum, { remaining }) => sum + remaining, 0),
    );
    return open
      .filter(({ range, remaining }) => remaining >= worthwhile && !range.isStuck && !this.#splitting.has(range))
      .reduce<{ range: Range; remaining: number } | undefined>(
        (most, candidate) => (most === undefined || candidate.remaining > most.remaining ? candidate : most),
        undefined,
      )?.range;
  }

  /**
   * Searches upward from the middle, then downward if that leads to the end: keys of one kind (ORDER#…) may end long before the
   * next kind (USER#…) begins, and the middle then lies in the gap.
   */
  async #existingKeyNearMiddle(range: Range): Promise<KeyValue | undefined> {
    const middle = range.middle();
    if (middle === undefined) return undefined;
    const { lowest, to } = range;
    const above = await this.#options.probe(middle, to, 'ascending');
    if (above && range.canSplitAt(above)) return above;
    return this.#options.probe(lowest, middle, 'descending');
  }
}
