import type { Key } from '../../dynamodb/key-value.js';
import { bytesRead, meanWriteUnits, mostWriteUnits } from '../../dynamodb/capacity.js';

/** Keys that were read together: of their sizes the sum is known, and not each. */
export class PageCost {
  /** Write units that one of them is expected to take. */
  readonly mean: number;
  #keys: number;
  #most: number;

  /** @param indexes - secondary indexes, each of which may take as much again */
  constructor(items: number, readUnits: number | undefined, consistent: boolean, indexes: number) {
    const bytes = readUnits === undefined ? 0 : bytesRead(readUnits, consistent);
    this.mean = items === 0 ? 1 : meanWriteUnits(bytes / items);
    this.#keys = items;
    this.#most = mostWriteUnits(bytes, items) * (1 + indexes);
  }

  /** What deleting some of those that are left takes at most: each of the others takes one unit at least. */
  atMost(keys: number): number {
    return Math.max(keys, this.#most - (this.#keys - keys));
  }

  /** That many were deleted, and took so many units. */
  spend(keys: number, units: number): void {
    this.#keys = Math.max(0, this.#keys - keys);
    this.#most = Math.max(this.#keys, this.#most - units);
  }
}

/** A key that is to be deleted, and what it was read with. */
export interface Pending {
  key: Key;
  cost: PageCost;
}
