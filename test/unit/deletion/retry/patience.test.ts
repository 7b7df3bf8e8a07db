import t from 'tap';
import { Patience, WITHOUT_PROGRESS_MS } from '../../../../src/deletion/retry/patience.js';
import { VirtualTime } from '../../../models/virtual-time.js';

const world = (writeCap?: () => number | undefined, readCap?: () => number | undefined) => {
  const clock = new VirtualTime();
  return { clock, patience: new Patience(() => clock.now(), { writeCap, readCap }) };
};

t.test('how long nothing may be accepted', async (t) => {
  for (const [reason, cap, units, minutes] of [
    ['no cap', undefined, 8000, 10],
    ['a cap that lets a batch pass in a second', 100, 100, 10],
    ['an item of 390 KB with one index at one unit a second: three times 13 minutes', 1, 780, 39],
  ] as const) {
    const { clock, patience } = world(() => cap);
    patience.asks(1);
    patience.asks(units);
    patience.asks(1);
    clock.pass(minutes * 60_000 - 1);
    t.notOk(patience.isOver, reason);
    clock.pass(1);
    t.ok(patience.isOver, reason);
    t.equal(patience.words, `nothing was accepted for ${minutes} minutes`);
  }
});

t.test('a read may have to wait as long: a share of a small capacity is less than a unit a second', async (t) => {
  let cap = 0.05;
  const { patience } = world(undefined, () => cap);
  patience.hasRead(48);
  patience.hasRead(0.5);
  t.equal(patience.limit, (3 * 48_000) / 0.05);
  cap = 1;
  t.equal(patience.limit, WITHOUT_PROGRESS_MS);
});

t.test('a cap that is raised shortens it', async (t) => {
  let cap = 1;
  const { patience } = world(() => cap);
  patience.asks(780);
  cap = 1000;
  t.equal(patience.limit, WITHOUT_PROGRESS_MS);
});

t.test('progress restarts it', async (t) => {
  const { clock, patience } = world();
  clock.pass(WITHOUT_PROGRESS_MS - 1);
  patience.progressed();
  clock.pass(WITHOUT_PROGRESS_MS - 1);
  t.notOk(patience.isOver);
});

t.test('a pause, however long, is not a lack of progress, and afterwards the time starts over', async (t) => {
  const { clock, patience } = world();
  let resume = (): void => undefined;
  const pausing = patience.during(() => new Promise<void>((resolve) => (resume = resolve)));
  clock.pass(2 * WITHOUT_PROGRESS_MS);
  t.notOk(patience.isOver);
  resume();
  await pausing;
  clock.pass(WITHOUT_PROGRESS_MS - 1);
  t.notOk(patience.isOver);
  clock.pass(1);
  t.ok(patience.isOver);
});

t.test('a second is a pause, and less is none', async (t) => {
  for (const [milliseconds, isOver] of [
    [999, true],
    [1000, false],
  ] as const) {
    const { clock, patience } = world();
    clock.pass(WITHOUT_PROGRESS_MS);
    await patience.during(async () => clock.pass(milliseconds));
    t.equal(patience.isOver, isOver, `${milliseconds} ms`);
  }
});

t.test('what is permitted at once is no pause, and what fails ends it', async (t) => {
  const { clock, patience } = world();
  clock.pass(WITHOUT_PROGRESS_MS);
  t.equal(await patience.during(async () => 'at once'), 'at once');
  t.ok(patience.isOver);
  await t.rejects(
    patience.during(() => Promise.reject(new Error('refused'))),
    { message: 'refused' },
  );
  t.ok(patience.isOver);
});
