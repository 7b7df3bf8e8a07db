import type { DeletionContext } from '../context.js';
import { pages } from '../read/query.js';
import type { Target } from '../target.js';

/**
 * Whether the target is empty, according to a consistent read over all of it, up to the page without LastEvaluatedKey. A page
 * without items is not the end: items that were just deleted may fill a megabyte that returns nothing.
 */
export async function isEmpty(context: DeletionContext, target: Target): Promise<boolean> {
  for await (const { keys } of pages(context, target, { consistent: true })) {
    if (keys.length > 0) return false;
    context.notifyProgress();
  }
  return true;
}
