import t from 'tap';
import type { Progress } from '../../../src/api/status.js';
import type { Mode } from '../../../src/api/states.js';
import { cumulativeProgress } from '../../../src/worker/reporter.js';
import { alive, DONE, forbidden, gone, scriptedParent, silence, TARGET } from './scripted-parent.js';

t.test('reports at the start and at the end, each guarded by the uid', async (t) => {
  const world = scriptedParent(t, () => alive());
  await world.begin();
  await world.end();
  const [first, last] = world.reports();
  t.match(first, { parentUID: 'uid', jobUID: 'job', mode: 'Execute', final: false, target: TARGET });
  t.match(last, {
    final: true,
    outcome: 'PartitionDeleted',
    exitCode: 0,
    verifiedEmpty: true,
    progress: DONE.progress,
  });
  for (const { patch, dryRun } of world.sent) {
    t.equal(patch.metadata.uid, 'uid');
    t.equal(patch.metadata.annotations === undefined, dryRun, 'a look changes nothing');
    t.same(Object.keys(patch), ['metadata']);
  }
});

t.test('reports every thirty seconds, more or less, with the counts so far', async (t) => {
  const world = scriptedParent(t, () => alive());
  world.reporter.start(TARGET);
  world.reporter.follow(() => ({ itemsFound: 2, itemsDeleted: 1 }));
  await world.turns(6);
  const times = world.sent.filter(({ dryRun }) => !dryRun).map(({ at }) => at);
  t.ok(times.length >= 3, `${times.length} reports`);
  for (const [i, at] of times.entries())
    if (i > 0) t.ok(at - times[i - 1]! >= 24_000 && at - times[i - 1]! <= 36_000, `${at - times[i - 1]!} ms apart`);
  t.match(world.reports().at(-1), { progress: { itemsFound: 2, itemsDeleted: 1 }, final: false });
  await world.end();
  const count = world.sent.length;
  await world.turns(10);
  t.equal(world.sent.length, count, 'nothing after the end');
});

t.test('the interval is spread over a fifth in either direction', async (t) => {
  for (const [reason, random, expected] of [
    ['earliest', 0, [0, 24_000, 48_000]],
    ['on time', 0.5, [0, 30_000, 60_000]],
    ['almost the latest', 0.75, [0, 33_000, 66_000]],
  ] as const) {
    const world = scriptedParent(t, () => alive());
    Object.defineProperty(world.clock, 'random', { value: () => random });
    world.reporter.start(TARGET);
    await world.turns(6);
    t.same(
      world.sent.slice(0, 3).map(({ at }) => at),
      expected,
      reason,
    );
    await world.end();
  }
});

t.test('reports go out one after the other, or an old one could overwrite a newer one', async (t) => {
  let underWay = 0;
  let most = 0;
  const world = scriptedParent(t, async () => {
    most = Math.max(most, ++underWay);
    await world.clock.wait(1500);
    underWay--;
    return alive();
  });
  world.reporter.start(TARGET);
  await world.turns(1);
  await world.end();
  t.match(world.reports(), [{ final: false }, { final: true }]);
  t.same(
    world.sent.map(({ at }) => at),
    [0, 1500],
  );
  t.equal(most, 1);
});

t.test('a report that waits for its turn is dropped once the worker ends', async (t) => {
  const world = scriptedParent(t, async () => {
    await world.clock.wait(40_000);
    return alive();
  });
  world.reporter.start(TARGET);
  await world.clock.wait(35_000);
  await world.end();
  await world.clock.wait(40_000);
  t.match(
    world.reports(),
    [{ final: false }, { final: true }],
    'the regular one at 30 s, not sent yet, is not sent at all',
  );
});

t.test('counts go on from those of the first answer', async (t) => {
  let itemsDeleted = 40;
  const world = scriptedParent(t, () => alive({ status: { progress: { itemsFound: 50, itemsDeleted } } }));
  await world.watch.register(TARGET);
  itemsDeleted = 45;
  world.watch.start();
  await world.turns(3);
  t.match(world.reporter.cumulative({ itemsFound: 5, itemsDeleted: 5 }), {
    itemsFound: 45,
    itemsDeleted: 45,
    atLeast: true,
  });
});

t.test('before any answer the counts are those of this attempt', async (t) => {
  const world = scriptedParent(t, silence);
  t.same(world.reporter.cumulative({ itemsFound: 5 }), { itemsFound: 5 });
});

t.test('the last report is tried again for a while, and then the worker ends all the same', async (t) => {
  for (const [reason, answer, reports, longest] of [
    ['no answer', silence, 5, 7_000],
    ['a refusal: the right may be granted late', () => forbidden, 5, 7_000],
    ['an answer, whatever it says', () => gone, 1, 0],
    ['an answer that never comes', () => new Promise<never>(() => {}), 1, 5_000],
  ] as const) {
    const world = scriptedParent(t, answer);
    await world.end();
    t.equal(world.reports().length, reports, reason);
    t.ok(world.clock.now() <= longest, reason);
  }
});

t.test('counts over all attempts', async (t) => {
  const own = { itemsFound: 60, itemsDeleted: 50, writeUnits: 50, readUnits: 4 };
  const before = { itemsFound: 55, itemsDeleted: 40, writeUnits: 40, readUnits: 3 };
  const rows: readonly [reason: string, before: Progress | undefined, own: Progress, mode: Mode, sum: Progress][] = [
    ['the first attempt', undefined, own, 'Execute', own],
    [
      'what was found and not deleted is found again',
      before,
      own,
      'Execute',
      { itemsFound: 100, itemsDeleted: 90, writeUnits: 90, readUnits: 7, atLeast: true },
    ],
    [
      'a count starts again, its units do not',
      { itemsFound: 30, itemsDeleted: 0, readUnits: 3 },
      { itemsFound: 60, readUnits: 4 },
      'DryRun',
      { itemsFound: 60, itemsDeleted: 0, writeUnits: 0, readUnits: 7 },
    ],
    [
      'nothing done yet in this attempt',
      before,
      {},
      'Execute',
      { itemsFound: 40, itemsDeleted: 40, writeUnits: 40, readUnits: 3, atLeast: true },
    ],
    [
      'an earlier attempt that told nothing is no reason to count from anything but zero',
      {},
      own,
      'Execute',
      { ...own, atLeast: true },
    ],
  ];
  for (const [reason, earlier, mine, mode, sum] of rows) t.same(cumulativeProgress(earlier, mine, mode), sum, reason);
});
