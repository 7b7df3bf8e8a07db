import type { TableDescription } from '@aws-sdk/client-dynamodb';

/**
 * What a table can take, in units per second, by DescribeTable. A table is provisioned with its capacity, or on-demand with a
 * maximum or without. If there is no limit, DynamoDB reports 0 provisioned units or a maximum of -1.
 */
export interface TableCapacity {
  /** Of the table and its local indexes; undefined: no limit is set. */
  write: number | undefined;
  read: number | undefined;
  /** Write units per second of each global index that has a limit: its capacity is its own. */
  writeOfIndexes: Readonly<Record<string, number>>;
  isOnDemand: boolean;
  /** Write units per second that the table can take at once, limit or none. DynamoDB may not say. */
  warmWrite: number | undefined;
}

export function tableCapacity(table: TableDescription): TableCapacity {
  const indexes = (table.GlobalSecondaryIndexes ?? []).flatMap((index) => {
    const limit = writeLimit(index);
    return index.IndexName === undefined || limit === undefined ? [] : [[index.IndexName, limit] as const];
  });
  return {
    write: writeLimit(table),
    read: limitOf(table.ProvisionedThroughput?.ReadCapacityUnits, table.OnDemandThroughput?.MaxReadRequestUnits),
    writeOfIndexes: Object.fromEntries(indexes),
    isOnDemand: table.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST',
    warmWrite: table.WarmThroughput?.WriteUnitsPerSecond,
  };
}

type Limited = Pick<TableDescription, 'ProvisionedThroughput' | 'OnDemandThroughput'>;

const writeLimit = ({ ProvisionedThroughput, OnDemandThroughput }: Limited): number | undefined =>
  limitOf(ProvisionedThroughput?.WriteCapacityUnits, OnDemandThroughput?.MaxWriteRequestUnits);

const limitOf = (...limits: readonly (number | undefined)[]): number | undefined =>
  limits.find((limit) => limit !== undefined && limit > 0);
