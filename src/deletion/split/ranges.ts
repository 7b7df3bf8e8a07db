import type { KeyValue } from '../../dynamodb/key-value.js';
import { type Bounds, Range } from './range.js';

/** Finds the first existing key, or in descending direction the last, from `from` to `to`, both included. */
export type Probe = (
  from: KeyValue,
  to: KeyValue,
  direction: 'ascending' | 'descending',
) => Promise<KeyValue | undefined>;

export interface RangesOptions {
  /** How many ranges may be read at once. */
  most: () => number;
  /** Items that a range must still hold, as far as can be told, for a split to be worth its probes. */
  worthwhile: () => number;
  probe: Probe;
}

/** A range was split: `range` has the end of what `from` had. */
export interface Split {
  from: Range;
  range: Range;
}

/**
 * The ranges of one pass. A single ascending cursor writes to one physical partition at a time, so the target is split where
 * half of what is left lies on either side: as long as that pays, and again whenever a range is finished.
 */
export class Ranges {
  readonly #options: RangesOptions;
  readonly #ranges: Range[];
  readonly #splitting = new Set<Range>();

  constructor(whole: Bounds, options: RangesOptions) {
    this.#options = options;
    this.#ranges = [new Range(whole)];
  }

  /** Ranges that still have something to read. */
  get open(): readonly Range[] {
    return this.#ranges.filter((range) => !range.ended);
  }

  /** Splits the range that has most left; undefined where none can be split now, or as many are open as may be. */
  async split(): Promise<Split | undefined> {
    for (let largest = this.#largest(); largest; largest = this.#largest()) {
      this.#splitting.add(largest);
      try {
        const key = await this.#existingKeyNearMiddle(largest);
        // The probes took time, in which the cursor may have moved past the key.
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

  /** The range with most left, of those that may be split now. */
  #largest(): Range | undefined {
    const open = this.open;
    const worthwhile = this.#options.worthwhile();
    if (open.length + this.#splitting.size >= this.#options.most()) return undefined;
    return open
      .filter((range) => !range.isStuck && !this.#splitting.has(range))
      .map((range) => ({ range, remaining: range.remaining }))
      .filter(({ remaining }) => remaining >= worthwhile)
      .reduce<{ range: Range; remaining: number } | undefined>(
        (most, candidate) => (most === undefined || candidate.remaining > most.remaining ? candidate : most),
        undefined,
      )?.range;
  }

  /**
   * Looks upwards from the middle, and downwards where that leads to the end: keys of one kind (ORDER#…) may end long before the
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
