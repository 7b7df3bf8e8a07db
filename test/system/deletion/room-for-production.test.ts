import t from 'tap';
import type { Written } from '../../models/dynamodb/model-table.js';
import { usageOf } from '../../models/dynamodb/throttling-proxy/index.js';
import { type ModelRun, runOnModel } from '../../models/dynamodb/run-on-model.js';
import { pulses } from '../../models/dynamodb/traffic.js';
import { SHAPES } from '../../support/shapes.js';

/** A table of 300 units a second with 30 s of savings; production peaks in two of ten seconds, and alone it is refused nothing. */
const run: ModelRun = {
  keys: SHAPES.numbered!(30_000),
  bytes: () => 900,
  partitions: 2,
  provisioned: { unitsPerSecond: 300, burstSeconds: 30 },
  production: pulses(50, 500, { every: 10_000, milliseconds: 2000 }),
  until: 90_000,
};

async function measured(more: Partial<ModelRun>) {
  const { writes, production } = await runOnModel({ ...run, ...more });
  const usage = usageOf(writes.map((entry) => ({ ...entry, table: '', range: entry.partition })));
  const { refused = 0, asked = 0 } = production ?? {};
  return { unitsPerSecond: usage.unitsPerSecond, refusedPercent: (refused / asked) * 100, writes };
}

t.test('production keeps its room on a provisioned table', async (t) => {
  const alone = await measured({ keys: SHAPES.numbered!(1) });
  t.equal(alone.refusedPercent, 0, 'alone it is refused nothing');
  const whole = await measured({ caps: { capacitySharePercent: 100 } });
  t.ok(whole.refusedPercent > 5, `a deletion that takes the whole: ${whole.refusedPercent} %`);
  const { unitsPerSecond, refusedPercent } = await measured({});
  t.ok(refusedPercent <= 0.1, `by default: ${refusedPercent} %`);
  t.ok(unitsPerSecond > 145 && unitsPerSecond < 155, `which takes half: ${unitsPerSecond}/s`);
});

t.test('it yields where production needs more than the rest', async (t) => {
  for (const seed of [1, 2, 3]) {
    const { unitsPerSecond, refusedPercent } = await measured({
      seed,
      bytes: () => 8100,
      partitions: 8,
      provisioned: { unitsPerSecond: 3000, burstSeconds: 0.25 },
      production: () => 2200,
      until: 60_000,
    });
    t.ok(refusedPercent <= 0.2, `production is refused ${refusedPercent} %`);
    t.ok(unitsPerSecond >= 550, `of the 800 that are left it takes ${unitsPerSecond}/s`);
  }
});

t.test('each share is taken, and a lower cap holds', async (t) => {
  for (const [caps, expected] of [
    [{ capacitySharePercent: 20 }, 60],
    [{ capacitySharePercent: 80 }, 240],
    [{ capacitySharePercent: 80, maxWriteUnitsPerSecond: 100 }, 100],
    [{ capacitySharePercent: 20, maxWriteUnitsPerSecond: 100 }, 60],
  ] as const) {
    const { unitsPerSecond } = await measured({ caps, production: () => 0, until: 20_000 });
    const text = `${JSON.stringify(caps)}: ${unitsPerSecond}/s`;
    t.ok(unitsPerSecond > 0.95 * expected && unitsPerSecond < 1.05 * expected, text);
  }
});

t.test('a local index takes from the table, and a global one from its own capacity', async (t) => {
  const local = await measured({ localIndexes: 1, production: () => 0, until: 20_000 });
  t.ok(local.unitsPerSecond > 140 && local.unitsPerSecond < 158, `with a local one: ${local.unitsPerSecond}/s`);
  const limit = { unitsPerSecond: 100, burstSeconds: 1, reason: 'IndexWriteProvisionedThroughputExceeded' } as const;
  const bound = await measured({ globalIndexes: [{ limit }], production: () => 0, until: 20_000 });
  t.ok(bound.unitsPerSecond > 45 && bound.unitsPerSecond < 53, `half of the index's 100: ${bound.unitsPerSecond}/s`);
  const ample = { ...limit, unitsPerSecond: 1000 };
  const free = await measured({ globalIndexes: [{ limit: ample }], production: () => 0, until: 20_000 });
  t.ok(free.unitsPerSecond > 145 && free.unitsPerSecond < 155, `half of the table's 300: ${free.unitsPerSecond}/s`);
});

/** Write units per second from a time to a time, in milliseconds. */
const rateOf = (writes: readonly Written[], from: number, to: number): number =>
  writes.reduce((sum, { at, committed }) => sum + (at >= from && at < to ? committed : 0), 0) / ((to - from) / 1000);

t.test('autoscaling is followed', async (t) => {
  const changes = [{ at: 10_000, provisioned: { unitsPerSecond: 800, burstSeconds: 30 } }];
  const { writes } = await measured({ changes, production: () => 0 });
  const [before, after] = [rateOf(writes, 12_000, 45_000), rateOf(writes, 75_000, 88_000)];
  t.ok(before < 160, `not at once: ${before}/s`);
  t.ok(after > 380, `but after little more than a minute: ${after}/s`);
});

t.test('an edit of the share is followed', async (t) => {
  for (const [caps, expected] of [
    [{ capacitySharePercent: 10 }, 30],
    [{ capacitySharePercent: 80 }, 240],
  ] as const) {
    const { writes } = await measured({ changeCaps: { at: 10_000, caps }, production: () => 0, until: 30_000 });
    const [before, after] = [rateOf(writes, 2000, 10_000), rateOf(writes, 15_000, 30_000)];
    t.ok(before > 140 && before < 160, `half before: ${before}/s`);
    t.ok(after > 0.93 * expected && after < 1.07 * expected, `${caps.capacitySharePercent} % after: ${after}/s`);
  }
});

t.test('an on-demand table has no capacity to share', async (t) => {
  const { provisioned, ...onDemand } = run;
  t.ok(provisioned);
  const { writes } = await runOnModel({ ...onDemand, production: () => 0, until: 8000 });
  const usage = usageOf(writes.map((entry) => ({ ...entry, table: '', range: entry.partition })));
  t.ok(usage.unitsPerSecond > 900, `${usage.unitsPerSecond}/s`);
});

t.test('a share of less than a unit a second takes long, and is not given up', async (t) => {
  const { milliseconds, table } = await runOnModel({
    keys: SHAPES.numbered!(4),
    bytes: () => 390_000,
    provisioned: { unitsPerSecond: 100, burstSeconds: 300 },
    readCapacity: 1,
    caps: { capacitySharePercent: 5 },
  });
  t.equal(table.left, 0);
  t.ok(milliseconds > 3600_000, `${milliseconds} ms`);
});
