import t from 'tap';
import { VirtualTime } from './virtual-time.js';

t.test('events happen in the order of their times, then of their planning', async (t) => {
  const time = new VirtualTime();
  const seen: string[] = [];
  const note = (name: string) => () => void seen.push(`${name}@${time.now()}`);
  time.after(20, note('c'));
  time.after(10, note('a'));
  time.after(10, note('b'));
  time.after(5, note('never')).cancelled = true;
  time.after(30, note('later'));
  time.runUntil(20);
  t.same(seen, ['a@10', 'b@10', 'c@20']);
  t.equal(time.steps, 3, 'what was cancelled does not count');
  time.runUntil(25);
  t.equal(time.now(), 25, 'time passes also where nothing happens');
});

t.test('a sleeper wakes at its time, or at once when its signal aborts', async (t) => {
  const time = new VirtualTime();
  const stop = new AbortController();
  const woke: number[] = [];
  void time.sleep(50).then(() => woke.push(time.now()));
  void time.sleep(1000, stop.signal).then(() => woke.push(time.now()));
  time.after(70, () => stop.abort());
  await time.runWhile(() => woke.length < 2);
  t.same(woke, [50, 70]);
  await time.sleep(1, AbortSignal.abort());
  t.equal(time.sleeps, 2, 'an aborted signal means no sleep at all');
});

t.test('late timers are late by less than a millisecond and a half', async (t) => {
  const time = new VirtualTime({ lateTimers: true, random: () => 0.5 });
  let woke = 0;
  void time.sleep(1.2).then(() => (woke = time.now()));
  await time.runWhile(() => woke === 0);
  t.equal(woke, 2.25);
});

t.test('unattended, time passes by itself', async (t) => {
  const time = new VirtualTime({ unattended: true });
  await time.sleep(3_600_000);
  t.equal(time.now(), 3_600_000);
  time.pass(5);
  t.equal(time.now(), 3_600_005);
});
