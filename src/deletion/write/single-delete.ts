import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { DeletionContext } from '../context.js';
import { ALL, query } from '../read/query.js';
import { sendUntilDone } from '../retry/retry-policy.js';
import { primaryKey, type SingleItemTarget } from '../target.js';

/**
 * Deletes the only item that a partition can contain in a table without a sort key. DynamoDB accepts the deletion of what is not
 * there too, and does not say so: what a read has not found is neither deleted nor counted.
 */
export async function deleteSingleItem(
  context: DeletionContext,
  target: SingleItemTarget,
  { consistent }: { consistent: boolean },
): Promise<void> {
  const { keys } = await query(context, target, { condition: ALL, consistent, limit: 1 });
  if (keys.length === 0) return;
  if (!context.budget.reserve()) throw context.budget.refusal();
  context.counters.itemsFound += 1;
  const command = new DeleteItemCommand({
    TableName: target.tableName,
    Key: primaryKey(target, target.partition.value),
    ReturnConsumedCapacity: 'INDEXES',
  });
  const answer = await sendUntilDone(
    context,
    async () => {
      await context.mayWrite();
      context.signal.throwIfAborted();
      return context.client.send(command);
    },
    () => (context.counters.atLeast = true),
  );
  context.retryPolicy.progressed();
  context.counters.itemsDeleted += 1;
  context.counters.writeUnits += answer.ConsumedCapacity?.CapacityUnits ?? 0;
  context.notifyProgress();
}
