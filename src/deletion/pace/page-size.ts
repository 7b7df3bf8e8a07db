import { bytesRead, leastReadUnits, meanWriteUnits, readUnits } from '../../dynamodb/capacity.js';
import { BATCH_ITEMS } from '../../dynamodb/limits.js';
import { PACING } from './pacing-parameters.js';
import type { ReadLimiter } from './read-limiter.js';

const { mostItems, largeItemBytes, weight } = PACING.page;

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
   * consumed then tells what the request will consume.
   */
  forDeleting(
    limiter: Pick<ReadLimiter, 'preferredUnits'>,
    consistent: boolean,
    writes: { capped: boolean; comfortable: number },
  ): number {
    const most = this.forReading(limiter, consistent);
    if (!writes.capped && (this.#mean ?? 0) <= largeItemBytes) return most;
    if (this.#mean === undefined) return 1;
    const fitting = Math.floor(writes.comfortable / meanWriteUnits(this.#mean));
    return Math.max(1, Math.min(most, BATCH_ITEMS, fitting));
  }
}
