/** One ascending cursor, keys only, and 32 batches on their way at once; what comes back is sent again at once. */
import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { client, partition, TableName } from './arguments.js';
import { deleteAll } from './delete-all.js';

const WAYS = 32;
const flying = new Set<Promise<void>>();

const read = (start: Record<string, AttributeValue> | undefined) =>
  client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': partition },
      ProjectionExpression: 'pk, sk',
      Limit: 1000,
      ...(start ? { ExclusiveStartKey: start } : {}),
    }),
  );

let next: ReturnType<typeof read> | undefined = read(undefined);
while (next) {
  const page: Awaited<ReturnType<typeof read>> = await next;
  next = page.LastEvaluatedKey ? read(page.LastEvaluatedKey) : undefined;
  const items = page.Items ?? [];
  for (let at = 0; at < items.length; at += 25) {
    while (flying.size >= WAYS) await Promise.race(flying);
    const batch = items.slice(at, at + 25).map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk: pk!, sk: sk! } } }));
    const sent: Promise<void> = deleteAll(batch).finally(() => flying.delete(sent));
    flying.add(sent);
  }
}
await Promise.all(flying);
