import type { DeletionContext } from '../context.js';
import { pages } from '../read/query.js';
import type { Target } from '../target.js';

/** Write units that deleting items takes. */
export interface WriteUnits {
  min: number;
  max: number;
}

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/**
 * Bounds on what deleting a page's items costs, from what reading them cost. An eventually consistent read takes half a unit per
 * 4 KB of the page, rounded up; a delete one unit per KB of each item, rounded up, and up to as much again per local index.
 */
export function writeUnitsOfPage(items: number, readUnits: number, localIndexes: number): WriteUnits {
  const steps = Math.round(readUnits * 2);
  const [least, most] = [Math.max(0, steps - 1) * READ_UNIT_BYTES + 1, steps * READ_UNIT_BYTES];
  return {
    min: Math.max(items, items === 0 ? 0 : Math.ceil(least / WRITE_UNIT_BYTES)),
    // n items round up by less than one unit each.
    max: items === 0 ? 0 : (Math.floor(most / WRITE_UNIT_BYTES) + items) * (1 + localIndexes),
  };
}

/**
 * Counts the target, keys only, and writes nothing.
 * @returns bounds on the write units of its deletion; undefined where DynamoDB reports no capacity
 */
export async function countTarget(context: DeletionContext, target: Target): Promise<WriteUnits | undefined> {
  const sum: WriteUnits = { min: 0, max: 0 };
  let known = true;
  for await (const { keys, readUnits } of pages(context, target, { consistent: false })) {
    context.counters.itemsFound += keys.length;
    if (readUnits === undefined) {
      known = false;
    } else {
      const page = writeUnitsOfPage(keys.length, readUnits, target.localIndexes);
      sum.min += page.min;
      sum.max += page.max;
    }
    context.onProgress();
  }
  return known ? sum : undefined;
}
