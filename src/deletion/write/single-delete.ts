import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { Engine } from '../context.js';
import { attributeValue } from '../../dynamodb/key-value.js';
import { sendUntilDone } from '../retry/retry-policy.js';
import type { Target } from '../target.js';

/** A table without sort key holds one item a partition: one delete, whether or not it is there. */
export async function deleteOnlyItem(engine: Engine, target: Target): Promise<void> {
  engine.tally.itemsFound += 1;
  const command = new DeleteItemCommand({
    TableName: target.tableName,
    Key: { [target.partition.name]: attributeValue(target.partition.value) },
    ReturnConsumedCapacity: 'INDEXES',
  });
  const answer = await sendUntilDone(
    engine,
    async () => {
      await engine.mayWrite();
      engine.signal.throwIfAborted();
      return engine.client.send(command);
    },
    () => (engine.tally.atLeast = true),
  );
  engine.patience.progressed();
  engine.tally.itemsDeleted += 1;
  engine.tally.writeUnits += answer.ConsumedCapacity?.CapacityUnits ?? 0;
  engine.onProgress();
}
