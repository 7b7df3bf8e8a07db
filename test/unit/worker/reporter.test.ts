import t from 'tap';
import { REPORT_ANNOTATION } from '../../../src/api/names.js';
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

t.test('a slow answer does not make the next report later', async (t) => {
  const world = scriptedParent(t, async () => {
    await world.clock.wait(6_000);
    return alive();
  });
  world.reporter.start(TARGET);
  await world.clock.wait(70_000);
  t.same(
    world.sent.map(({ at }) => at),
    [0, 36_000, 66_000],
    'thirty seconds after the first answer, and then after each question',
  );
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

t.test('so is the first one that names the target', async (t) => {
  const world = scriptedParent(t, async ({ dryRun }) => {
    if (!dryRun) await world.clock.wait(4_000);
    return alive();
  });
  world.watch.start();
  world.reporter.begin();
  world.reporter.hindered('why');
  await world.clock.wait(5_001);
  t.match(world.reports(), [{ waitingFor: 'why' }], 'under way');
  world.reporter.start(TARGET);
  await world.clock.wait(100);
  await world.end();
  t.match(world.reports(), [{ waitingFor: 'why' }, { final: true }]);
  t.equal(world.reports().length, 2);
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
    const world = scriptedParent(t, ({ dryRun }) => (dryRun ? alive() : answer()));
    await world.watch.register(TARGET);
    await world.end();
    t.equal(world.reports().length, reports, reason);
    t.ok(world.clock.now() <= longest, reason);
  }
});

t.test('a worker that sees its parent only at its end adds what earlier attempts did', async (t) => {
  const status = { mode: 'Execute', progress: { itemsFound: 5, itemsDeleted: 4 } };
  const world = scriptedParent(t, () => alive({ status }));
  await world.end({ ...DONE, progress: { itemsFound: 0, itemsDeleted: 0 } });
  t.match(world.reports(), [{ final: true, progress: { itemsDeleted: 4, atLeast: true } }]);
  const blind = scriptedParent(t, silence);
  await blind.end();
  t.same(blind.reports(), [], 'and reports nothing if it never sees it');
});

t.test('what keeps the worker from its table', async (t) => {
  const world = scriptedParent(t, () => alive());
  const told = () => world.reports().map(({ waitingFor, target }) => waitingFor ?? (target ? 'reached' : 'nothing'));
  world.watch.start();
  world.reporter.begin();
  world.reporter.hindered('no AWS credentials: why');
  await world.clock.wait(5_001);
  t.same(told(), ['no AWS credentials: why'], 'is told after five seconds');
  t.match(world.reports()[0], { final: false, jobUID: 'job', target: undefined });
  await world.clock.wait(10_000);
  t.equal(told().length, 1, 'and only once');
  world.reporter.hindered('no connection to the endpoint http://x:1: ECONNREFUSED');
  await world.clock.wait(5_001);
  t.match(told()[1], /ECONNREFUSED/, 'until it is something else');
  await world.begin();
  await world.clock.wait(1);
  t.equal(told()[2], 'reached', 'until the table is reached');
  await world.clock.wait(10_000);
  t.equal(told().length, 3, 'and then no more');
});

t.test('a hindrance that passes quickly is not told', async (t) => {
  const world = scriptedParent(t, () => alive());
  world.watch.start();
  world.reporter.begin();
  world.reporter.hindered('ECONNREFUSED');
  await world.clock.wait(1_000);
  world.reporter.hindered(undefined);
  await world.clock.wait(5_000);
  t.same(world.reports(), []);
  await world.clock.wait(10_000);
  t.match(world.reports(), [{ waitingFor: /^no answer yet/ }], 'silence is, after fifteen seconds');
});

t.test('a hindrance that nobody took note of is told again', async (t) => {
  const world = scriptedParent(t, ({ dryRun }) => (dryRun ? alive() : forbidden));
  world.watch.start();
  world.reporter.begin();
  world.reporter.hindered('why');
  await world.clock.wait(10_001);
  t.match(world.reports(), [{ waitingFor: 'why' }, { waitingFor: 'why' }]);
});

t.test('that nothing keeps it any longer is no news', async (t) => {
  const world = scriptedParent(t, () => alive());
  world.watch.start();
  world.reporter.begin();
  world.reporter.hindered('why');
  await world.clock.wait(5_001);
  world.reporter.hindered(undefined);
  await world.clock.wait(5_001);
  t.match(world.reports(), [{ waitingFor: 'why' }]);
  t.equal(world.reports().length, 1);
});

t.test('silence counts from the start of the worker', async (t) => {
  const world = scriptedParent(t, () => alive());
  world.clock.pass(60_000);
  world.watch.start();
  world.reporter.begin();
  await world.clock.wait(14_000);
  t.same(world.reports(), []);
  await world.clock.wait(1_001);
  t.match(world.reports(), [{ waitingFor: /^no answer yet/ }]);
});

t.test('a hindrance does not replace what an earlier attempt has told', async (t) => {
  const tell = async (answer: Parameters<typeof scriptedParent>[1]) => {
    const world = scriptedParent(t, answer);
    world.watch.start();
    world.reporter.begin();
    world.reporter.hindered('why');
    await world.clock.wait(20_000);
    return world.reports();
  };
  t.same(await tell(silence), [], 'before the first look nothing is known of it');
  const verified = { parentUID: 'uid', jobUID: 'job', mode: 'Execute', final: true, time: '2026-11-23T02:10:40Z' };
  const annotations = {
    [REPORT_ANNOTATION]: JSON.stringify({ ...verified, outcome: 'PartitionDeleted', verifiedEmpty: true }),
  };
  t.same(await tell(() => alive({ metadata: { annotations } })), [], 'an end that is proved stays on record');
  const status = { mode: 'Execute', progress: { itemsFound: 5, itemsDeleted: 4 } };
  t.match(await tell(() => alive({ status })), [{ waitingFor: 'why', progress: { itemsDeleted: 4, atLeast: true } }]);
});

t.test('nothing may be deleted before the parent shows that the attempt has begun', async (t) => {
  let accepts = false;
  const world = scriptedParent(t, ({ dryRun }) => (dryRun || accepts ? alive() : forbidden));
  await world.begin();
  let announced = false;
  void world.reporter.announced(world.stop.signal).then(() => (announced = true));
  await world.clock.wait(3_500);
  t.notOk(announced);
  t.equal(world.reports().length, 4, 'it is tried every second');
  accepts = true;
  await world.clock.wait(1_000);
  t.ok(announced);
  await world.reporter.announced(world.stop.signal);
});

t.test('a worker that is stopped does not wait for that', async (t) => {
  const world = scriptedParent(t, ({ dryRun }) => (dryRun ? alive() : forbidden));
  await world.begin();
  const waiting = world.reporter.announced(world.stop.signal);
  world.stop.abort();
  await waiting;
  await world.reporter.announced(world.stop.signal);
  t.pass('it drains');
});

t.test('nor does one that was stopped before it asks', async (t) => {
  const world = scriptedParent(t, ({ dryRun }) => (dryRun ? alive() : forbidden));
  await world.begin();
  world.stop.abort();
  let goesOn = false;
  void world.reporter.announced(world.stop.signal).then(() => (goesOn = true));
  await new Promise((resolve) => setImmediate(resolve));
  t.ok(goesOn, 'a signal that has aborted calls no listener any more');
});

t.test('if no report is accepted for two minutes, the attempt ends', async (t) => {
  const world = scriptedParent(t, ({ dryRun }) => (dryRun ? alive() : forbidden));
  world.watch.start();
  await world.begin();
  await t.rejects(world.reporter.announced(world.stop.signal), {
    name: 'Failure',
    state: 'Incomplete',
    message: /no report of this worker for 120 s; nothing was deleted/,
  });
  t.ok(world.clock.now() >= 120_000 && world.clock.now() < 121_000, `${world.clock.now()} ms`);
});

t.test('as many ranges as there are may wait for that', async (t) => {
  const world = scriptedParent(t, ({ dryRun }) => (dryRun ? alive() : forbidden));
  await world.begin();
  const warned: string[] = [];
  const warn = ({ name }: Error): void => void warned.push(name);
  process.on('warning', warn);
  t.teardown(() => process.off('warning', warn));
  const waiting = Array.from({ length: 64 }, () => world.reporter.announced(world.stop.signal));
  await new Promise((resolve) => setImmediate(resolve));
  world.stop.abort();
  await Promise.all(waiting);
  t.same(warned, [], 'Node.js takes more than ten listeners of one signal for a leak');
});
