import { bytesRead, leastReadUnits, meanWriteUnits, readUnits } from '../../dynamodb/capacity.js';
import { BATCH_ITEMS } from '../../dynamodb/limits.js';
import { PACING } from './pacing-parameters.js';
import type { ReadLimiter } from './read-limiter.js';

const { mostItems, mostItemsOfAll, largeItemBytes, requestsOfMany, weight } = PACING.page;

/** What a page is read for. */
export interface PageUse {
  /** Whether a cap applies to the writes. */
  capped: boolean;
  /** What one write request should consume. */
  comfortable: number;
  /** The ranges that are read at once. */
  ranges: number;
}

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
    this.#mean = this.#mean === undefined ? mean : this.#mean + weight * (mean - this.#mean);
  }

  /** Read units that so many items are expected to take. */
  readUnits(items: number, consistent: boolean): number {
    return Math.max(leastReadUnits(consistent), readUnits(items * (this.#mean ?? 0), consistent));
  }

  /** Items of a page that is only read. */
  forReading(limiter: Pick<ReadLimiter, 'preferredUnits'>, consistent: boolean): number {
    if (limiter.preferredUnits() === Infinity) return mostItems;
    if (this.#mean === undefined) return 1;
    const perItem = readUnits(Math.max(1, this.#mean), consistent);
    return Math.max(1, Math.min(mostItems, Math.floor(limiter.preferredUnits() / perItem)));
  }

  /**
   * Items of a page that is deleted. Under a cap on writes, or with large items, no more than one request takes: what the page
   * consumed then tells what the request will consume. Where many ranges are read, memory bounds the pages of small items, and
   * large ones come in pages of some requests: a read for each write would keep the worker from writing.
   */
  forDeleting(limiter: Pick<ReadLimiter, 'preferredUnits'>, consistent: boolean, writes: PageUse): number {
    const { capped, comfortable, ranges } = writes;
    const most = Math.min(this.forReading(limiter, consistent), Math.ceil(mostItemsOfAll / Math.max(1, ranges)));
    if (!capped && (this.#mean ?? 0) <= largeItemBytes) return most;
    if (this.#mean === undefined) return 1;
    const fitting = Math.max(1, Math.min(BATCH_ITEMS, Math.floor(comfortable / meanWriteUnits(this.#mean))));
    const requests = !capped && ranges * mostItems > mostItemsOfAll ? requestsOfMany : 1;
    return Math.min(most, fitting * requests);
  }
}
