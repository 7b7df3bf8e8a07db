import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { DeletionContext } from '../context.js';
import { sendUntilDone } from '../retry/retry-policy.js';
import { primaryKey, type SingleItemTarget } from '../target.js';

/** Deletes the only item that a partition can contain in a table without a sort key, whether or not it exists. */
export async function deleteSingleItem(context: DeletionContext, target: SingleItemTarget): Promise<void> {
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
