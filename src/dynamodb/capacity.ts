/**
 * Capacity units from bytes, and bytes from units: sizes are never read, only what reading them cost.
 * Source: "DynamoDB read and write operations" in the developer guide. A read consumes one unit for each 4 KB, half of that
 * where it is eventually consistent; Query rounds up once for a page. A delete consumes one unit for each 1 KB of its item,
 * rounded up, at least one; each secondary index that holds the item may consume as much again.
 */
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

const bytesPerReadUnit = (consistent: boolean): number => READ_UNIT_BYTES * (consistent ? 1 : 2);

/** Bytes that a page covered at most, from the read units that it consumed. */
export const bytesRead = (readUnits: number, consistent: boolean): number => readUnits * bytesPerReadUnit(consistent);

/** Read units that so many bytes consume, before rounding up. */
export const readUnits = (bytes: number, consistent: boolean): number => bytes / bytesPerReadUnit(consistent);

/** Read units that a Query consumes at least, even where it finds nothing. */
export const leastReadUnits = (consistent: boolean): number => (consistent ? 1 : 0.5);

/** Write units that deleting an item consumes on average, from the mean size of items, without indexes. */
export const meanWriteUnits = (bytes: number): number =>
  Math.max(1, bytes / WRITE_UNIT_BYTES + (bytes > WRITE_UNIT_BYTES ? 0.5 : 0));

/** Write units that deleting items of so many bytes in all consumes at most: each rounds up by less than one unit. */
export const mostWriteUnits = (bytes: number, items: number): number => Math.floor(bytes / WRITE_UNIT_BYTES) + items;

/** Bounds on write units. */
export interface WriteUnits {
  min: number;
  max: number;
}

/**
 * Bounds on what deleting the items of an eventually consistent page consumes. The page rounded its bytes up to the next half
 * unit, so they are known to within 4 KB; how they are spread over the items is not known.
 */
export function writeUnitsOfPage(items: number, pageUnits: number, localIndexes: number): WriteUnits {
  if (items === 0) return { min: 0, max: 0 };
  const halfUnits = Math.round(pageUnits * 2);
  const [least, most] = [Math.max(0, halfUnits - 1) * READ_UNIT_BYTES + 1, halfUnits * READ_UNIT_BYTES];
  return {
    min: Math.max(items, Math.ceil(least / WRITE_UNIT_BYTES)),
    max: mostWriteUnits(most, items) * (1 + localIndexes),
  };
}
