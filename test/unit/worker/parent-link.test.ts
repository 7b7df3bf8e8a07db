import t, { type Test } from 'tap';
import { REPORT_ANNOTATION } from '../../../src/api/names.js';
import { readReport } from '../../../src/api/validate.js';
import type { ApiAnswer } from '../../../src/worker/runtime.js';
import { type LinkOptions, ParentLink } from '../../../src/worker/parent-link.js';
import type { AttemptOutcome } from '../../../src/deletion/outcome.js';
import { Interruption } from '../../../src/api/failure.js';
import type { Caps } from '../../../src/deletion/runtime.js';
import { VirtualTime } from '../../models/virtual-time.js';
import { recordedLog } from '../../support/recorded-log.js';

const parent = { name: 'delete-orders', namespace: 'shop', uid: 'uid', jobUID: 'job' };
const TARGET = { tableId: 'table', digest: 'a'.repeat(64) };
const DONE: AttemptOutcome = {
  state: 'PartitionDeleted',
  exitCode: 0,
  message: 'gone',
  verifiedEmpty: true,
  progress: { itemsFound: 5, itemsDeleted: 5 },
  target: TARGET,
};

interface Sent {
  patch: { metadata: { uid: string; annotations?: Record<string, string> } };
  dryRun: boolean;
  at: number;
}

/** A link to an API server that answers as told. */
function linked(t: Test, answer: (sent: Sent) => ApiAnswer | Promise<ApiAnswer>, more: Partial<LinkOptions> = {}) {
  const clock = new VirtualTime({ unattended: true });
  const log = recordedLog();
  const stop = new AbortController();
  const sent: Sent[] = [];
  let caps: Caps = {};
  const link = new ParentLink({
    parent,
    mode: 'Execute',
    caps: { maxWriteUnitsPerSecond: undefined, maxReadUnitsPerSecond: undefined },
    reportSeconds: 30,
    drain: { signal: stop.signal, stop: (why) => stop.abort(why) },
    clock,
    timestamp: () => new Date().toISOString(),
    log,
    patch: async (patch, { dryRun }) => {
      const one = { patch: patch as Sent['patch'], dryRun, at: clock.now() };
      sent.push(one);
      return answer(one);
    },
    ...more,
  });
  link.followCaps((live) => (caps = live));
  // Whoever is not told of the end looks and reports for ever.
  t.teardown(() => link.end(DONE));
  return {
    link,
    clock,
    log,
    sent,
    caps: () => caps,
    stop,
    reports: () =>
      sent
        .filter(({ dryRun }) => !dryRun)
        .map(({ patch }) => readReport(patch.metadata.annotations?.[REPORT_ANNOTATION])!),
    turns: async (count: number) => {
      for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const alive = (parts: { spec?: object; status?: object; metadata?: object } = {}): ApiAnswer => ({
  status: 200,
  body: { metadata: { uid: 'uid', ...parts.metadata }, spec: parts.spec ?? {}, status: parts.status ?? {} },
});
const refused: ApiAnswer = { status: 403, body: { reason: 'Forbidden', message: 'cannot patch' } };
const interrupted = (world: ReturnType<typeof linked>): Interruption => world.stop.signal.reason as Interruption;

t.test('reports at the start and at the end, each guarded by the uid', async (t) => {
  const world = linked(t, () => alive());
  await world.link.introduce(TARGET);
  await world.link.end(DONE);
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
  const world = linked(t, () => alive());
  await world.link.introduce(TARGET);
  world.link.follow(() => ({ itemsFound: 2, itemsDeleted: 1 }));
  await world.turns(6);
  const times = world.sent.filter(({ dryRun }) => !dryRun).map(({ at }) => at);
  t.ok(times.length >= 3, `${times.length} reports`);
  for (const [i, at] of times.entries())
    if (i > 0) t.ok(at - times[i - 1]! >= 24_000 && at - times[i - 1]! <= 36_000, `${at - times[i - 1]!} ms apart`);
  t.match(world.reports().at(-1), { progress: { itemsFound: 2, itemsDeleted: 1 }, final: false });
  await world.link.end(DONE);
  const count = world.sent.length;
  await world.turns(10);
  t.equal(world.sent.length, count, 'nothing after the end');
});

t.test('looks every five seconds', async (t) => {
  const world = linked(t, () => alive());
  world.link.start();
  await world.turns(10);
  const looks = world.sent.filter(({ dryRun }) => dryRun).map(({ at }) => at);
  t.same(looks.slice(0, 4), [0, 5000, 10_000, 15_000]);
  await world.link.end(DONE);
});

t.test('what the parent says stops the worker', async (t) => {
  for (const [reason, answer, exitCode, state] of [
    ['cancelled', alive({ spec: { cancel: true } }), 143, undefined],
    ['gone', { status: 404, body: { reason: 'NotFound', details: { name: 'x' } } }, 4, 'GuardRefused'],
    ['another target', alive({ status: { target: { ...TARGET, tableId: 'other' } } }), 4, 'GuardRefused'],
  ] as const) {
    const world = linked(t, () => answer);
    await t.rejects(world.link.introduce(TARGET), Interruption, reason);
    t.match(interrupted(world), { exitCode, state });
    t.equal(world.reports().length, 0, 'nothing is reported before it has asked');
    await world.link.end({ ...DONE, exitCode });
  }
});

t.test('a stop comes in mid-run, too', async (t) => {
  let spec = {};
  const world = linked(t, () => alive({ spec }));
  world.link.start();
  await world.link.introduce(TARGET);
  t.notOk(world.stop.signal.aborted);
  spec = { suspend: true };
  await world.turns(3);
  t.match(interrupted(world), { exitCode: 143, message: /suspended/ });
  await world.link.end(DONE);
});

t.test('what comes after the end stops nothing', async (t) => {
  const world = linked(t, ({ dryRun }) => (dryRun ? alive() : alive({ metadata: { deletionTimestamp: 'now' } })));
  await world.link.end(DONE);
  t.notOk(world.stop.signal.aborted);
});

t.test('forbidden is said once, and the deletion goes on', async (t) => {
  const world = linked(t, () => refused);
  world.link.start();
  await world.link.introduce(TARGET);
  await world.turns(20);
  await world.link.mayWrite();
  await world.link.end(DONE);
  t.notOk(world.stop.signal.aborted);
  t.equal(world.log.lines.filter(({ message }) => /may not report/.test(message)).length, 1);
  t.ok(world.sent.length > 5, 'it goes on asking: the right may come');
});

t.test('an API server that never answers is waited for, and then not', async (t) => {
  const world = linked(t, () => Promise.reject(new Error('ECONNREFUSED')));
  await world.link.introduce(TARGET);
  t.ok(world.clock.now() >= 20_000);
  await world.link.mayWrite();
  t.match(world.log.lines.at(-1), { level: 'warn', message: /going on without/ });
});

t.test('one that has answered and then does not: no new writes until it does', async (t) => {
  let silent = false;
  const world = linked(t, () => (silent ? Promise.reject(new Error('ETIMEDOUT')) : alive()));
  await world.link.introduce(TARGET);
  await world.link.mayWrite();
  silent = true;
  world.clock.pass(19_999);
  await world.link.mayWrite();
  t.equal(world.log.lines.length, 0, 'an answer is good for twenty seconds');
  world.clock.pass(1);
  let writes = false;
  const waiting = world.link.mayWrite().then(() => (writes = true));
  await world.turns(20);
  t.notOk(writes, 'paused');
  silent = false;
  world.link.start();
  await waiting;
  t.ok(writes, 'and goes on with the next answer');
  t.match(
    world.log.lines.map(({ message }) => message),
    [/no new writes/, /going on/],
  );
  await world.link.end(DONE);
});

t.test('a drain ends a pause', async (t) => {
  const world = linked(t, () => alive());
  await world.link.introduce(TARGET);
  world.clock.pass(60_000);
  const waiting = world.link.mayWrite();
  world.stop.abort(new Interruption(143, 'stop'));
  await waiting;
  t.pass('nobody waits for ever');
});

t.test('caps are taken from the parent, changes and removals alike', async (t) => {
  let spec: object = { maxWriteUnitsPerSecond: 50, maxReadUnitsPerSecond: 10 };
  const world = linked(t, () => alive({ spec, status: { dryRun: { itemsFound: 7 } } }));
  await world.link.introduce(TARGET);
  t.match(world.caps(), { maxWriteUnitsPerSecond: 50, maxReadUnitsPerSecond: 10 });
  t.equal(world.link.counted, 7, 'so is the count, for a percentage');
  spec = {};
  world.link.start();
  await world.turns(2);
  t.same(world.caps(), { maxWriteUnitsPerSecond: undefined, maxReadUnitsPerSecond: undefined });
  await world.link.end(DONE);
});

t.test('counts go on from those of the first answer', async (t) => {
  let itemsDeleted = 40;
  const world = linked(t, () => alive({ status: { progress: { itemsFound: 50, itemsDeleted } } }));
  await world.link.introduce(TARGET);
  itemsDeleted = 45;
  world.link.start();
  await world.turns(3);
  t.match(world.link.cumulative({ itemsFound: 5, itemsDeleted: 5 }), {
    itemsFound: 45,
    itemsDeleted: 45,
    atLeast: true,
  });
  await world.link.end(DONE);
});

t.test('the last report is tried again for a while, and then the worker ends all the same', async (t) => {
  const world = linked(t, () => Promise.reject(new Error('ECONNREFUSED')));
  await world.link.end(DONE);
  t.ok(world.reports().length > 1);
  t.ok(world.clock.now() <= 7_000);
});
