import t from 'tap';
import { SHAPES } from '../../support/shapes.js';
import { mostWithin, traceOf, usageOf } from '../../models/dynamodb/throttling-proxy/index.js';
import { deleteVirtually } from '../../models/dynamodb/virtual-dynamodb.js';

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

t.test('one physical partition: at least 97 % used, at most 2 % wasted, 1 % once steady', async (t) => {
  for (const [seed, stalls] of [
    [1, 0],
    [2, 0],
    [3, 40],
  ] as const) {
    const keys = SHAPES.numbered!(60_000);
    const { outcome, writes } = await deleteVirtually({ keys, bytes: 900, ranges: 1, seed, stalls });
    t.match(outcome, { state: 'PartitionDeleted', progress: { itemsFound: 60_000, itemsDeleted: 60_000 } });
    const { unitsPerSecond, wasted, wastedSteady } = usageOf(writes);
    t.ok(unitsPerSecond >= 970, `used ${percent(unitsPerSecond / 1000)}`);
    t.ok(wasted <= 0.02, `wasted ${percent(wasted)}`);
    t.ok(wastedSteady <= 0.01, `once steady ${percent(wastedSteady)}`);
  }
});

t.test('eight physical partitions: 90 % of their sum from the third second to the twentieth', async (t) => {
  // Uneven distributions take longer to discover, and a worker that freezes every second loses its capacity in the meantime.
  const least: Record<string, number> = { 'META, ORDER#, USER#': 0.75 };
  for (const [shape, make] of Object.entries(SHAPES))
    for (const stalls of [0, 40]) {
      const { outcome, writes } = await deleteVirtually({ keys: make(50_000), bytes: 4000, ranges: 8, stalls });
      t.match(outcome, { state: 'PartitionDeleted', progress: { itemsDeleted: 50_000 } }, shape);
      const rows = traceOf(writes, 1000).map((row) => row.slice(2, 20));
      const used = rows.flat().reduce((sum, units) => sum + units, 0) / 18 / 8000;
      t.ok(used >= (least[shape] ?? (stalls > 0 ? 0.85 : 0.9)), `${shape}: used ${percent(used)}`);
      const { wasted } = usageOf(writes);
      t.ok(wasted <= 0.12, `${shape}: wasted ${percent(wasted)}`);
    }
});

t.test('a cap over eight physical partitions is kept, and used', async (t) => {
  const cap = 2000;
  const caps = { maxWriteUnitsPerSecond: cap };
  const { writes, outcome } = await deleteVirtually({ keys: SHAPES.UUIDs!(15_000), bytes: 4000, ranges: 8, caps });
  t.match(outcome, { state: 'PartitionDeleted', progress: { itemsDeleted: 15_000, writeUnits: 60_000 } });
  t.ok(mostWithin(writes, 10_000) <= 1.05 * cap * 10, `${mostWithin(writes, 10_000)} in ten seconds`);
  const { unitsPerSecond, wasted } = usageOf(writes);
  t.ok(unitsPerSecond >= 0.95 * cap, `${unitsPerSecond.toFixed(0)} on average`);
  t.ok(wasted <= 0.02, `wasted ${percent(wasted)}`);
});

t.test('a cap that the server does not allow: it is not asked for more than it gives', async (t) => {
  const caps = { maxWriteUnitsPerSecond: 1300 };
  const { writes } = await deleteVirtually({ keys: SHAPES.numbered!(6000), bytes: 4000, ranges: 1, caps });
  const { unitsPerSecond, wasted } = usageOf(writes);
  t.ok(unitsPerSecond >= 850, `${unitsPerSecond.toFixed(0)} on average`);
  t.ok(wasted <= 0.2, `wasted ${percent(wasted)}`);
});

t.test('sleeps hardly more often than it asks for something', async (t) => {
  const keys = SHAPES.numbered!(10_000);
  const { requests, sleeps } = await deleteVirtually({ keys, bytes: 900, ranges: 8 });
  t.ok(sleeps <= 1.5 * requests, `${sleeps} sleeps for ${requests} requests`);
});
