import { type WriteUnits, writeUnitsOfPage } from '../../dynamodb/capacity.js';
import type { DeletionContext } from '../context.js';
import { pages } from '../read/query.js';
import type { Target } from '../target.js';

/**
 * Counts the target's items, reading only keys and writing nothing.
 * @returns bounds on the write units of their deletion; undefined if DynamoDB reports no capacity
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
