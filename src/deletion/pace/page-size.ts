import { bytesRead, leastReadUnits, meanWriteUnits, readUnits } from '../../dynamodb/capacity.js';
import { BATCH_ITEMS } from '../../dynamodb/limits.js';
import type { ReadLimiter } from './read-limiter.js';

/** A page of 10,000 keys would hold the event loop for 50 ms. */
const MOST_ITEMS = 1000;
/** Mean size in bytes from which a page is no larger than a batch. */
const LARGE_ITEM = 4096;
/** How much a page moves the mean. */
const WEIGHT = 0.4;

/** How many items to ask for, by the size of those that were read. */
export class PageSize {
  #mean: number | undefined;

  /** Mean bytes of an item; undefined before anything was read, or where DynamoDB reports no capacity. */
  get meanBytes(): number | undefined {
    return this.#mean;
  }

  learn(items: number, consumed: number | undefined, consistent: boolean): void {
    if (items === 0 || consumed === undefined) return;
    const mean = bytesRead(consumed, consistent) / items;
    this.#mean = this.#mean === undefined ? mean : this.#mean + WEIGHT * (mean - this.#mean);
  }

  /** Read units that so many items are expected to take. */
  readUnits(items: number, consistent: boolean): number {
    return Math.max(leastReadUnits(consistent), readUnits(items * (this.#mean ?? 0), consistent));
  }

  /** Items of a page that is only read. */
  forReading(limiter: ReadLimiter, consistent: boolean): number {
    if (limiter.comfortable === Infinity) return MOST_ITEMS;
    if (this.#mean === undefined) return 1;
    const perItem = readUnits(Math.max(1, this.#mean), consistent);
    return Math.max(1, Math.min(MOST_ITEMS, Math.floor(limiter.comfortable / perItem)));
  }

  /**
   * Items of a page that is deleted. Under a cap on writes, or with large items, no more than one request takes: what the page
   * consumed then tells what the request will consume.
   */
  forDeleting(limiter: ReadLimiter, consistent: boolean, writes: { capped: boolean; comfortable: number }): number {
    const most = this.forReading(limiter, consistent);
    if (!writes.capped && (this.#mean ?? 0) <= LARGE_ITEM) return most;
    if (this.#mean === undefined) return 1;
    const fitting = Math.floor(writes.comfortable / meanWriteUnits(this.#mean));
    return Math.max(1, Math.min(most, BATCH_ITEMS, fitting));
  }
}
