import fc from 'fast-check';
import t from 'tap';
import {
  bytesRead,
  consumedWriteUnits,
  leastReadUnits,
  meanWriteUnits,
  mostWriteUnits,
  readUnits,
  writeUnitsOfPage,
} from '../../../src/dynamodb/capacity.js';

t.test('read units: 4 KB each, twice as much where the read is eventually consistent', async (t) => {
  for (const [units, consistent, bytes] of [
    [1, true, 4096],
    [1, false, 8192],
    [0.5, false, 4096],
    [0, true, 0],
  ] as const) {
    t.equal(bytesRead(units, consistent), bytes, `${units} units`);
    t.equal(readUnits(bytes, consistent), units, `${bytes} bytes`);
  }
  t.equal(leastReadUnits(true), 1);
  t.equal(leastReadUnits(false), 0.5);
});

t.test('write units that an item consumes on average', async (t) => {
  for (const [bytes, units, reason] of [
    [0, 1, 'nothing is known: at least one'],
    [100, 1, 'less than 1 KB'],
    [1024, 1, '1 KB exactly'],
    [2048, 2.5, 'sizes above 1 KB round up by half a unit on average'],
  ] as const)
    t.equal(meanWriteUnits(bytes), units, reason);
});

t.test('write units that items consume at most', async (t) => {
  for (const [bytes, items, units, reason] of [
    [0, 0, 0, 'nothing'],
    [0, 3, 3, 'one each, where sizes are not known'],
    [1024, 1, 2, 'an upper bound: one more than 1 KB needs'],
    [10_000, 4, 13, 'each of four rounds up by less than one'],
  ] as const)
    t.equal(mostWriteUnits(bytes, items), units, reason);
});

t.test('bounds on deleting a page', async (t) => {
  for (const [items, units, localIndexes, expected, reason] of [
    [0, 0.5, 0, { min: 0, max: 0 }, 'an empty page'],
    [1, 0.5, 0, { min: 1, max: 5 }, 'one item within 4 KB'],
    [10, 0.5, 0, { min: 10, max: 14 }, 'one unit each at least'],
    [1, 5, 0, { min: 37, max: 41 }, 'one item of 36 to 40 KB'],
    [1, 5, 2, { min: 37, max: 123 }, 'each local index up to as much again'],
    [3, 0, 0, { min: 3, max: 3 }, 'an engine that reports nothing consumed'],
  ] as const)
    t.same(writeUnitsOfPage(items, units, localIndexes), expected, reason);
  t.same(writeUnitsOfPage(1, 10, 0, true), { min: 37, max: 41 }, 'a consistent read of 36 to 40 KB');
});

t.test('the bounds hold for items of any sizes', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 * 1024 }), { minLength: 1, maxLength: 30 }), (sizes) => {
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      const used = sizes.reduce((sum, size) => sum + Math.ceil(size / 1024), 0);
      const { min, max } = writeUnitsOfPage(sizes.length, Math.ceil(bytes / 4096) / 2, 0);
      return min <= used && used <= max && used <= mostWriteUnits(bytes, sizes.length);
    }),
  );
  t.pass('for random sizes');
});

t.test('write units that were consumed: in total, and of the partition that holds the items', async (t) => {
  const index = (CapacityUnits?: number) => ({ i: CapacityUnits === undefined ? {} : { CapacityUnits } });
  for (const [answers, expected, reason] of [
    [undefined, undefined, 'nothing is said'],
    [[], { total: 0, ofPartition: 0, ofIndexes: {} }, 'nothing was consumed'],
    [[{ CapacityUnits: 4 }, { CapacityUnits: 1 }], { total: 5, ofPartition: 5, ofIndexes: {} }, 'totals only'],
    [[{ CapacityUnits: 4, Table: {} }], { total: 4, ofPartition: 4, ofIndexes: {} }, 'a table without units'],
    [
      [
        {
          CapacityUnits: 9,
          Table: { CapacityUnits: 2 },
          LocalSecondaryIndexes: index(3),
          GlobalSecondaryIndexes: index(4),
        },
      ],
      { total: 9, ofPartition: 5, ofIndexes: { i: 4 } },
      'a local index is in the partition of the items, a global one is not',
    ],
    [
      [
        { CapacityUnits: 3, Table: { CapacityUnits: 1 }, GlobalSecondaryIndexes: index(2) },
        { CapacityUnits: 1, Table: { CapacityUnits: 0 }, GlobalSecondaryIndexes: index(1) },
      ],
      { total: 4, ofPartition: 1, ofIndexes: { i: 3 } },
      'of several answers',
    ],
    [
      [{ Table: { CapacityUnits: 2 }, LocalSecondaryIndexes: index(), GlobalSecondaryIndexes: index() }],
      { total: 0, ofPartition: 2, ofIndexes: { i: 0 } },
      'parts without units',
    ],
  ] as const)
    t.strictSame(consumedWriteUnits(answers), expected, reason);
});
