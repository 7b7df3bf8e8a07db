import { type WriteUnits, writeUnitsOfPage } from '../../dynamodb/capacity.js';
import type { DeletionContext } from '../context.js';
import { pages } from '../read/query.js';
import type { Target } from '../target.js';

/**
 * Counts the target's items, reading only keys and writing nothing. A count of zero comes from a consistent read: other reads may
 * miss what was written a moment ago, and zero is taken as "there is nothing to delete".
 * @returns bounds on the write units of their deletion; undefined if DynamoDB reports no capacity
 */
export async function countTarget(context: DeletionContext, target: Target): Promise<WriteUnits | undefined> {
  const units = await countOnce(context, target, false);
  return context.counters.itemsFound > 0 ? units : countOnce(context, target, true);
}

async function countOnce(
  context: DeletionContext,
  target: Target,
  consistent: boolean,
): Promise<WriteUnits | undefined> {
  const sum: WriteUnits = { min: 0, max: 0 };
  let known = true;
  for await (const { keys, readUnits } of pages(context, target, { consistent })) {
    context.counters.itemsFound += keys.length;
    if (readUnits === undefined) {
      known = false;
    } else {
      const page = writeUnitsOfPage(keys.length, readUnits, target.localIndexes, consistent);
      sum.min += page.min;
      sum.max += page.max;
    }
    context.notifyProgress();
  }
  return known ? sum : undefined;
}
