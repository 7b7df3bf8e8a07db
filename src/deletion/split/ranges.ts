import { type Bounds, Range } from './range.js';
import type { SortKeyValue } from '../../dynamodb/sort-key.js';

/** The nearest real key from one end: the first or the last of those from `from` to `to`, both included. */
export type Probe = (
  from: SortKeyValue,
  to: SortKeyValue,
  direction: 'forwards' | 'backwards',
) => Promise<SortKeyValue | undefined>;

export interface RangesOptions {
  type: 'S' | 'N' | 'B';
  /** How many ranges are read at once; 1 for a table with an LSI, whose partitions never split. */
  most: () => number;
  /** Items that a range must still have, as far as one can tell, for a split to be worth its probes. */
  worthwhile: () => number;
  probe: Probe;
}

/**
 * The ranges of one pass. One ascending cursor writes to one physical partition at a time, so the partition is cut where half
 * of what is left lies on either side, as long as that pays, and whenever a reader has nothing to do.
 */
export class Ranges {
  readonly #options: RangesOptions;
  readonly #ranges: Range[];
  readonly #splitting = new Set<Range>();

  constructor(whole: Bounds, options: RangesOptions) {
    this.#options = options;
    this.#ranges = [new Range(whole, options.type)];
  }

  /** Those that still have something to read. */
  get open(): readonly Range[] {
    return this.#ranges.filter((range) => !range.ended);
  }

  /** Cuts the range that has most left; undefined where none can be cut now, or as many are open as may be. */
  async split(): Promise<{ from: Range; range: Range } | undefined> {
    for (;;) {
      const largest = this.#largest();
      if (largest === undefined) return undefined;
      this.#splitting.add(largest);
      try {
        const key = await this.#realKeyNearMiddle(largest);
        if (key !== undefined && largest.canCutAt(key)) {
          const range = largest.cut(key, this.#options.type);
          this.#ranges.push(range);
          return { from: largest, range };
        }
        largest.markStuck();
      } finally {
        this.#splitting.delete(largest);
      }
    }
  }

  #largest(): Range | undefined {
    const open = this.open;
    const worthwhile = this.#options.worthwhile();
    if (open.length + this.#splitting.size >= this.#options.most()) return undefined;
    return open
      .filter((range) => !range.stuck && !this.#splitting.has(range))
      .map((range) => ({ range, remaining: range.remaining }))
      .filter(({ remaining }) => remaining >= worthwhile)
      .reduce<{ range: Range; remaining: number } | undefined>(
        (most, candidate) => (most === undefined || candidate.remaining > most.remaining ? candidate : most),
        undefined,
      )?.range;
  }

  /**
   * Forwards first, and backwards where that lands on the end: the keys of one kind end long before the next kind begins, and
   * the middle between them lies in the gap.
   */
  async #realKeyNearMiddle(range: Range): Promise<SortKeyValue | undefined> {
    const middle = range.middle();
    if (middle === undefined) return undefined;
    const { lowest, to } = range;
    const forwards = await this.#options.probe(middle, to, 'forwards');
    if (forwards !== undefined && range.canCutAt(forwards)) return forwards;
    return this.#options.probe(lowest, middle, 'backwards');
  }
}
