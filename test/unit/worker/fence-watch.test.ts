import t from 'tap';
import { Interruption } from '../../../src/api/failure.js';
import { REPORT_ANNOTATION } from '../../../src/api/names.js';
import type { Mode } from '../../../src/api/states.js';
import type { ApiAnswer } from '../../../src/worker/runtime.js';
import { alive, DONE, forbidden, gone, type Sent, scriptedParent, silence, TARGET } from './scripted-parent.js';

const reasonOf = ({ stop }: ReturnType<typeof scriptedParent>): Interruption => stop.signal.reason as Interruption;
const messagesOf = ({ log }: ReturnType<typeof scriptedParent>): string[] => log.lines.map(({ message }) => message);

t.test('each look is a dry run, guarded by the uid, that changes nothing', async (t) => {
  const world = scriptedParent(t, () => alive());
  await world.watch.register(TARGET);
  t.same(world.sent, [{ patch: { metadata: { uid: 'uid' } }, dryRun: true, at: 0 }]);
});

t.test('looks every five seconds', async (t) => {
  const world = scriptedParent(t, () => alive());
  world.watch.start();
  await world.turns(10);
  const looks = world.sent.filter(({ dryRun }) => dryRun).map(({ at }) => at);
  t.same(looks.slice(0, 4), [0, 5000, 10_000, 15_000]);
  await world.end();
  const count = world.sent.length;
  await world.turns(10);
  t.equal(world.sent.length, count, 'and not after the end');
});

t.test('a slow answer does not make the next look later, until it takes longer than the period', async (t) => {
  for (const [reason, takes, expected] of [
    ['within the period', 2000, [0, 5000, 10_000]],
    ['longer than the period', 7000, [0, 7000, 14_000]],
  ] as const) {
    const world = scriptedParent(t, async () => {
      await world.clock.wait(takes);
      return alive();
    });
    world.watch.start();
    await world.turns(10);
    t.same(
      world.sent.slice(0, 3).map(({ at }) => at),
      expected,
      reason,
    );
    await world.end();
  }
});

t.test('the parent stops the worker', async (t) => {
  const rows: readonly [reason: string, answer: ApiAnswer, mode: Mode, exitCode: number, message: RegExp][] = [
    ['cancelled', alive({ spec: { cancel: true } }), 'Execute', 143, /was cancelled/],
    ['cancelled while it counts', alive({ spec: { cancel: true } }), 'DryRun', 143, /was cancelled/],
    ['being deleted', alive({ metadata: { deletionTimestamp: 'now' } }), 'Execute', 143, /is being deleted/],
    ['back to counting', alive({ spec: { mode: 'DryRun' } }), 'Execute', 143, /mode has changed/],
    ['another Job', alive({ status: { job: { uid: 'other' } } }), 'Execute', 143, /outlived its Job/],
    ['gone', gone, 'Execute', 4, /is gone/],
    ['another target', alive({ status: { target: { ...TARGET, tableId: 'other' } } }), 'Execute', 4, /target differs/],
  ];
  for (const [reason, answer, mode, exitCode, message] of rows) {
    const world = scriptedParent(t, () => answer, { mode });
    await t.rejects(world.watch.register(TARGET), Interruption, reason);
    t.match(reasonOf(world), { exitCode, state: exitCode === 4 ? 'GuardRefused' : undefined, message }, reason);
    t.equal(world.reports().length, 0, 'nothing is reported before it has asked');
    await world.end({ ...DONE, exitCode });
  }
});

const reported = (more: object) =>
  alive({
    metadata: {
      annotations: {
        [REPORT_ANNOTATION]: JSON.stringify({
          parentUID: 'uid',
          mode: 'Execute',
          jobUID: 'job',
          time: '2026-11-23T02:10:40Z',
          final: true,
          ...more,
        }),
      },
    },
  });

t.test('an earlier attempt of the Job that verified: it learns when, and keeps that on record', async (t) => {
  const world = scriptedParent(t, () => reported({ outcome: 'PartitionDeleted', verifiedEmpty: true }));
  t.same(await world.watch.register(TARGET), { verifiedAt: '2026-11-23T02:10:40Z' });
  world.reporter.start(TARGET);
  await world.turns(10);
  await world.end({ exitCode: 143, message: 'SIGTERM', verifiedEmpty: false, progress: {} });
  t.same(world.reports(), [], 'an interruption does not overwrite it');
  for (const state of ['PartitionDeleted', 'GuardRefused'] as const) {
    const another = scriptedParent(t, () => reported({ outcome: 'PartitionDeleted', verifiedEmpty: true }));
    await another.begin();
    await another.end({ ...DONE, state });
    t.match(another.reports(), [{ outcome: state, final: true }], 'only an end of its own does');
  }
});

t.test('looking back, before any target is known', async (t) => {
  const end = { outcome: 'PartitionDeleted', verifiedEmpty: true, receipt: 'a.b.c' };
  let silent = true;
  const world = scriptedParent(t, () => {
    const answer = silent ? silence() : reported(end);
    silent = false;
    return answer;
  });
  const began = world.clock.now();
  t.same(await world.watch.lookBack(), { kind: 'verified', at: '2026-11-23T02:10:40Z', receipt: 'a.b.c' });
  t.equal(world.clock.now() - began, 1000, 'it asks until an answer comes');
  t.equal(await scriptedParent(t, () => alive()).watch.lookBack(), undefined, 'no attempt before this one');
  const unwanted = scriptedParent(t, () => alive({ spec: { suspend: true } }));
  await t.rejects(unwanted.watch.lookBack(), { name: 'Interruption', message: /suspended/ });
});

t.test('an attempt that ended before any answer does not overwrite the end of an earlier one', async (t) => {
  const end = { outcome: 'PartitionDeleted', verifiedEmpty: true, receipt: 'a.b.c' };
  for (const [outcome, reports] of [
    [{ state: 'AccessDenied', exitCode: 6 }, []],
    [{ state: 'GuardRefused', exitCode: 4 }, [{ outcome: 'GuardRefused' }]],
  ] as const) {
    const world = scriptedParent(t, () => reported(end));
    await world.end({ ...outcome, message: '', verifiedEmpty: false, progress: {} });
    t.match(world.reports(), reports);
    t.equal(world.reports().length, reports.length, outcome.state);
  }
});

t.test('an earlier attempt of the Job that refused: this one refuses, too', async (t) => {
  const world = scriptedParent(t, () => reported({ outcome: 'GuardRefused', message: 'recovery is off' }));
  const refused = { name: 'Failure', state: 'GuardRefused', message: 'recovery is off' };
  await t.rejects(world.watch.register(TARGET), refused);
  await t.rejects(world.watch.lookBack(), refused, 'also before it has found its target');
});

t.test('a stop comes in mid-run, too', async (t) => {
  let spec = {};
  const world = scriptedParent(t, () => alive({ spec }));
  world.watch.start();
  await world.watch.register(TARGET);
  t.notOk(world.stop.signal.aborted);
  spec = { suspend: true };
  await world.turns(3);
  t.match(reasonOf(world), { exitCode: 143, message: /suspended/ });
});

t.test('an answer after the end stops nothing', async (t) => {
  const world = scriptedParent(t, ({ dryRun }: Sent) =>
    dryRun ? alive() : alive({ metadata: { deletionTimestamp: 'now' } }),
  );
  await world.end();
  t.equal(world.reports().length, 1);
  t.notOk(world.stop.signal.aborted);
});

t.test('without an answer nothing is written, and after two minutes the attempt ends', async (t) => {
  for (const [reason, answer, message, lines] of [
    ['a refusal', () => forbidden, /120 s: HTTP 403: cannot patch; .* verb patch on ddbctldpjobs/, 1],
    ['silence', silence, /120 s: ETIMEDOUT$/, 0],
  ] as const) {
    const world = scriptedParent(t, answer);
    world.watch.start();
    await t.rejects(world.watch.register(TARGET), Interruption, `${reason}: it does not go on`);
    t.match(reasonOf(world), { exitCode: 3, state: 'Incomplete', message }, reason);
    t.ok(world.clock.now() >= 120_000 && world.clock.now() < 126_000, reason);
    t.ok(world.sent.length > 20, 'it keeps asking: the right may be granted late');
    t.equal(world.log.lines.length, lines, 'a refusal is logged, once');
    if (lines > 0)
      t.match(world.log.lines[0], {
        level: 'warn',
        message: /does not let this worker see its DdbctlDpJob/,
        fields: { why: 'HTTP 403: cannot patch' },
      });
    await world.end({ ...DONE, exitCode: 3 });
  }
});

t.test('a right that comes late is in time', async (t) => {
  let granted = false;
  const world = scriptedParent(t, () => (granted ? alive() : forbidden));
  world.clock.after(60_000, () => (granted = true));
  world.watch.start();
  await world.watch.register(TARGET);
  t.ok(world.clock.now() >= 60_000 && world.clock.now() < 62_000);
  await world.watch.mayWrite();
  t.notOk(world.stop.signal.aborted);
});

t.test('a right that is taken away: no new writes after twenty seconds, and the end after two minutes', async (t) => {
  let granted = true;
  const world = scriptedParent(t, () => (granted ? alive() : forbidden));
  world.watch.start();
  await world.watch.register(TARGET);
  granted = false;
  world.clock.pass(19_000);
  await world.watch.mayWrite();
  world.clock.pass(1_000);
  await world.watch.mayWrite();
  t.match(reasonOf(world), { exitCode: 3, message: /since.*cannot patch/ }, 'it waited until the end');
});

t.test('an answer to a look that was under way is enough to register', async (t) => {
  let silent = true;
  const world = scriptedParent(t, () => (silent ? silence() : alive()));
  world.clock.after(3500, () => (silent = false));
  await world.watch.register(TARGET);
  t.equal(world.clock.now(), 4000, 'it asks every second');
  t.equal(world.log.lines.length, 0);
});

t.test('a shutdown ends the wait for the first answer', async (t) => {
  const world = scriptedParent(t, silence);
  world.clock.after(2500, () => world.stop.abort(new Interruption(143, 'SIGTERM')));
  await t.rejects(world.watch.register(TARGET), { message: 'SIGTERM' });
  t.equal(world.clock.now(), 2500);
});

t.test('one that has answered and then does not: no new writes until it does', async (t) => {
  let silent = false;
  const world = scriptedParent(t, () => (silent ? silence() : alive()));
  await world.watch.register(TARGET);
  await world.watch.mayWrite();
  silent = true;
  world.clock.pass(19_999);
  await world.watch.mayWrite();
  t.equal(world.log.lines.length, 0, 'an answer is valid for twenty seconds');
  world.clock.pass(1);
  let writes = false;
  const waiting = world.watch.mayWrite().then(() => (writes = true));
  await world.turns(20);
  t.notOk(writes, 'paused');
  silent = false;
  world.watch.start();
  await waiting;
  t.ok(writes, 'and goes on with the next answer');
  t.match(messagesOf(world), [/not answered for 20 s: no new writes/, /continuing/]);
});

t.test('a write goes out only on a valid answer, and is given up when that expires', async (t) => {
  let silent = false;
  const world = scriptedParent(t, () => (silent ? silence() : alive()));
  const { watch, clock } = world;
  t.equal(watch.writeSignal(), undefined, 'not before the first answer');
  await watch.register(TARGET);
  const first = watch.writeSignal();
  await clock.wait(15_000);
  await watch.patch({}, { dryRun: true });
  await clock.wait(19_999);
  t.equal(watch.writeSignal(), first, 'a new answer keeps the signal');
  t.equal(first?.aborted, false);
  silent = true;
  await watch.patch({}, { dryRun: true });
  await clock.wait(1);
  t.equal(watch.writeSignal(), undefined, 'no new one');
  await world.turns(1);
  t.equal(first?.aborted, true, 'and those in flight are given up');
  silent = false;
  await watch.patch({}, { dryRun: true });
  const second = watch.writeSignal();
  t.match(second, { aborted: false }, 'the next answer admits writes again');
  await clock.wait(20_000);
  await world.turns(1);
  t.equal(second?.aborted, true, 'and expires in its turn');
  await watch.patch({}, { dryRun: true });
  world.stop.abort(new Interruption(143, 'stop'));
  t.equal(watch.writeSignal(), undefined, 'a worker that stops sends no new write');
});

t.test('the end of the watch gives up no write', async (t) => {
  const world = scriptedParent(t, () => alive());
  await world.watch.register(TARGET);
  const signal = world.watch.writeSignal();
  world.watch.end();
  await world.turns(2);
  t.equal(signal?.aborted, false);
});

t.test('an answer is as old as its question', async (t) => {
  const world = scriptedParent(t, async () => {
    await world.clock.wait(15_000);
    return alive();
  });
  await world.watch.patch({}, { dryRun: true });
  t.same(world.watch.memory, { lastAnswer: 0, wasOwn: false });
  t.equal(world.clock.now(), 15_000);
});

t.test('a shutdown ends a pause', async (t) => {
  const world = scriptedParent(t, () => alive());
  await world.watch.register(TARGET);
  world.clock.pass(60_000);
  const waiting = world.watch.mayWrite();
  world.stop.abort(new Interruption(143, 'stop'));
  await waiting;
  t.match(messagesOf(world), [/no new writes/], 'nobody waits forever');
  t.equal(messagesOf(world).length, 1, 'and it does not go on');
});

t.test('capacity limits follow the parent, changes and removals alike', async (t) => {
  let spec: object = { maxWriteUnitsPerSecond: 50, maxReadUnitsPerSecond: 10 };
  const world = scriptedParent(t, () => alive({ spec, status: { dryRun: { itemsFound: 7 } } }));
  await world.watch.register(TARGET);
  t.match(world.caps(), { maxWriteUnitsPerSecond: 50, maxReadUnitsPerSecond: 10 });
  t.equal(world.watch.latest?.counted, 7, 'so is the count, for a percentage');
  spec = { maxWriteUnitsPerSecond: 50, maxReadUnitsPerSecond: 20 };
  world.watch.start();
  await world.turns(2);
  t.match(world.caps(), { maxWriteUnitsPerSecond: 50, maxReadUnitsPerSecond: 20 }, 'one of them');
  spec = { maxWriteUnitsPerSecond: 50, maxReadUnitsPerSecond: 20, capacitySharePercent: 30 };
  await world.turns(2);
  t.match(world.caps(), { maxReadUnitsPerSecond: 20, capacitySharePercent: 30 }, 'the share');
  spec = {};
  await world.turns(2);
  t.same(world.caps(), {
    maxWriteUnitsPerSecond: undefined,
    maxReadUnitsPerSecond: undefined,
    capacitySharePercent: undefined,
  });
  t.equal(
    messagesOf(world).filter((message) => /limits changed/.test(message)).length,
    4,
    'each change is logged once',
  );
});

t.test('a limit that cannot be read lifts none: the last one that could be holds', async (t) => {
  const good = { maxWriteUnitsPerSecond: 50, maxReadUnitsPerSecond: 10, capacitySharePercent: 30 };
  let spec: object = good;
  const world = scriptedParent(t, () => alive({ spec }));
  await world.watch.register(TARGET);
  world.watch.start();
  for (const broken of [0, -1, 1.5, 101, '50', null]) {
    spec = { maxWriteUnitsPerSecond: broken === 101 ? '101' : broken, capacitySharePercent: broken };
    await world.turns(2);
    t.same(world.caps(), { ...good, maxReadUnitsPerSecond: undefined }, JSON.stringify(broken));
  }
  spec = { capacitySharePercent: 20 };
  await world.turns(2);
  t.match(world.caps(), { maxWriteUnitsPerSecond: undefined, capacitySharePercent: 20 }, 'until one can be read again');
});

t.test('a limit that is taken away leaves the default', async (t) => {
  let spec = {};
  const defaultCaps = { maxWriteUnitsPerSecond: 5, capacitySharePercent: 7 };
  const world = scriptedParent(t, () => alive({ spec }), { defaultCaps });
  await world.watch.register(TARGET);
  world.watch.start();
  for (const [given, caps] of [
    [{}, { ...defaultCaps, maxReadUnitsPerSecond: undefined }],
    [
      { maxWriteUnitsPerSecond: 50, maxReadUnitsPerSecond: 9 },
      { maxWriteUnitsPerSecond: 50, maxReadUnitsPerSecond: 9 },
    ],
    [{ capacitySharePercent: 60 }, { maxWriteUnitsPerSecond: 5, capacitySharePercent: 60 }],
    [{}, { ...defaultCaps, maxReadUnitsPerSecond: undefined }],
  ] as const) {
    spec = given;
    await world.turns(2);
    t.match(world.caps(), caps, JSON.stringify(given));
  }
});

t.test('the first answer is kept, and the latest', async (t) => {
  let itemsDeleted = 40;
  const world = scriptedParent(t, () => alive({ status: { progress: { itemsDeleted } } }));
  t.same([world.watch.first, world.watch.latest], [undefined, undefined], 'neither before the first look');
  await world.watch.register(TARGET);
  itemsDeleted = 45;
  await world.watch.patch({}, { dryRun: true });
  t.match([world.watch.first?.progress, world.watch.latest?.progress], [{ itemsDeleted: 40 }, { itemsDeleted: 45 }]);
});

t.test('a fence that is handed in judges instead of the real one', async (t) => {
  const world = scriptedParent(t, () => alive({ spec: { cancel: true } }), {
    fence: {
      verdict: (memory) => ({ memory, verdict: { kind: 'go' } }),
      mayWrite: () => true,
      mustGiveUp: () => false,
      endedBefore: () => undefined,
    },
  });
  await world.watch.register(TARGET);
  t.notOk(world.stop.signal.aborted);
});

t.test('an answer that comes after that to a later question is older than what is known', async (t) => {
  let answerLook = (_: ApiAnswer): void => {};
  const slow = new Promise<ApiAnswer>((resolve) => (answerLook = resolve));
  const capped = (maxWriteUnitsPerSecond: number) => alive({ spec: { maxWriteUnitsPerSecond } });
  const world = scriptedParent(t, ({ dryRun }) => (dryRun ? slow : capped(10)));
  const look = world.watch.patch({}, { dryRun: true });
  world.clock.pass(15_000);
  await world.watch.patch({ annotations: {} }, { dryRun: false });
  answerLook(capped(1000));
  await look;
  t.match(world.caps(), { maxWriteUnitsPerSecond: 10 }, 'the limits stay');
  world.clock.pass(6_000);
  t.ok(world.watch.writeSignal(), 'and the later answer is still fresh');
});
