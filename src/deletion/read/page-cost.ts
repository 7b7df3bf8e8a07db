import { bytesRead, meanWriteUnits, mostWriteUnits, READ_UNIT_BYTES } from '../../dynamodb/capacity.js';
import type { KeyValue } from '../../dynamodb/key-value.js';

/** The least that an item may be expected to consume, as a share of the most, where its size is called known. */
const KNOWN_WITHIN = 0.9;

/** What deleting the items of one page consumes. Their total size is known, but not the size of each. */
export class PageCost {
  /** The write units of their partition that one of them is expected to consume: local indexes are in it. */
  readonly mean: number;
  /** Whether the size of the items is known: what a page of few consumed is rounded up too much. */
  readonly isKnown: boolean;
  #items: number;
  #most: number;

  /** @param indexes - secondary indexes, and those of them that are local; each may consume as much again as the table */
  constructor(items: number, readUnits: number | undefined, consistent: boolean, indexes: number, localIndexes = 0) {
    const bytes = readUnits === undefined ? 0 : bytesRead(readUnits, consistent);
    this.mean = (items === 0 ? 1 : meanWriteUnits(bytes / items)) * (1 + localIndexes);
    const least = meanWriteUnits(Math.max(0, bytes - READ_UNIT_BYTES) / Math.max(1, items)) * (1 + localIndexes);
    this.isKnown = readUnits !== undefined && least >= KNOWN_WITHIN * this.mean;
    this.#items = items;
    this.#most = mostWriteUnits(bytes, items) * (1 + indexes);
  }

  /** The most that deleting some of the remaining items consumes: each of the others consumes at least one unit. */
  atMost(items: number): number {
    return Math.max(items, this.#most - (this.#items - items));
  }

  /** Records that items were deleted and consumed so many units. */
  spend(items: number, units: number): void {
    this.#items = Math.max(0, this.#items - items);
    this.#most = Math.max(this.#items, this.#most - units);
  }
}

/** The sort key of an item to be deleted, and the cost of the page that contained it. */
export interface Pending {
  key: KeyValue;
  cost: PageCost;
}
