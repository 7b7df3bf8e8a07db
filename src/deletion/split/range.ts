import { compareKeyValues, type KeyValue } from '../../dynamodb/key-value.js';
import { keySpace, type KeySpace } from './key-space.js';

/** How many keys of a page the key space learns from. */
const LEARNED_PER_PAGE = 16;

/** How many items density is measured over: enough to be significant, few enough to predict what comes next. */
const DENSITY_ITEMS = 500;

/** A key, and the number of items read up to it. */
interface Mark {
  key: KeyValue;
  read: number;
}

/** The bounds of a range, in ascending order: from `from`, or after it, up to and including `to`. */
export interface Bounds {
  from: KeyValue;
  /** Whether `from` itself belongs to the range. */
  inclusive: boolean;
  to: KeyValue;
}

/**
 * A part of the partition, with a cursor that advances as it is read. A split cuts off an unread part at its end. So a page that
 * was requested before a split may contain keys that are no longer in the range: they are left to the range that has them now,
 * so that each key is read by exactly one range.
 */
export class Range {
  readonly #space: KeySpace;
  readonly #from: KeyValue;
  #to: KeyValue;
  #after: KeyValue | undefined;
  #read = 0;
  /** Density is measured over the items read since `#mark`; `#nextMark` replaces it once it is far enough behind. */
  #mark: Mark | undefined;
  #nextMark: Mark | undefined;
  /** The number of items that the split expected here, until density can be measured. */
  #expected: number;
  #ended: boolean;
  /** Where the cursor was when no key to split at was found. */
  #stuckAt: KeyValue | 'start' | undefined;

  /** @param space - of all ranges of a pass: what one learns of the keys tells the others where to cut */
  constructor({ from, inclusive, to }: Bounds, expected = Infinity, space = keySpace(from.type)) {
    this.#space = space;
    this.#from = from;
    this.#to = to;
    this.#after = inclusive ? undefined : from;
    this.#expected = expected;
    // An empty range never sends a request: DynamoDB rejects BETWEEN if its ends are in the wrong order.
    const order = compareKeyValues(from, to);
    this.#ended = inclusive ? order > 0 : order >= 0;
  }

  /** The key after which to continue reading; undefined if `from` has not been read yet. */
  get after(): KeyValue | undefined {
    return this.#after;
  }

  /** The lower end for a key condition: BETWEEN `lowest` AND `to`, with ExclusiveStartKey `after`. */
  get lowest(): KeyValue {
    return this.#after ?? this.#from;
  }

  get to(): KeyValue {
    return this.#to;
  }

  /** Whether nothing is left to read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether no key to split at was found and the cursor has not moved since. */
  get isStuck(): boolean {
    return this.#stuckAt !== undefined && this.#stuckAt === (this.#after ?? 'start');
  }

  /**
   * Advances the cursor past a page.
   * @param keys - the page's keys, ascending
   * @param lastEvaluated - where to continue; undefined if this was the last page
   * @returns how many of the keys, counted from the first, belong to this range
   */
  advance(keys: readonly KeyValue[], lastEvaluated: KeyValue | undefined): number {
    const own = this.#countUpToEnd(keys);
    this.#read += own;
    const step = Math.max(1, Math.floor(keys.length / LEARNED_PER_PAGE));
    for (let i = 0; i < own; i += step) this.#space.learn(keys[i]!);
    if (lastEvaluated === undefined || compareKeyValues(lastEvaluated, this.#to) >= 0) this.#ended = true;
    this.#after = (this.#ended ? keys[own - 1] : lastEvaluated) ?? this.#after;
    this.#moveMarks(keys, own);
    return own;
  }

  /** An estimate of the items left, based on the density of those read last; before the first page, what the split expected. */
  get remaining(): number {
    if (this.#ended) return 0;
    if (this.#mark === undefined || this.#after === undefined || this.#mark.read === this.#read) return this.#expected;
    const share = this.#space.share(this.#mark.key, this.#after, this.#to);
    return (this.#read - this.#mark.read) * ((1 - share) / Math.max(share, 1e-9));
  }

  /** A key halfway through what is left. It need not exist in the table. Undefined if there is no such key. */
  middle(): KeyValue | undefined {
    return this.#ended ? undefined : this.#space.middle(this.lowest, this.#to);
  }

  /** Whether the range can be split at a key: it has not been read yet, and lies before the end. */
  canSplitAt(key: KeyValue): boolean {
    return !this.#ended && compareKeyValues(key, this.lowest) > 0 && compareKeyValues(key, this.#to) < 0;
  }

  /** Keeps the keys up to and including `key`. @returns a range with the others */
  splitAt(key: KeyValue): Range {
    const share = this.#space.share(this.lowest, key, this.#to);
    const left = this.remaining;
    // A share may be 0, and no part of what nobody knows is a number.
    const part = (of: number): number => (left === Infinity ? left : left * of);
    const rest = new Range({ from: key, inclusive: false, to: this.#to }, part(1 - share), this.#space);
    this.#expected = part(share);
    this.#to = key;
    return rest;
  }

  /** Records that no key to split at was found; no new attempt is made before the cursor moves. */
  markStuck(): void {
    this.#stuckAt = this.#after ?? 'start';
  }

  /** Measures up to the middle of the page instead of its first key, which may be of a different kind from the rest. */
  #moveMarks(keys: readonly KeyValue[], own: number): void {
    if (own === 0) return;
    const half = own >> 1;
    const here = { key: keys[half]!, read: this.#read - own + half + 1 };
    this.#mark ??= here;
    this.#nextMark ??= here;
    if (this.#read - this.#nextMark.read < DENSITY_ITEMS - 1) return;
    this.#mark = own >= DENSITY_ITEMS ? here : this.#nextMark;
    this.#nextMark = here;
  }

  #countUpToEnd(keys: readonly KeyValue[]): number {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeyValues(keys[middle]!, this.#to) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
