import t from 'tap';
import { Counters } from '../../../src/deletion/counters.js';

const withCounts = (counts: Partial<Counters>): Counters => Object.assign(new Counters(), counts);

t.test('what a report carries', async (t) => {
  for (const [reason, counts, progress] of [
    ['nothing yet', {}, { itemsFound: 0, itemsDeleted: 0, writeUnits: 0, readUnits: 0 }],
    [
      'units in whole numbers, never less than consumed',
      { itemsFound: 3, itemsDeleted: 2, writeUnits: 2.1, readUnits: 0.5 },
      { itemsFound: 3, itemsDeleted: 2, writeUnits: 3, readUnits: 1 },
    ],
    [
      'lower bounds',
      { itemsDeleted: 2, atLeast: true },
      { itemsFound: 0, itemsDeleted: 2, atLeast: true, writeUnits: 0, readUnits: 0 },
    ],
    [
      'an estimate of what was consumed',
      { itemsDeleted: 2, writeUnits: 1.5, writeUnitsEstimated: true },
      { itemsFound: 0, itemsDeleted: 2, writeUnits: 2, writeUnitsEstimated: true, readUnits: 0 },
    ],
    [
      'throttled requests are not progress',
      { throttled: 9 },
      { itemsFound: 0, itemsDeleted: 0, writeUnits: 0, readUnits: 0 },
    ],
  ] as const)
    t.strictSame(withCounts(counts).progress(), progress, reason);
  t.equal(new Counters(() => 60).progress().capacityLeftPercent, 60, 'how much is left to others');
});
