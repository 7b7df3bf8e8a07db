import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { DeletionContext } from '../context.js';
import { attributeValue } from '../../dynamodb/key-value.js';
import { sendUntilDone } from '../retry/retry-policy.js';
import type { Target } from '../target.js';

/** A table without sort key holds one item a partition: one delete, whether or not it is there. */
export async function deleteSingleItem(context: DeletionContext, target: Target): Promise<void> {
  context.counters.itemsFound += 1;
  const command = new DeleteItemCommand({
    TableName: target.tableName,
    Key: { [target.partition.name]: attributeValue(target.partition.value) },
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
  context.onProgress();
}
