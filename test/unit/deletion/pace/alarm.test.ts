import t from 'tap';
import { Alarm } from '../../../../src/deletion/pace/alarm.js';
import { VirtualTime } from '../../../models/virtual-time.js';

/** An alarm, and the times at which it rang. */
function ringing() {
  const time = new VirtualTime();
  const rang: number[] = [];
  return { time, rang, alarm: new Alarm(time, () => void rang.push(time.now())) };
}

const ROWS: readonly { why: string; set: (alarm: Alarm) => void; rings: number[] }[] = [
  { why: 'after whole milliseconds', set: (alarm) => alarm.setIn(12.3), rings: [13] },
  { why: 'after one at least', set: (alarm) => alarm.setIn(0), rings: [1] },
  {
    why: 'an earlier time takes the place of a later one',
    set: (alarm) => {
      alarm.setIn(5000);
      alarm.setIn(20);
    },
    rings: [20],
  },
  {
    why: 'a later time does not',
    set: (alarm) => {
      alarm.setIn(20);
      alarm.setIn(5000);
    },
    rings: [20],
  },
  {
    why: 'not once cancelled',
    set: (alarm) => {
      alarm.setIn(20);
      alarm.cancel();
      alarm.setIn(3000);
      alarm.cancel();
    },
    rings: [],
  },
  {
    why: 'at its time, also when the same time was cancelled just before',
    set: (alarm) => {
      alarm.setIn(3000);
      alarm.cancel();
      alarm.setIn(3000);
    },
    rings: [3000],
  },
  {
    why: 'the same with a short time',
    set: (alarm) => {
      alarm.setIn(30);
      alarm.cancel();
      alarm.setIn(30);
    },
    rings: [30],
  },
];

for (const { why, set, rings } of ROWS)
  t.test(`it rings ${why}`, async (t) => {
    const { time, rang, alarm: one } = ringing();
    set(one);
    await time.runWhile(() => true);
    t.same(rang, rings);
  });

t.test('a time that is asked for again needs no other timer', async (t) => {
  const { time, rang, alarm: one } = ringing();
  for (let i = 0; i < 100; i++) one.setIn(20);
  await time.runWhile(() => true);
  t.equal(time.sleeps, 1);
  t.same(rang, [20]);
});

t.test('it may be set again when it rings', async (t) => {
  const time = new VirtualTime();
  const rang: number[] = [];
  const one: Alarm = new Alarm(time, () => {
    rang.push(time.now());
    if (rang.length < 3) one.setIn(10);
  });
  one.setIn(10);
  await time.runWhile(() => true);
  t.same(rang, [10, 20, 30]);
});

t.test('a long timer that nobody needs does not keep the process alive', async (t) => {
  for (const does of [(one: Alarm) => one.cancel(), (one: Alarm) => one.setIn(1)]) {
    const sleeps: (AbortSignal | undefined)[] = [];
    const clock = {
      now: () => 0,
      random: () => 0,
      sleep: async (_: number, signal?: AbortSignal) => {
        sleeps.push(signal);
      },
    };
    const one = new Alarm(clock, () => {});
    one.setIn(400_000);
    t.equal(sleeps[0]?.aborted, false);
    does(one);
    t.equal(sleeps[0]?.aborted, true);
  }
});
