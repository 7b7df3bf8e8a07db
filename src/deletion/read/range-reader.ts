import type { DeletionContext } from '../context.js';
import type { PageUse } from '../pace/page-size.js';
import type { Range } from '../split/range.js';
import type { SortedTarget } from '../target.js';
import { PageCost, type Pending } from './page-cost.js';
import { between, query } from './query.js';

export interface RangeReading {
  context: DeletionContext;
  target: SortedTarget;
  consistent: boolean;
  /** What a page of this range is for. */
  writes: () => PageUse;
  /** Called after the cursor has moved. */
  onPage: () => void;
}

/** Reads a range page by page, one page ahead. The range's cursor marks how far it has read. */
export class RangeReader {
  readonly #range: Range;
  readonly #reading: RangeReading;
  #next: Promise<Pending[]> | undefined;

  constructor(range: Range, reading: RangeReading) {
    this.#range = range;
    this.#reading = reading;
  }

  /** The next keys; undefined if there are no more. */
  async take(): Promise<Pending[] | undefined> {
    this.#readAhead();
    if (!this.#next) return undefined;
    const page = await this.#next;
    this.#next = undefined;
    this.#readAhead();
    return page;
  }

  #readAhead(): void {
    if (this.#next || this.#range.ended || this.#reading.context.signal.aborted) return;
    this.#next = this.#read();
    // It may fail before anything awaits it, or when its result is no longer needed.
    this.#next.catch(() => {});
  }

  async #read(): Promise<Pending[]> {
    const { context, target, consistent, writes, onPage } = this.#reading;
    const range = this.#range;
    const { keys, readUnits, last } = await query(context, target, {
      condition: between(range.lowest, range.to),
      after: range.after,
      consistent,
      limit: context.pageSize.forDeleting(context.readLimiter, consistent, writes()),
    });
    const mine = range.advance(keys, last);
    context.counters.itemsFound += mine;
    const { localIndexes, globalIndexes } = target;
    const cost = new PageCost(keys.length, readUnits, consistent, localIndexes + globalIndexes, localIndexes);
    onPage();
    context.notifyProgress();
    return keys.slice(0, mine).map((key) => ({ key, cost }));
  }
}
