import t from 'tap';
import { clock, everySecond, timestamp } from '../../../../src/cli/process/clock.js';

t.test('sleeps until the time is over, or the signal comes', async (t) => {
  const [already, soon] = [new AbortController(), new AbortController()];
  already.abort();
  setTimeout(() => soon.abort(), 5);
  for (const [reason, ms, signal, least, most] of [
    ['the time', 20, undefined, 19, 5_000],
    ['a signal that never comes', 20, new AbortController().signal, 19, 5_000],
    ['a signal that comes', 60_000, soon.signal, 0, 5_000],
    ['a signal that came before', 60_000, already.signal, 0, 5_000],
  ] as const) {
    const began = clock.now();
    await clock.sleep(ms, signal);
    const slept = clock.now() - began;
    t.ok(slept >= least && slept <= most, `${reason}: ${slept} ms`);
  }
});

t.test('as many as there are ranges sleep until one signal: Node.js sees no leak', async (t) => {
  const warnings: Error[] = [];
  process.on('warning', (warning) => warnings.push(warning));
  const controller = new AbortController();
  const sleepers = Array.from({ length: 64 }, () => clock.sleep(60_000, controller.signal));
  controller.abort();
  await Promise.all(sleepers);
  await new Promise((resolve) => setImmediate(resolve));
  t.same(warnings, []);
});

t.test('chance', async (t) => {
  const value = clock.random();
  t.ok(value >= 0 && value < 1);
});

t.test('the time of day is in whole seconds, in UTC', async (t) => {
  t.match(timestamp(), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  t.ok(Math.abs(Date.parse(timestamp()) - Date.now()) < 5_000);
});

t.test('every second, until it is stopped', async (t) => {
  let looks = 0;
  const stop = everySecond(() => looks++);
  while (looks === 0) await clock.sleep(50);
  stop();
  const before = looks;
  await clock.sleep(1_200);
  t.equal(looks, before);
});
