/**
 * The loop of AWS's own documentation: query a page, delete its items in batches of 25 one after the other, send what was
 * unprocessed again, go on. Retries of throttled requests are the SDK's.
 */
import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { client, partition, TableName } from './arguments.js';
import { deleteAll } from './delete-all.js';

let start: Record<string, AttributeValue> | undefined;
do {
  const page = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': partition },
      ProjectionExpression: 'pk, sk',
      ...(start ? { ExclusiveStartKey: start } : {}),
    }),
  );
  const items = page.Items ?? [];
  for (let at = 0; at < items.length; at += 25) {
    await deleteAll(items.slice(at, at + 25).map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk: pk!, sk: sk! } } })));
  }
  start = page.LastEvaluatedKey;
} while (start);
