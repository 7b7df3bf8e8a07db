import type { Progress } from '../api/status.js';

/** What one attempt has done so far. */
export class Counters {
  itemsFound = 0;
  /** Accepted deletes: DynamoDB does not say whether an item existed. */
  itemsDeleted = 0;
  /** The outcome of a write was lost, so the counts are lower bounds. */
  atLeast = false;
  writeUnits = 0;
  readUnits = 0;
  /** Requests, reads as well as writes, of which all or a part was refused for want of capacity. */
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
