import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';

/**
 * Converts between capacity units and bytes. Item sizes are never read; they are inferred from what reading consumed.
 * Source: "DynamoDB read and write operations" in the developer guide. A read consumes one unit per 4 KB, or half a unit if it
 * is eventually consistent; Query rounds up once per page. A delete consumes one unit per 1 KB of its item, rounded up, and at
 * least one; each secondary index that contains the item may consume as much again.
 */
export const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

const bytesPerReadUnit = (consistent: boolean): number => READ_UNIT_BYTES * (consistent ? 1 : 2);

/** The most bytes that a page can have covered, given the read units that it consumed. */
export const bytesRead = (readUnits: number, consistent: boolean): number => readUnits * bytesPerReadUnit(consistent);

/** The read units that so many bytes consume, before rounding up. */
export const readUnits = (bytes: number, consistent: boolean): number => bytes / bytesPerReadUnit(consistent);

/** The fewest read units that a Query consumes, even if it finds nothing. */
export const leastReadUnits = (consistent: boolean): number => (consistent ? 1 : 0.5);

/** The write units that deleting an item consumes on average, given the mean item size, without indexes. */
export const meanWriteUnits = (bytes: number): number =>
  Math.max(1, bytes / WRITE_UNIT_BYTES + (bytes > WRITE_UNIT_BYTES ? 0.5 : 0));

/** The most write units that deleting items of so many bytes in total consumes: each rounds up by less than one unit. */
export const mostWriteUnits = (bytes: number, items: number): number => Math.floor(bytes / WRITE_UNIT_BYTES) + items;

/** Lower and upper bound on write units. */
export interface WriteUnits {
  min: number;
  max: number;
}

/**
 * Bounds on what deleting the items of a page consumes. The page rounded its bytes up to the next unit, or half unit if it was
 * eventually consistent: either way they are known to within 4 KB. How they are distributed over the items is unknown.
 */
export function writeUnitsOfPage(
  items: number,
  pageUnits: number,
  localIndexes: number,
  consistent = false,
): WriteUnits {
  if (items === 0) return { min: 0, max: 0 };
  const steps = Math.round(bytesRead(pageUnits, consistent) / READ_UNIT_BYTES);
  const [least, most] = [Math.max(0, steps - 1) * READ_UNIT_BYTES + 1, steps * READ_UNIT_BYTES];
  return {
    min: Math.max(items, Math.ceil(least / WRITE_UNIT_BYTES)),
    max: mostWriteUnits(most, items) * (1 + localIndexes),
  };
}

/** What a write consumed. */
export interface ConsumedWriteUnits {
  /** In total: what is paid for, and what a cap is about. */
  total: number;
  /** Of the physical partition that holds the items: local indexes are in it, global ones have partitions of their own. */
  ofPartition: number;
  /** Of each global index, by its name. */
  ofIndexes: Record<string, number>;
}

/** Undefined where DynamoDB does not say. Without the parts of the total, the partition is taken to consume all of it. */
export function consumedWriteUnits(answers: readonly ConsumedCapacity[] | undefined): ConsumedWriteUnits | undefined {
  if (answers === undefined) return undefined;
  const consumed: ConsumedWriteUnits = { total: 0, ofPartition: 0, ofIndexes: {} };
  for (const { CapacityUnits = 0, Table, LocalSecondaryIndexes = {}, GlobalSecondaryIndexes = {} } of answers) {
    consumed.total += CapacityUnits;
    const local = Object.values(LocalSecondaryIndexes).reduce((sum, index) => sum + (index.CapacityUnits ?? 0), 0);
    for (const [name, index] of Object.entries(GlobalSecondaryIndexes))
      consumed.ofIndexes[name] = (consumed.ofIndexes[name] ?? 0) + (index.CapacityUnits ?? 0);
    consumed.ofPartition += Table?.CapacityUnits === undefined ? CapacityUnits : Table.CapacityUnits + local;
  }
  return consumed;
}
