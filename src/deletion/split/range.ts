import { keySpace, type KeySpace } from './key-space.js';
import type { SortKeyValue } from '../../dynamodb/sort-key.js';

/** Keys of a page that the key space learns from. */
const LEARNT_PER_PAGE = 16;

/** Items over which density is measured: enough to be no accident, few enough to be about what comes next. */
const DENSITY_ITEMS = 500;

/** A key, and how many items were read up to it. */
interface Mark {
  key: SortKeyValue;
  read: number;
}

/** What one reader reads, in ascending order: the keys from `from` (or after it) to `to`. */
export interface Bounds {
  from: SortKeyValue;
  /** Whether `from` itself belongs to it. */
  inclusive: boolean;
  /** Belongs to it. */
  to: SortKeyValue;
}

/**
 * A part of the partition with a cursor. Every key of it is either behind the cursor, read once, or before it; splitting takes
 * away from its end what is not read yet. A page asked for before a split may hold keys that are no longer in the range: they
 * are left to the range that has them now.
 */
export class Range {
  readonly #space: KeySpace;
  readonly #from: SortKeyValue;
  #to: SortKeyValue;
  #after: SortKeyValue | undefined;
  #read = 0;
  /** Density is what was read since `#mark`; `#nextMark` takes its place when it is far enough behind. */
  #mark: Mark | undefined;
  #nextMark: Mark | undefined;
  #inherited: number;
  #ended = false;
  /** Where the cursor was when no key to split at was found. */
  #stuckAt: SortKeyValue | 'start' | undefined;

  constructor(bounds: Bounds, type: 'S' | 'N' | 'B', estimate = Infinity) {
    this.#space = keySpace(type);
    this.#from = bounds.from;
    this.#to = bounds.to;
    this.#after = bounds.inclusive ? undefined : bounds.from;
    this.#inherited = estimate;
    // An empty range makes no request: DynamoDB refuses BETWEEN with its ends the wrong way round.
    const order = this.#space.compare(bounds.from, bounds.to);
    this.#ended = bounds.inclusive ? order > 0 : order >= 0;
  }

  /** The last key that was read, or the one after which it starts; undefined where `from` is still to be read. */
  get after(): SortKeyValue | undefined {
    return this.#after;
  }

  /** The lower end for a key condition: BETWEEN `lowest` AND `to`, with ExclusiveStartKey `after`. */
  get lowest(): SortKeyValue {
    return this.#after ?? this.#from;
  }

  get to(): SortKeyValue {
    return this.#to;
  }

  /** Nothing is left to read. */
  get ended(): boolean {
    return this.#ended;
  }

  get stuck(): boolean {
    return this.#stuckAt !== undefined && this.#stuckAt === (this.#after ?? 'start');
  }

  /**
   * Takes a page as it was read.
   * @param keys - of the page, ascending
   * @param lastEvaluated - where to go on; undefined: there is no more
   * @returns how many of the keys, from the first, belong to this range
   */
  advance(keys: readonly SortKeyValue[], lastEvaluated: SortKeyValue | undefined): number {
    const mine = this.#countUpTo(keys);
    this.#read += mine;
    const step = Math.max(1, Math.floor(keys.length / LEARNT_PER_PAGE));
    for (let i = 0; i < mine; i += step) this.#space.learn(keys[i]!);
    const last = lastEvaluated ?? keys[mine - 1];
    if (lastEvaluated === undefined || this.#space.compare(lastEvaluated, this.#to) >= 0) this.#ended = true;
    if (last !== undefined) this.#after = this.#ended ? (keys[mine - 1] ?? this.#after) : last;
    this.#moveMarks(keys, mine);
    return mine;
  }

  /** Items that are left, by those per distance that were read last; before the first page, what the split supposed. */
  get remaining(): number {
    if (this.#ended) return 0;
    if (this.#mark === undefined || this.#after === undefined || this.#mark.read === this.#read) return this.#inherited;
    const share = this.#space.share(this.#mark.key, this.#after, this.#to);
    return (this.#read - this.#mark.read) * ((1 - share) / Math.max(share, 1e-9));
  }

  /** A key half-way through what is left, that need not exist; undefined where there is none. */
  middle(): SortKeyValue | undefined {
    return this.#ended ? undefined : this.#space.middle(this.lowest, this.#to);
  }

  /** Whether a key lies before the end and behind what was read: whether the range can be cut there. */
  canCutAt(key: SortKeyValue): boolean {
    return !this.#ended && this.#space.compare(key, this.lowest) > 0 && this.#space.compare(key, this.#to) < 0;
  }

  /** Keeps what is up to `key`, that one included; the rest is the new range's. */
  cut(key: SortKeyValue, type: 'S' | 'N' | 'B'): Range {
    const share = this.#space.share(this.lowest, key, this.#to);
    const left = this.remaining;
    const rest = new Range({ from: key, inclusive: false, to: this.#to }, type, left * (1 - share));
    if (this.#mark === undefined) this.#inherited = left * share;
    this.#to = key;
    return rest;
  }

  /** Not to be tried again before the cursor moves. */
  markStuck(): void {
    this.#stuckAt = this.#after ?? 'start';
  }

  /** From the middle of the page, and not its first key: that one may be of another kind than the rest. */
  #moveMarks(keys: readonly SortKeyValue[], mine: number): void {
    if (mine === 0) return;
    const half = mine >> 1;
    const here = { key: keys[half]!, read: this.#read - mine + half + 1 };
    this.#mark ??= here;
    this.#nextMark ??= here;
    if (this.#read - this.#nextMark.read < DENSITY_ITEMS - 1) return;
    this.#mark = mine >= DENSITY_ITEMS ? here : this.#nextMark;
    this.#nextMark = here;
  }

  #countUpTo(keys: readonly SortKeyValue[]): number {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#space.compare(keys[middle]!, this.#to) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
