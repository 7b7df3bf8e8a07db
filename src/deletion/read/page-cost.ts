import { bytesRead, meanWriteUnits, mostWriteUnits } from '../../dynamodb/capacity.js';
import type { KeyValue } from '../../dynamodb/key-value.js';

/** What deleting the items of one page consumes: their total size is known, the size of each is not. */
export class PageCost {
  /** Write units that one of them is expected to consume. */
  readonly mean: number;
  #items: number;
  #most: number;

  /** @param indexes - secondary indexes, each of which may consume as much again */
  constructor(items: number, readUnits: number | undefined, consistent: boolean, indexes: number) {
    const bytes = readUnits === undefined ? 0 : bytesRead(readUnits, consistent);
    this.mean = items === 0 ? 1 : meanWriteUnits(bytes / items);
    this.#items = items;
    this.#most = mostWriteUnits(bytes, items) * (1 + indexes);
  }

  /** What deleting some of the items that are left consumes at most: each of the others consumes at least one unit. */
  atMost(items: number): number {
    return Math.max(items, this.#most - (this.#items - items));
  }

  /** Items were deleted, and consumed so many units. */
  spend(items: number, units: number): void {
    this.#items = Math.max(0, this.#items - items);
    this.#most = Math.max(this.#items, this.#most - units);
  }
}

/** The sort key of an item that is to be deleted, and the cost of the page that it came with. */
export interface Pending {
  key: KeyValue;
  cost: PageCost;
}
