import type { TableDescription } from '@aws-sdk/client-dynamodb';
import t from 'tap';
import { type TableCapacity, tableCapacity } from '../../../src/dynamodb/table-capacity.js';

const nothing: TableCapacity = {
  write: undefined,
  read: undefined,
  writeOfIndexes: {},
  isOnDemand: false,
  warmWrite: undefined,
};
const provisioned = (read: number, write: number) => ({
  ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: write },
});
const onDemand = { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' as const }, ...provisioned(0, 0) };

const table: { why: string; described: TableDescription; capacity: Partial<TableCapacity> }[] = [
  { why: 'nothing is known', described: {}, capacity: {} },
  { why: 'provisioned', described: provisioned(7, 5), capacity: { write: 5, read: 7 } },
  {
    why: 'on demand',
    described: { ...onDemand, WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4000 } },
    capacity: { isOnDemand: true, warmWrite: 4000 },
  },
  {
    why: 'on demand, with a maximum',
    described: { ...onDemand, OnDemandThroughput: { MaxReadRequestUnits: 50, MaxWriteRequestUnits: 40 } },
    capacity: { isOnDemand: true, write: 40, read: 50 },
  },
  {
    why: 'on demand, with a maximum that was taken away',
    described: { ...onDemand, OnDemandThroughput: { MaxReadRequestUnits: -1, MaxWriteRequestUnits: -1 } },
    capacity: { isOnDemand: true },
  },
  {
    why: 'indexes with a capacity of their own, and without',
    described: {
      ...provisioned(7, 5),
      GlobalSecondaryIndexes: [
        { IndexName: 'a', ...provisioned(1, 3) },
        { IndexName: 'b', ...provisioned(1, 0) },
        { IndexName: 'c', OnDemandThroughput: { MaxWriteRequestUnits: 9 } },
        provisioned(1, 1),
      ],
    },
    capacity: { write: 5, read: 7, writeOfIndexes: { a: 3, c: 9 } },
  },
];

for (const { why, described, capacity } of table) t.same(tableCapacity(described), { ...nothing, ...capacity }, why);
