import type { Progress } from '../api/status.js';

/** What one run has done so far. */
export class Counters {
  itemsFound = 0;
  /** Deletes that were accepted: DynamoDB does not say whether an item existed. */
  itemsDeleted = 0;
  /** An outcome was lost: the counts are lower bounds. */
  atLeast = false;
  writeUnits = 0;
  readUnits = 0;
  throttled = 0;

  /** In whole numbers, as a report carries it. */
  progress(): Progress {
    return {
      itemsFound: this.itemsFound,
      itemsDeleted: this.itemsDeleted,
      ...(this.atLeast ? { atLeast: true } : {}),
      writeUnits: Math.ceil(this.writeUnits),
      readUnits: Math.ceil(this.readUnits),
    };
  }
}
