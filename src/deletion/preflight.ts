import {
  type AttributeDefinition,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { DeletionContext } from './context.js';
import { nameOf, ruleOf } from '../dynamodb/errors.js';
import { KEY_TYPES, type KeyType, parseKeyValue } from '../dynamodb/key-value.js';
import { Failure, Interruption } from '../api/failure.js';
import { sendUntilDone } from './retry/retry-policy.js';
import { type AskedTarget, sortRange, type Target } from './target.js';

const CREATING_POLL_MS = 2_000;

/** Table status → how the run ends. Other statuses serve requests. */
const UNUSABLE: Readonly<Record<string, Failure>> = {
  DELETING: new Failure('TableNotFound', 'the table is being deleted'),
  ARCHIVING: new Failure('TableNotFound', 'the table is being archived'),
  ARCHIVED: new Failure('TableNotFound', 'the table is archived'),
  INACCESSIBLE_ENCRYPTION_CREDENTIALS: new Failure('AccessDenied', "the table's KMS key cannot be used"),
};

/**
 * Looks at the table before anything is read or written: its keys, whether the target fits them, the guards.
 * @throws Failure InvalidTarget, TableNotFound, AccessDenied, GuardRefused, Incomplete; Interruption
 */
export async function preflight(context: DeletionContext, asked: AskedTarget): Promise<Target> {
  const table = await usableTable(context, asked.tableName);
  const partition = keyAttribute(table, 'HASH');
  if (!partition) throw new Failure('InvalidTarget', 'the table has no partition key of type S, N or B');
  const sort = keyAttribute(table, 'RANGE');
  context.log.info(
    {
      partitionKey: partition,
      sortKey: sort,
      localSecondaryIndexes: (table.LocalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName),
      globalSecondaryIndexes: (table.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName),
      billing: table.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
      replicas: (table.Replicas ?? []).map(({ RegionName }) => RegionName),
      stream: table.StreamSpecification?.StreamEnabled === true,
      tableStatus: table.TableStatus,
    },
    'found the table',
  );
  const target: Target = {
    tableName: asked.tableName,
    tableId: table.TableId ?? table.TableArn ?? table.TableName ?? asked.tableName,
    partition: { ...partition, value: parseKeyValue(asked.partitionValue, partition.type, 'partition key') },
    sort,
    range: sortRange(asked.sortKey, sort),
    localIndexes: table.LocalSecondaryIndexes?.length ?? 0,
    globalIndexes: table.GlobalSecondaryIndexes?.length ?? 0,
    writeLimit: writeLimit(table),
  };
  if (asked.requirePointInTimeRecovery === true) await pointInTimeRecoveryIsOn(context, asked.tableName);
  return target;
}

/** 0 provisioned units, or a maximum of -1, stand for no limit. */
function writeLimit({ ProvisionedThroughput, OnDemandThroughput }: TableDescription): number | undefined {
  const limits = [ProvisionedThroughput?.WriteCapacityUnits, OnDemandThroughput?.MaxWriteRequestUnits];
  return limits.find((limit) => limit !== undefined && limit > 0);
}

async function usableTable(context: DeletionContext, tableName: string): Promise<TableDescription> {
  for (;;) {
    const table = await describe(context, tableName);
    const unusable = UNUSABLE[table.TableStatus ?? ''];
    if (unusable) throw unusable;
    if (table.TableStatus !== 'CREATING') return table;
    context.log.info({}, 'the table is being created: waiting');
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
    if (ruleOf(error) === 'invalid')
      throw new Failure('InvalidTarget', `DynamoDB refuses to describe the table: ${nameOf(error)}`);
    throw new Failure('InvalidTarget', `the endpoint does not answer as DynamoDB does: ${nameOf(error)}`);
  }
  throw new Failure('InvalidTarget', 'the endpoint does not answer as DynamoDB does: no table in its answer');
}

function keyAttribute(table: TableDescription, role: 'HASH' | 'RANGE'): { name: string; type: KeyType } | undefined {
  const name = table.KeySchema?.find(({ KeyType }: KeySchemaElement) => KeyType === role)?.AttributeName;
  const type = table.AttributeDefinitions?.find((a: AttributeDefinition) => a.AttributeName === name)?.AttributeType;
  return name !== undefined && KEY_TYPES.some((known) => known === type) ? { name, type: type as KeyType } : undefined;
}

/** The guard fails closed: not knowing is refused as well. */
async function pointInTimeRecoveryIsOn(context: DeletionContext, tableName: string): Promise<void> {
  let status: string | undefined;
  try {
    const answer = await sendUntilDone(context, () =>
      context.client.send(new DescribeContinuousBackupsCommand({ TableName: tableName })),
    );
    status = answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  } catch (error) {
    if (error instanceof Interruption || (error instanceof Failure && error.state === 'Incomplete')) throw error;
    const why = error instanceof Failure ? error.message : nameOf(error);
    throw new Failure(
      'GuardRefused',
      `point-in-time recovery is required, and it cannot be told whether it is on: ${why}`,
    );
  }
  if (status !== 'ENABLED')
    throw new Failure('GuardRefused', 'point-in-time recovery is required, and the table has it off');
}
