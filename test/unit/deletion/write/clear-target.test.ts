import t from 'tap';
import { Interruption } from '../../../../src/api/failure.js';
import type { Deletion } from '../../../../src/deletion/delete-partition.js';
import { type Engine, startDynalite } from '../../../support/dynamodb.js';
import { WITHOUT_ENGINES } from '../../../support/engines.js';
import { mostWithin, seeded } from '../../../models/dynamodb/throttling-proxy/index.js';
import { S } from '../../dynamodb/keys.js';
import { deletedKeys, number } from '../partition.js';
import { consumed, lastKey, page, scripted, sdkError, singleItemTarget, sortedTarget } from '../scripted.js';
import { clearTarget } from '../../../../src/deletion/write/clear-target.js';
import { pacedWorld } from '../../../models/dynamodb/paced-world.js';

const warnings: Error[] = [];
process.on('warning', (warning) => warnings.push(warning));

let engine: Engine;
const ON_ENGINE = { skip: WITHOUT_ENGINES };
if (WITHOUT_ENGINES === false) {
  t.before(async () => void (engine = await startDynalite()));
  t.teardown(() => engine.stop());
}

const items = (count: number, bytes: (i: number) => number = () => 1) =>
  Array.from({ length: count }, (_, i) => ({
    pk: { S: 'p' },
    sk: { S: `ORDER#${number(i)}` },
    data: { S: 'x'.repeat(bytes(i)) },
  }));
const randomSizes = (seed: number, largest: number) => {
  const random = seeded(seed);
  return () => Math.floor(random() * largest);
};

t.test('several ranges are written at once, each key once', ON_ENGINE, async (t) => {
  const world = await pacedWorld(t, engine, { items: items(6000) });
  const outcome = await world.run();
  t.match(outcome, { exitCode: 0, verifiedEmpty: true, progress: { itemsFound: 6000, itemsDeleted: 6000 } });
  const writes = world.proxy.received.filter(({ operation }) => operation === 'BatchWriteItem');
  const keys = writes.flatMap(({ body }) => deletedKeys(body));
  t.equal(new Set(keys).size, keys.length);
  const thousands = new Set(writes.slice(60, 120).map(({ body }) => deletedKeys(body)[0]!.slice(0, 9)));
  t.ok(thousands.size >= 4, `60 requests in a row wrote to ${thousands.size} of six thousands`);
});

t.test('a table with a local index is read by one ascending cursor', ON_ENGINE, async (t) => {
  const world = await pacedWorld(t, engine, {
    items: items(2500).map((item, i) => ({ ...item, at: { N: `${i}` } })),
    shape: { partition: ['pk', 'S'], sort: ['sk', 'S'], localIndex: ['at', 'N'] },
  });
  t.match(await world.run(), { exitCode: 0, verifiedEmpty: true, progress: { itemsDeleted: 2500 } });
  const ends = world.queries().filter(({ Limit }) => Limit === 1);
  t.equal(ends.length, 2, 'only the two ends were looked for');
});

t.test('sixty items of 390 KB under a cap: no burst above it, and pages past 16', ON_ENGINE, async (t) => {
  const world = await pacedWorld(t, engine, { items: items(60, () => 390 * 1024) });
  const outcome = await world.run({ caps: { maxWriteUnitsPerSecond: 400 } });
  t.match(outcome, { exitCode: 0, verifiedEmpty: true, progress: { itemsDeleted: 60, writeUnits: 60 * 391 } });
  t.ok(world.queries().length > 16, `${world.queries().length} pages`);
  const most = mostWithin(world.proxy.writes, 10_000);
  t.ok(most <= 10 * 400 + 391, `${most} in ten seconds`);
});

t.test('a cap of 100 for items of 1 to 40 KB, under faults: never over the bound', ON_ENGINE, async (t) => {
  for (const [reason, rules] of [
    ['no fault', []],
    [
      'unprocessed, lost, failed',
      [
        { operation: 'BatchWriteItem', probability: 0.1, fault: { kind: 'throttle' } },
        { operation: 'BatchWriteItem', probability: 0.1, fault: { kind: 'process', items: 1 } },
        { operation: 'BatchWriteItem', probability: 0.02, fault: { kind: 'cutAfterCommit' } },
        {
          operation: 'BatchWriteItem',
          probability: 0.02,
          fault: { kind: 'answer', answer: { status: 500, body: {} } },
        },
        { operation: 'BatchWriteItem', probability: 0.1, fault: { kind: 'slow', milliseconds: 30 } },
      ],
    ],
  ] as const) {
    const sizes = randomSizes(7, 40 * 1024);
    const world = await pacedWorld(t, engine, { items: items(250, sizes), faulty: { rules } });
    const outcome = await world.run({ caps: { maxWriteUnitsPerSecond: 100 } });
    t.match(outcome, { exitCode: 0, verifiedEmpty: true, progress: { itemsDeleted: 250 } }, reason);
    const most = mostWithin(world.proxy.writes, 10_000);
    t.ok(most <= 1050, `${reason}: ${most} in ten seconds`);
    t.equal(await world.left(), 0);
  }
});

t.test('a cap is kept whatever the engine says of capacity', ON_ENGINE, async (t) => {
  for (const consumedCapacity of ['total', 'none'] as const) {
    const world = await pacedWorld(t, engine, { items: items(600, () => 400), faulty: { consumedCapacity } });
    const outcome = await world.run({ caps: { maxWriteUnitsPerSecond: 50 } });
    t.match(outcome, { exitCode: 0, verifiedEmpty: true, progress: { itemsDeleted: 600 } }, consumedCapacity);
    const most = mostWithin(world.proxy.writes, 10_000);
    t.ok(most <= 525, `${consumedCapacity}: ${most} in ten seconds`);
  }
});

t.test('a cap that changes while it runs', ON_ENGINE, async (t) => {
  const world = await pacedWorld(t, engine, { items: items(1500) });
  const changes: number[] = [];
  let setCaps: Deletion['setCaps'] = () => {};
  const options = {
    caps: { maxWriteUnitsPerSecond: 300 },
    mayWrite: async () => {
      if (changes.length === 0 && world.clock.now() > 2000) {
        setCaps({ maxWriteUnitsPerSecond: 30 });
        changes.push(world.clock.now());
      } else if (changes.length === 1 && world.clock.now() > 14_000) {
        setCaps({});
        changes.push(world.clock.now());
      }
    },
  };
  const run = world.run(options, {}, (deletion) => (setCaps = deletion.setCaps));
  t.match(await run, { exitCode: 0, verifiedEmpty: true });
  const [lowered, lifted] = changes as [number, number];
  const within = (from: number, until: number) =>
    world.proxy.writes.filter(({ at }) => at >= from && at < until).reduce((sum, { committed }) => sum + committed, 0);
  t.ok(within(0, 2000) > 400, `${within(0, 2000)} in the first two seconds`);
  t.ok(within(lowered + 100, lowered + 10_100) <= 315, `${within(lowered + 100, lowered + 10_100)} in the ten after`);
  t.ok(within(lifted, lifted + 3000) > 315, `${within(lifted, lifted + 3000)} in the three seconds without`);
});

t.test('a cap on reads holds for the deletion, the count and the proof', ON_ENGINE, async (t) => {
  for (const mode of ['Execute', 'DryRun'] as const) {
    const world = await pacedWorld(t, engine, { items: items(400, () => 8 * 1024) });
    const outcome = await world.run({ caps: { maxReadUnitsPerSecond: 20 } }, { mode });
    t.match(outcome, { exitCode: 0, progress: { itemsFound: 400 } }, mode);
    const reads = world.proxy.reads.map(({ at, units }) => ({ at, committed: units }));
    t.ok(mostWithin(reads, 10_000) <= 210, `${mode}: ${mostWithin(reads, 10_000)} in ten seconds`);
  }
});

t.test('one throttled range: all is deleted, little is refused', ON_ENGINE, async (t) => {
  const world = await pacedWorld(t, engine, {
    items: items(4000),
    faulty: { limits: { range: { unitsPerSecond: 400 } } },
  });
  t.match(await world.run(), {
    exitCode: 0,
    verifiedEmpty: true,
    progress: { itemsDeleted: 4000, atLeast: undefined },
  });
  t.ok(world.clock.now() >= 9000, `${Math.round(world.clock.now())} ms for 4000 units at 400 a second`);
});

/** A scripted DynamoDB: its ends are looked for first, with Limit 1 both. */
const ends = (input: Record<string, unknown>) =>
  input.Limit !== 1 ? undefined : page([input.ScanIndexForward === false ? 'z' : 'a'], lastKey('m'));

t.test('what there is to do for a target', async (t) => {
  const nothing = sortedTarget({ range: { kind: 'nothing' } });
  for (const [reason, target, operations] of [
    ['one item, at most: it is looked for', singleItemTarget(), ['Query']],
    ['a range that cannot hold anything', nothing, []],
    ['an empty target: its two ends are looked for', sortedTarget(), ['Query', 'Query']],
  ] as const) {
    const world = scripted({ Query: () => page([]), DeleteItem: () => ({}) });
    await clearTarget(world.context, world.writeLimiter(), target, { consistent: false });
    t.same(
      world.sent.map(({ operation }) => operation),
      operations,
      reason,
    );
  }
});

t.test('nothing is deleted where only one end of the target is found', async (t) => {
  const range = { kind: 'between', from: S('a'), to: S('c') } as const;
  for (const [reason, ascending, descending] of [
    ['only the key at its exclusive end exists', page(['c']), page(['c'])],
    ['its last item went while the ends were looked for', page(['b']), page([])],
    ['its first item came while the ends were looked for', page([]), page(['b'])],
  ] as const) {
    const world = scripted({ Query: (input) => (input.ScanIndexForward === false ? descending : ascending) });
    await clearTarget(world.context, world.writeLimiter(), sortedTarget({ range }), { consistent: false });
    t.same(
      world.sent.map(({ operation }) => operation),
      ['Query', 'Query'],
      reason,
    );
  }
});

t.test('an error ends the pass, wherever it comes from', async (t) => {
  const error = sdkError('ValidationException', 400);
  // Two items, before which nobody knows how much is left: a key to split at is looked for.
  const page1 = page(['a', 'b'], { ...lastKey('b'), ...consumed(1) });
  for (const [reason, query, write] of [
    ['looking for an end', () => error, () => ({})],
    ['reading', (input: Record<string, unknown>) => ends(input) ?? error, () => ({})],
    ['writing', (input: Record<string, unknown>) => ends(input) ?? page(['a']), () => error],
    [
      'looking for a key to split at',
      (input: Record<string, unknown>, earlier: number) =>
        earlier < 2 ? ends(input)! : input.Limit === 1 ? error : input.ExclusiveStartKey ? page([]) : page1,
      () => ({}),
    ],
  ] as const) {
    const world = scripted({ Query: query, BatchWriteItem: write });
    const cleared = clearTarget(world.context, world.writeLimiter(), sortedTarget(), { consistent: true });
    await t.rejects(cleared, error, reason);
  }
});

t.test('a drain ends the pass with its own reason', async (t) => {
  const stop = new AbortController();
  const why = new Interruption(143, 'stop');
  const world = scripted(
    { Query: (input) => ends(input) ?? page(['a', 'b']), BatchWriteItem: () => (stop.abort(why), {}) },
    { signal: stop.signal },
  );
  await t.rejects(clearTarget(world.context, world.writeLimiter(), sortedTarget(), { consistent: false }), why);
  t.equal(world.context.counters.itemsDeleted, 2, 'what was in flight is counted');
});

t.test('many may wait for one signal: Node.js sees no leak', async (t) => {
  await new Promise((resolve) => setImmediate(resolve));
  t.same(
    warnings.filter(({ name }) => name === 'MaxListenersExceededWarning'),
    [],
  );
});
