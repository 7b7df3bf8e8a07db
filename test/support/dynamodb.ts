import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  paginateScan,
  waitUntilTableExists,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { AddressInfo } from 'node:net';

/** DynamoDB engines, tables and items for tests, the demo and e2e. */

export type Item = Record<string, AttributeValue>;
type KeyType = 'S' | 'N' | 'B';
type KeyAttribute = readonly [name: string, type: KeyType];

export interface Engine {
  endpoint: string;
  client: DynamoDBClient;
  stop: () => Promise<void>;
}

/** A client for an engine that is not AWS's, with the worker's own dummy credentials. */
function clientFor(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'dynamoctl', secretAccessKey: 'dynamoctl' };
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 3 });
}

/** dynalite in this process, on its own port. */
export async function startDynalite({ host = '127.0.0.1' } = {}): Promise<Engine> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  // Longer than any test leaves a connection idle: closing a connection just as it is reused causes an error.
  server.keepAliveTimeout = 300_000;
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const endpoint = `http://${host}:${(server.address() as AddressInfo).port}`;
  const client = clientFor(endpoint);
  return {
    endpoint,
    client,
    stop: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The engine that is already running at `endpoint`, such as DynamoDB Local. */
export function engineAt(endpoint: string): Engine {
  const client = clientFor(endpoint);
  return { endpoint, client, stop: async () => client.destroy() };
}

export interface TableShape {
  name: string;
  partition: KeyAttribute;
  sort?: KeyAttribute;
  /** Attribute of a local secondary index. */
  localIndex?: KeyAttribute;
}

/** Creates a table and waits until it is active. */
export async function createTable(client: DynamoDBClient, shape: TableShape): Promise<void> {
  const { name, partition, sort, localIndex } = shape;
  const attributes = [partition, sort, localIndex].filter((attribute) => attribute !== undefined);
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      KeySchema: [
        { AttributeName: partition[0], KeyType: 'HASH' },
        ...(sort ? [{ AttributeName: sort[0], KeyType: 'RANGE' as const }] : []),
      ],
      ...(localIndex && {
        LocalSecondaryIndexes: [
          {
            IndexName: 'local',
            KeySchema: [
              { AttributeName: partition[0], KeyType: 'HASH' as const },
              { AttributeName: localIndex[0], KeyType: 'RANGE' as const },
            ],
            Projection: { ProjectionType: 'ALL' as const },
          },
        ],
      }),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: name });
}

export async function dropTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(new DeleteTableCommand({ TableName: name }));
}

const LANES = 4;

/** Writes items, 25 a request, a few requests at a time. */
export async function putItems(client: DynamoDBClient, table: string, items: Iterable<Item>): Promise<void> {
  const source = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (;;) {
      let requests: WriteRequest[] = [];
      for (let next; requests.length < 25 && !(next = source.next()).done;)
        requests.push({ PutRequest: { Item: next.value } });
      if (requests.length === 0) return;
      while (requests.length > 0) {
        const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
        requests = Object.values(answer.UnprocessedItems ?? {}).flat();
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** The text of a key attribute, for comparing and grouping. */
export function keyText(value: AttributeValue | undefined): string {
  return value?.S ?? value?.N ?? (value?.B ? Buffer.from(value.B).toString('base64') : '');
}

/** The number of items in each partition. */
export async function countByPartition(
  client: DynamoDBClient,
  table: string,
  partition: string,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const names = { '#p': partition };
  for await (const page of paginateScan(
    { client },
    { TableName: table, ProjectionExpression: '#p', ExpressionAttributeNames: names, ConsistentRead: true },
  ))
    for (const item of page.Items ?? []) {
      const key = keyText(item[partition]);
      counts[key] = (counts[key] ?? 0) + 1;
    }
  return counts;
}
