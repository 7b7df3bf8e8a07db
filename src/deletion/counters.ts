import type { Progress } from '../api/status.js';

/** What one attempt has done so far. */
export class Counters {
  itemsFound = 0;
  /** Accepted deletes. DynamoDB does not say whether an item existed. */
  itemsDeleted = 0;
  /** The response to a write was lost, so the counts are lower bounds. */
  atLeast = false;
  writeUnits = 0;
  /** Some writes were not asked what they consumed. */
  writeUnitsEstimated = false;
  readUnits = 0;
  /** Read and write requests that were throttled, wholly or in part. */
  throttled = 0;
  readonly #leftPercent: () => number | undefined;

  /** @param leftPercent - how much of the table's write capacity was lately left to others */
  constructor(leftPercent: () => number | undefined = () => undefined) {
    this.#leftPercent = leftPercent;
  }

  /** In whole numbers, as in a report. */
  progress(): Progress {
    const capacityLeftPercent = this.#leftPercent();
    return {
      itemsFound: this.itemsFound,
      itemsDeleted: this.itemsDeleted,
      ...(this.atLeast ? { atLeast: true } : {}),
      writeUnits: Math.ceil(this.writeUnits),
      ...(this.writeUnitsEstimated ? { writeUnitsEstimated: true } : {}),
      readUnits: Math.ceil(this.readUnits),
      ...(capacityLeftPercent === undefined ? {} : { capacityLeftPercent }),
    };
  }
}
