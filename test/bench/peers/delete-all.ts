import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { client, TableName } from './arguments.js';

/** Sends one batch until nothing of it is unprocessed, and at once again where it was throttled. */
export async function deleteAll(requests: WriteRequest[]): Promise<void> {
  while (requests.length > 0) {
    try {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }),
      );
      requests = UnprocessedItems?.[TableName] ?? [];
    } catch (error) {
      if (!/Throttling|Throughput/.test((error as Error).name)) throw error;
    }
  }
}
