import { compareKeyValues, type KeyValue } from '../../dynamodb/key-value.js';
import { keySpace, type KeySpace } from './key-space.js';

/** Keys of a page that the key space learns from. */
const LEARNT_PER_PAGE = 16;

/** Items over which density is measured: enough not to be an accident, few enough to tell of what comes next. */
const DENSITY_ITEMS = 500;

/** A key, and how many items had been read up to it. */
interface Mark {
  key: KeyValue;
  read: number;
}

/** The sort keys of a range, ascending: from `from`, or after it, up to and including `to`. */
export interface Bounds {
  from: KeyValue;
  /** Whether `from` itself belongs to the range. */
  inclusive: boolean;
  to: KeyValue;
}

/**
 * A part of the partition, with a cursor that moves forwards as it is read. A split takes away from its end what is not read
 * yet. So a page that was requested before a split may hold keys that are no longer in the range: they are left to the range
 * that has them now, and each key is read by exactly one range.
 */
export class Range {
  readonly #space: KeySpace;
  readonly #from: KeyValue;
  #to: KeyValue;
  #after: KeyValue | undefined;
  #read = 0;
  /** Density is that of the items read since `#mark`; `#nextMark` takes its place once it is far enough behind. */
  #mark: Mark | undefined;
  #nextMark: Mark | undefined;
  /** Items that the split expected in here, until there is something to measure. */
  #expected: number;
  #ended: boolean;
  /** Where the cursor was when no key to split at was found. */
  #stuckAt: KeyValue | 'start' | undefined;

  constructor({ from, inclusive, to }: Bounds, expected = Infinity) {
    this.#space = keySpace(from.type);
    this.#from = from;
    this.#to = to;
    this.#after = inclusive ? undefined : from;
    this.#expected = expected;
    // An empty range never makes a request: DynamoDB refuses BETWEEN with its ends in the wrong order.
    const order = compareKeyValues(from, to);
    this.#ended = inclusive ? order > 0 : order >= 0;
  }

  /** The key after which to read on; undefined where `from` is still to be read. */
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

  /** Nothing is left to read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** No key to split at was found, and the cursor has not moved since. */
  get isStuck(): boolean {
    return this.#stuckAt !== undefined && this.#stuckAt === (this.#after ?? 'start');
  }

  /**
   * Moves the cursor over a page.
   * @param keys - of the page, ascending
   * @param lastEvaluated - where to go on; undefined: there is no more
   * @returns how many of the keys, from the first, belong to this range
   */
  advance(keys: readonly KeyValue[], lastEvaluated: KeyValue | undefined): number {
    const own = this.#countUpToEnd(keys);
    this.#read += own;
    const step = Math.max(1, Math.floor(keys.length / LEARNT_PER_PAGE));
    for (let i = 0; i < own; i += step) this.#space.learn(keys[i]!);
    if (lastEvaluated === undefined || compareKeyValues(lastEvaluated, this.#to) >= 0) this.#ended = true;
    this.#after = (this.#ended ? keys[own - 1] : lastEvaluated) ?? this.#after;
    this.#moveMarks(keys, own);
    return own;
  }

  /** Items that are left, judged by the density of those read last; before the first page, what the split expected. */
  get remaining(): number {
    if (this.#ended) return 0;
    if (this.#mark === undefined || this.#after === undefined || this.#mark.read === this.#read) return this.#expected;
    const share = this.#space.share(this.#mark.key, this.#after, this.#to);
    return (this.#read - this.#mark.read) * ((1 - share) / Math.max(share, 1e-9));
  }

  /** A key half-way through what is left, which need not exist; undefined where there is none. */
  middle(): KeyValue | undefined {
    return this.#ended ? undefined : this.#space.middle(this.lowest, this.#to);
  }

  /** Whether the range can be split at a key: it is not read yet, and lies before the end. */
  canSplitAt(key: KeyValue): boolean {
    return !this.#ended && compareKeyValues(key, this.lowest) > 0 && compareKeyValues(key, this.#to) < 0;
  }

  /** Keeps the keys up to and including `key`. @returns the range that has the others */
  splitAt(key: KeyValue): Range {
    const share = this.#space.share(this.lowest, key, this.#to);
    const left = this.remaining;
    const rest = new Range({ from: key, inclusive: false, to: this.#to }, left * (1 - share));
    if (this.#mark === undefined) this.#expected = left * share;
    this.#to = key;
    return rest;
  }

  /** No key to split at was found: not to be tried again before the cursor moves. */
  markStuck(): void {
    this.#stuckAt = this.#after ?? 'start';
  }

  /** To the middle of the page instead of its first key, which may be of another kind than the rest. */
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
