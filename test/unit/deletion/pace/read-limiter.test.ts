import t from 'tap';
import type { Charge } from '../../../../src/deletion/pace/cap.js';
import { ReadLimiter } from '../../../../src/deletion/pace/read-limiter.js';
import { VirtualTime } from '../../../models/virtual-time.js';

const never = new AbortController().signal;

/** A limiter whose admissions are noted, as `units@milliseconds`. */
function world(cap?: number) {
  const clock = new VirtualTime();
  const limiter = new ReadLimiter(clock, cap);
  const admitted: string[] = [];
  const charges: Charge[] = [];
  const ask = (units: number, signal = never): void =>
    void limiter.admit(units, signal).then((charge) => {
      admitted.push(`${units}@${clock.now()}`);
      charges.push(charge);
    });
  const run = () => clock.runWhile(() => true);
  return { clock, limiter, admitted, charges, ask, run };
}

type World = ReturnType<typeof world>;

const table: { why: string; cap?: number; does: (world: World) => void; admitted: string[] }[] = [
  {
    why: 'no cap: at once',
    does: ({ ask }) => [1e6, 1e6].forEach((units) => ask(units)),
    admitted: ['1000000@0', '1000000@0'],
  },
  {
    why: 'a cap: what 0.4 s of it hold, then as it allows',
    cap: 100,
    does: ({ ask }) => [40, 10, 20].forEach((units) => ask(units)),
    admitted: ['40@0', '10@100', '20@300'],
  },
  {
    why: 'in the order in which they came, small ones too',
    cap: 100,
    does: ({ ask }) => [40, 40, 1].forEach((units) => ask(units)),
    admitted: ['40@0', '40@400', '1@410'],
  },
  {
    why: 'what an answer gives back makes room at once',
    cap: 100,
    does: ({ ask, clock, limiter, charges }) => {
      ask(40);
      ask(30);
      clock.after(50, () => limiter.done(charges[0]!, { consumed: 10 }));
    },
    admitted: ['40@0', '30@50'],
  },
  {
    why: 'a read of unknown outcome stays charged',
    cap: 100,
    does: ({ ask, clock, limiter, charges }) => {
      ask(40);
      ask(30);
      clock.after(50, () => limiter.done(charges[0]!, { unknown: true }));
    },
    admitted: ['40@0', '30@300'],
  },
  {
    why: 'a higher cap: the first in the queue passes earlier',
    cap: 100,
    does: ({ ask, clock, limiter }) => {
      ask(140);
      ask(10);
      clock.after(100, () => limiter.setCap(1000));
    },
    admitted: ['140@0', '10@200'],
  },
  {
    why: 'no cap any more: nobody waits',
    cap: 100,
    does: ({ ask, clock, limiter }) => {
      [400, 10, 20].forEach((units) => ask(units));
      clock.after(100, () => limiter.setCap(undefined));
    },
    admitted: ['400@0', '10@100', '20@100'],
  },
  {
    why: 'a cap from now on',
    does: ({ ask, clock, limiter }) => {
      ask(400);
      clock.after(100, () => {
        limiter.setCap(10);
        ask(4);
        ask(1);
      });
    },
    // What is in flight counts: 400 of the 105 that 10.5 s of the cap allow.
    admitted: ['400@0'],
  },
  {
    why: 'on the signal it passes, and the others wait on',
    cap: 100,
    does: ({ ask, clock }) => {
      const stop = new AbortController();
      ask(40);
      ask(40, stop.signal);
      ask(10);
      clock.after(50, () => stop.abort());
    },
    admitted: ['40@0', '40@50', '10@500'],
  },
  {
    why: 'after the signal it does not wait',
    cap: 100,
    does: ({ ask }) => [40, 40].forEach((units) => ask(units, AbortSignal.abort())),
    admitted: ['40@0', '40@0'],
  },
];

t.test('when reads pass', async (t) => {
  for (const { why, cap, does, admitted } of table) {
    const each = world(cap);
    does(each);
    await each.run();
    t.strictSame(each.admitted, admitted, why);
  }
});

t.test('where only an answer makes room, no timer runs', async (t) => {
  const { clock, ask, run, admitted, charges, limiter } = world(10);
  for (let i = 0; i < 26; i++) clock.after(i * 400, () => ask(4));
  await run();
  t.equal(admitted.length, 26, '104 units are in flight, of 105');
  ask(4);
  const slept = clock.sleeps;
  await run();
  t.equal(clock.sleeps, slept);
  t.equal(admitted.length, 26);
  limiter.done(charges[0]!, { consumed: 0 });
  await run();
  t.equal(admitted.length, 27);
});

t.test('what one request should take: half of what the bucket holds', async (t) => {
  t.equal(world().limiter.preferredUnits(), Infinity);
  const { limiter } = world(100);
  t.equal(limiter.preferredUnits(), 20);
  limiter.setCap(1000);
  t.equal(limiter.preferredUnits(), 200);
});
