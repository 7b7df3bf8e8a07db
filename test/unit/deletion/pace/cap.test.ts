import fc from 'fast-check';
import t from 'tap';
import { Cap } from '../../../../src/deletion/pace/cap.js';
import { mostWithin, seeded } from '../../../models/dynamodb/throttling-proxy/index.js';

/**
 * Sends requests as fast as the cap allows: each is done by the server at some time before it is answered, may take less or, by
 * `surprise`, more than supposed, and may be of unknown outcome.
 */
function drive(options: {
  cap: number;
  sizes: () => number;
  slowest: number;
  unknown: number;
  seed: number;
  until: number;
}) {
  const random = seeded(options.seed);
  const cap = new Cap(options.cap, 0);
  const committed: { at: number; committed: number }[] = [];
  const answers: { at: number; answer: (now: number) => void }[] = [];
  let largest = 0;
  for (let now = 0; now < options.until;) {
    for (const due of answers.filter(({ at }) => at <= now)) due.answer(now);
    answers.splice(0, answers.length, ...answers.filter(({ at }) => at > now));
    const units = options.sizes();
    largest = Math.max(largest, units);
    for (;;) {
      const wait = Math.min(cap.wait(units, now), Math.min(...answers.map(({ at }) => at)) - now);
      if (wait <= 0 && cap.wait(units, now) === 0) break;
      now += Math.max(wait, 0.01);
      for (const due of answers.filter(({ at }) => at <= now)) due.answer(now);
      answers.splice(0, answers.length, ...answers.filter(({ at }) => at > now));
    }
    const charge = cap.charge(units, now);
    const answered = now + 1 + random() * (random() < 0.05 ? options.slowest : 20);
    const outcome = random();
    const refused = outcome < 0.1;
    const unknown = outcome > 1 - options.unknown;
    if (!refused) committed.push({ at: now + random() * (answered - now), committed: units });
    answers.push({
      at: answered,
      answer: (at) => (unknown ? cap.unknown(charge, at) : cap.settle(charge, refused ? 0 : units, at)),
    });
  }
  committed.sort((a, b) => a.at - b.at);
  const total = committed.reduce((sum, entry) => sum + entry.committed, 0);
  return { most: mostWithin(committed, 10_000), largest, mean: total / (options.until / 1000) };
}

t.test('never over the bound in any ten seconds, whatever is slow, refused or lost', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 5, max: 2000 }),
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 20, max: 8000 }),
      fc.double({ min: 0, max: 0.2, noNaN: true }),
      fc.nat(),
      (cap, biggest, slowest, unknown, seed) => {
        const random = seeded(seed);
        const sizes = () => 1 + Math.floor(random() * biggest);
        const { most, largest } = drive({ cap, sizes, slowest, unknown, seed, until: 40_000 });
        const bound = Math.max(1.05 * cap * 10, largest > 0.5 * cap ? 10 * cap + largest : 0);
        return most <= bound + 1e-6;
      },
    ),
    { numRuns: 150 },
  );
  t.pass('150 runs of 40 s');
});

t.test('and no slower than need be', async (t) => {
  for (const unknown of [0, 0.02]) {
    const random = seeded(3);
    const sizes = () => 1 + Math.floor(random() * 40);
    const { mean } = drive({ cap: 100, sizes, slowest: 20, unknown, seed: 5, until: 120_000 });
    t.ok(mean >= 95 && mean <= 101, `${mean.toFixed(1)} of 100 with ${unknown * 100} % of outcomes unknown`);
  }
});

t.test('the cap may change, go and come', async (t) => {
  const cap = new Cap(1000, 0);
  const charge = cap.charge(400, 0);
  t.equal(cap.wait(100, 0), 100);
  cap.settle(charge, 400, 0);
  cap.change(100, 0);
  t.equal(cap.wait(10, 0), 100);
  t.equal(cap.preferredUnits, 20);
  cap.change(undefined, 0);
  t.equal(cap.wait(1e9, 0), 0);
  t.equal(cap.preferredUnits, Infinity);
  cap.change(10, 0);
  t.equal(cap.wait(4, 0), 0);
});

/** A cap of 10 units per second, after requests that were sent at 0 ms, and what they took; undefined: nobody knows. */
const settled = (...requests: { charged: number; took?: number; answered: number }[]): Cap => {
  const cap = new Cap(10, 0);
  const charges = requests.map(({ charged }) => cap.charge(charged, 0));
  for (const [i, { took, answered }] of requests.entries())
    if (took === undefined) cap.unknown(charges[i]!, answered);
    else cap.settle(charges[i]!, took, answered);
  return cap;
};
const one = (units: number, answered: number): Cap => settled({ charged: units, took: units, answered });

const waits: { why: string; cap: Cap; units: number; at: number; wait: number }[] = [
  { why: 'four units are saved up', cap: settled(), units: 4, at: 0, wait: 0 },
  { why: 'and no more', cap: one(4, 0), units: 1, at: 0, wait: 100 },
  {
    why: 'what it did not take is given back',
    cap: settled({ charged: 4, took: 1, answered: 0 }),
    units: 3,
    at: 0,
    wait: 0,
  },
  {
    why: 'what it took on top is charged',
    cap: settled({ charged: 4, took: 9, answered: 0 }),
    units: 1,
    at: 0,
    wait: 600,
  },
  { why: 'a window: 105 units in the 10 s after an answer', cap: one(101, 3000), units: 4, at: 12_000, wait: 0 },
  { why: 'and not 106', cap: one(102, 3000), units: 4, at: 12_000, wait: 1000 },
  { why: 'an item beyond the slack of 5 may be on top of 100', cap: one(100, 3000), units: 6, at: 12_000, wait: 0 },
  { why: 'not on top of 101', cap: one(101, 3000), units: 6, at: 12_000, wait: 1000 },
  {
    why: 'a lost one may be done 10 s later',
    cap: settled({ charged: 105, answered: 0 }),
    units: 1,
    at: 19_999,
    wait: 1,
  },
  { why: 'and no later', cap: settled({ charged: 105, answered: 0 }), units: 1, at: 20_000, wait: 0 },
  {
    why: 'of answered and lost ones, the earlier leave first',
    cap: settled(
      { charged: 50, answered: 0 },
      { charged: 30, took: 30, answered: 9000 },
      { charged: 50, took: 50, answered: 12_000 },
    ),
    units: 4,
    at: 16_000,
    wait: 3000,
  },
  {
    why: 'until enough have left',
    cap: settled(
      { charged: 20, answered: 0 },
      { charged: 30, took: 30, answered: 9000 },
      { charged: 100, took: 100, answered: 12_000 },
    ),
    units: 4,
    at: 18_500,
    wait: 1500,
  },
  {
    why: 'requests whose answer was lost are counted once each',
    cap: settled(
      { charged: 30, answered: 0 },
      { charged: 30, answered: 1000 },
      { charged: 80, took: 80, answered: 12_000 },
    ),
    units: 4,
    at: 19_000,
    wait: 2000,
  },
];

t.test('how long a request waits', async (t) => {
  for (const { why, cap, units, at, wait } of waits) t.equal(Math.round(cap.wait(units, at)), wait, why);
});

t.test('the same cap, set again, begins no new window', async (t) => {
  const cap = one(102, 3000);
  cap.change(10, 12_000);
  t.equal(Math.round(cap.wait(4, 12_000)), 1000, 'what was done counts for its ten seconds');
});

t.test('after a change no more is saved up than 0.4 s of the new cap', async (t) => {
  const cap = new Cap(1000, 0);
  cap.change(10, 0);
  t.equal(cap.wait(4, 60_000), 0);
  cap.charge(4, 60_000);
  t.equal(Math.round(cap.wait(1, 60_000)), 100);
});

t.test('where all that is in flight is all the room there is, the wait ends as what was answered leaves', async (t) => {
  const cap = new Cap(10, 0);
  cap.charge(101, 0);
  cap.settle(cap.charge(4, 0), 4, 1000);
  t.equal(cap.wait(4, 10_600), 400, '101 in flight and 4 to be sent: 105, once the 4 that were done have left');
});

t.test('rounding errors neither stop the deletion nor add up', async (t) => {
  const cap = new Cap(1e6, 0);
  // As floating point numbers, 1e8 + 0.1 + 0.7 less 1e8 + 0.1 and 0.7 is 3e-9.
  for (const units of [1e8 + 0.1, 0.7]) cap.settle(cap.charge(units, 0), units, 0);
  cap.charge(1e7 + 4e5, 0);
  t.doesNotThrow(() => cap.wait(1e5, 5000), 'as much is in flight as may be, and more was answered');
  t.ok(cap.wait(1e5, 200_000) < Infinity, 'as much is in flight as may be, and nothing of the rest counts any more');
});

t.test('what expired long ago costs nothing', async (t) => {
  const cap = new Cap(1000, 0);
  for (let at = 0; at < 12_000; at += 5) {
    cap.settle(cap.charge(1, at), 1, at);
  }
  t.equal(cap.wait(400, 30_000), 0);
});

t.test('without a cap nothing is charged', async (t) => {
  const cap = new Cap(undefined, 0);
  cap.unknown(cap.charge(1000, 0), 0);
  cap.settle(cap.charge(1000, 0), 1000, 0);
  cap.change(10, 0);
  t.equal(cap.wait(4, 0), 0);
});

t.test('what hangs on an answer has no time', async (t) => {
  const cap = new Cap(10, 0);
  const charges = Array.from({ length: 26 }, (_, i) => {
    t.equal(cap.wait(4, i * 400), 0);
    return cap.charge(4, i * 400);
  });
  t.equal(cap.wait(4, 26 * 400), Infinity, '104 are in flight, 105 may be');
  cap.settle(charges[0]!, 0, 26 * 400);
  t.equal(cap.wait(4, 26 * 400), 0);
});
