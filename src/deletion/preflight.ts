import {
  type AttributeDefinition,
  DescribeTableCommand,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { Failure, Interruption } from '../api/failure.js';
import { nameOf, classOf } from '../dynamodb/errors.js';
import { KEY_TYPES, parseKeyValue } from '../dynamodb/key-value.js';
import { tableCapacity } from '../dynamodb/table-capacity.js';
import type { DeletionContext } from './context.js';
import { checkHold, checkPointInTimeRecovery } from './guards.js';
import { sendUntilDone } from './retry/retry-policy.js';
import { tableIdOf } from './same-table.js';
import { type AskedTarget, type KeyAttribute, sortRange, type Target } from './target.js';

const CREATING_POLL_MS = 2_000;

/** Table status → how the deletion ends. In any other status, the table serves requests. */
const UNUSABLE: Readonly<Record<string, Failure>> = {
  DELETING: new Failure('TableNotFound', 'the table is being deleted'),
  ARCHIVING: new Failure('TableNotFound', 'the table is being archived'),
  ARCHIVED: new Failure('TableNotFound', 'the table is archived'),
  INACCESSIBLE_ENCRYPTION_CREDENTIALS: new Failure('AccessDenied', "the table's KMS key cannot be used"),
};

/**
 * Checks the table before any item is read or written: its keys, whether the target fits them, and the safeguards.
 * @throws Failure InvalidTarget, TableNotFound, AccessDenied, GuardRefused, Incomplete; Interruption
 */
export async function preflight(context: DeletionContext, asked: AskedTarget): Promise<Target> {
  const table = await usableTable(context, asked.tableName);
  context.sameTable.found(table);
  const partition = keyAttribute(table, 'HASH');
  if (!partition) throw new Failure('InvalidTarget', 'the table has no partition key of type S, N or B');
  const sort = keyAttribute(table, 'RANGE');
  logTable(context, table, partition, sort);
  const range = sortRange(asked.sortKey, sort);
  const inTable = {
    tableName: asked.tableName,
    tableId: tableIdOf(table, asked.tableName),
    ...(table.TableArn !== undefined && { tableArn: table.TableArn }),
    partition: { ...partition, value: parseKeyValue(asked.partitionValue, partition.type, 'partition key') },
    localIndexes: table.LocalSecondaryIndexes?.length ?? 0,
    globalIndexes: table.GlobalSecondaryIndexes?.length ?? 0,
    capacity: tableCapacity(table),
  };
  if (asked.holdTag) await checkHold(context, table.TableArn, asked.holdTag);
  if (asked.requirePointInTimeRecovery === true) await checkPointInTimeRecovery(context, asked.tableName);
  return sort ? { kind: 'sorted', ...inTable, sort, range } : { kind: 'single item', ...inTable };
}

function logTable(
  { log }: DeletionContext,
  table: TableDescription,
  partitionKey: KeyAttribute,
  sortKey: KeyAttribute | undefined,
): void {
  const namesOf = (indexes: readonly { IndexName?: string | undefined }[] | undefined) =>
    (indexes ?? []).map(({ IndexName }) => IndexName);
  log.info(
    {
      partitionKey,
      sortKey,
      localSecondaryIndexes: namesOf(table.LocalSecondaryIndexes),
      globalSecondaryIndexes: namesOf(table.GlobalSecondaryIndexes),
      billing: table.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
      replicas: (table.Replicas ?? []).map(({ RegionName }) => RegionName),
      stream: table.StreamSpecification?.StreamEnabled === true,
      tableStatus: table.TableStatus,
    },
    'found the table',
  );
}

async function usableTable(context: DeletionContext, tableName: string): Promise<TableDescription> {
  for (;;) {
    const table = await describe(context, tableName);
    const unusable = UNUSABLE[table.TableStatus ?? ''];
    if (unusable) throw unusable;
    if (table.TableStatus !== 'CREATING') return table;
    context.log.info({}, 'the table is still being created; waiting');
    context.onObstacle('the table is still being created');
    context.retryPolicy.progressed();
    await context.clock.sleep(CREATING_POLL_MS, context.signal);
    context.signal.throwIfAborted();
  }
}

async function describe(context: DeletionContext, tableName: string): Promise<TableDescription> {
  try {
    const { Table } = await sendUntilDone(context, () =>
      context.client.send(new DescribeTableCommand({ TableName: tableName })),
    );
    if (Table?.KeySchema) return Table;
  } catch (error) {
    if (error instanceof Failure || error instanceof Interruption) throw error;
    if (classOf(error) === 'invalid')
      throw new Failure('InvalidTarget', `DynamoDB refuses to describe the table: ${nameOf(error)}`);
    throw new Failure('InvalidTarget', `the endpoint does not answer as DynamoDB does: ${nameOf(error)}`);
  }
  throw new Failure('InvalidTarget', 'the endpoint does not answer as DynamoDB does: no table in its response');
}

function keyAttribute(table: TableDescription, role: 'HASH' | 'RANGE'): KeyAttribute | undefined {
  const name = table.KeySchema?.find(({ KeyType }: KeySchemaElement) => KeyType === role)?.AttributeName;
  const definition = table.AttributeDefinitions?.find((a: AttributeDefinition) => a.AttributeName === name);
  const type = KEY_TYPES.find((known) => known === definition?.AttributeType);
  return name !== undefined && type !== undefined ? { name, type } : undefined;
}
