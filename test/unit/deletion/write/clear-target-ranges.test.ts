import t, { type Test } from 'tap';
import { Interruption } from '../../../../src/api/failure.js';
import type { Flow } from '../../../../src/deletion/pace/flow.js';
import { PACING } from '../../../../src/deletion/pace/pacing-parameters.js';
import type { WriteLimiter } from '../../../../src/deletion/pace/write-limiter.js';
import { clearTarget } from '../../../../src/deletion/write/clear-target.js';
import { partitionOf } from '../partition.js';
import { sortedTarget } from '../scripted.js';

/** How many ranges were written within some milliseconds: keys of one range follow each other. */
const rangesAt = (batches: readonly { keys: string[] }[]): number =>
  new Set(batches.map(({ keys }) => keys[0]!.slice(0, 3))).size;

t.test('how many ranges there are at once', async (t) => {
  for (const [reason, count, target, caps, least, most, consistent] of [
    ['several', 8000, sortedTarget(), {}, 4, 8, false],
    ['one in a table with a local index', 3000, sortedTarget({ localIndexes: 1 }), {}, 1, 2, true],
    ['one under a cap that one uses up', 3000, sortedTarget(), { maxWriteUnitsPerSecond: 499 }, 1, 2, false],
    ['one where there is little to delete', 500, sortedTarget(), {}, 1, 1, false],
  ] as const) {
    const world = partitionOf(count, { caps });
    await clearTarget(world.context, world.writeLimiter(), target, { consistent });
    t.equal(world.left.size, 0, reason);
    const sent = world.batches.flatMap((batch) => batch.keys);
    t.equal(sent.length, count, `${reason}: each key once`);
    const begun = world.batches.slice(world.batches.length / 2, world.batches.length / 2 + 40);
    const ranges = rangesAt(begun);
    t.ok(ranges >= least && ranges <= most, `${reason}: ${ranges}`);
    t.same(world.probes.slice(0, 2), [undefined, false], 'both ends are looked for');
    t.equal(world.probes.length > 2, ranges > 2, `${reason}: keys to split at`);
    for (const { input, operation } of world.sent) if (operation === 'Query') t.equal(input.ConsistentRead, consistent);
  }
});

/** The flows of a limiter: whose each was cut from, and how many there were at once at most. */
function watched(limiter: WriteLimiter) {
  const joined: { flow: Flow; parent: Flow | undefined }[] = [];
  const live = new Set<Flow>();
  let most = 0;
  const [join, leave] = [limiter.join.bind(limiter), limiter.leave.bind(limiter)];
  limiter.join = (parent) => {
    const flow = join(parent);
    joined.push({ flow, parent });
    most = Math.max(most, live.add(flow).size);
    return flow;
  };
  limiter.leave = (flow) => {
    live.delete(flow);
    leave(flow);
  };
  return { limiter, joined, live, most: () => most };
}

t.test(
  'there are as many ranges as pay for the partitions that are evident, and for the size of the items',
  async (t) => {
    for (const [reason, bytes, count, partitions, expected] of [
      ['three for each', 8 * 1024, 6000, 8, 24],
      ['two for each where items are large', 30 * 1024, 2000, 8, 16],
      ['two for each where items are large, of twelve', 30 * 1024, 3000, 12, 24],
    ] as const) {
      const world = partitionOf(count, { bytes: () => bytes });
      const { limiter, live, most } = watched(world.writeLimiter());
      limiter.partitions = () => partitions;
      await clearTarget(world.context, limiter, sortedTarget(), { consistent: false });
      t.equal(most(), expected, reason);
      t.equal(live.size, 0, `${reason}: all have left`);
      t.equal(world.left.size, 0, reason);
    }
  },
);

t.test('a cap has one range for each 250 units a second', async (t) => {
  for (const [cap, expected] of [
    [750, 3],
    [999, 3],
    [1000, 4],
  ] as const) {
    const world = partitionOf(8000, { caps: { maxWriteUnitsPerSecond: cap } });
    const { limiter, most } = watched(world.writeLimiter());
    await clearTarget(world.context, limiter, sortedTarget(), { consistent: false });
    t.equal(most(), expected, `${cap}`);
  }
});

t.test('under a cap a page holds no more than one request takes', async (t) => {
  for (const [reason, caps, least, most] of [
    ['under a cap', { maxWriteUnitsPerSecond: 499 }, 2, 25],
    ['without one', {}, 100, 1000],
  ] as const) {
    const world = partitionOf(500, { caps });
    await clearTarget(world.context, world.writeLimiter(), sortedTarget(), { consistent: false });
    const limits = world.sent.flatMap(({ operation, input }) => (operation === 'Query' ? [Number(input.Limit)] : []));
    const largest = Math.max(...limits);
    t.ok(largest >= least && largest <= most, `${reason}: ${largest}`);
  }
});

t.test('a range is cut only while it contains what a partition takes in a second', async (t) => {
  for (const [reason, bytes, count, isCut] of [
    ['less, of small items', 1024, 900, false],
    ['more', 1024, 3000, true],
    ['less, of items of 8 units', 8 * 1024, 110, false],
    ['more', 8 * 1024, 400, true],
  ] as const) {
    const world = partitionOf(count, { bytes: () => bytes });
    const { limiter, joined } = watched(world.writeLimiter());
    await clearTarget(world.context, limiter, sortedTarget(), { consistent: false });
    t.equal(joined.length > 1, isCut, `${reason}: ${joined.length}`);
  }
});

t.test('the pace of a new range begins with that of the one it was cut from', async (t) => {
  const world = partitionOf(8000);
  const { limiter, joined } = watched(world.writeLimiter());
  await clearTarget(world.context, limiter, sortedTarget(), { consistent: false });
  t.ok(joined.length > 4, `${joined.length} ranges`);
  t.equal(joined[0]?.parent, undefined, 'the first has none');
  const parents = joined.slice(1).map(({ parent }) => joined.findIndex(({ flow }) => flow === parent));
  for (const [index, parent] of parents.entries()) t.ok(parent >= 0 && parent <= index, `${index + 1}: ${parent}`);
  t.ok(new Set(parents).size > 1, `whichever had the most left: ${parents.join(' ')}`);
});

/** The share of a pass's writes that ask what they consumed. */
async function askedShare(t: Test, bytes: (item: number) => number): Promise<number> {
  const world = partitionOf(20_000, { bytes });
  const { limiter, joined } = watched(world.writeLimiter());
  await clearTarget(world.context, limiter, sortedTarget(), { consistent: false });
  t.ok(joined.length >= 8, `${joined.length} ranges`);
  return world.batches.filter(({ asks }) => asks).length / world.batches.length;
}

t.test('what one range learns of the items holds for the others: few writes ask what they consumed', async (t) => {
  for (const [reason, bytes] of [
    ['small items', () => 200],
    ['half of them a little larger, and rounded up less', (item: number) => (item < 10_000 ? 1100 : 1900)],
  ] as const) {
    const asked = await askedShare(t, bytes);
    t.ok(asked > 0.1 && asked < 0.25, `${reason}: ${asked.toFixed(3)}`);
  }
});

t.test('all writes ask what they consumed until enough in a row have consumed what was expected', async (t) => {
  const world = partitionOf(2000, { bytes: () => 200 });
  await clearTarget(world.context, world.writeLimiter(), sortedTarget(), { consistent: false });
  const first = world.batches.findIndex(({ asks }) => !asks);
  t.ok(first >= PACING.consumption.learnRequests, `${first} ask before the first that does not`);
});

t.test('a drain does not wait for capacity', async (t) => {
  const stop = new AbortController();
  const why = new Interruption(143, 'stop');
  const caps = { maxWriteUnitsPerSecond: 1 };
  const world = partitionOf(500, { bytes: () => 100 * 1024, caps, signal: stop.signal });
  world.clock.after(30_000, () => stop.abort(why));
  await t.rejects(clearTarget(world.context, world.writeLimiter(), sortedTarget(), { consistent: false }), why);
  t.ok(world.clock.now() < 30_100, `${world.clock.now()} ms`);
  t.ok(world.left.size > 400, `${world.left.size} are left`);
});
