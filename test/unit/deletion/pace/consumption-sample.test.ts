import t from 'tap';
import { seeded } from '../../../models/dynamodb/throttling-proxy/index.js';
import { ConsumptionSample } from '../../../../src/deletion/pace/consumption-sample.js';

/** With 0.5, every eighth is measured. */
const half = () => 0.5;
const measured = (total: number, ofPartition = total) => ({ total, ofPartition, ofIndexes: {} });

/** Sends a request, which is expected to consume 25 units, and consumes so many. @returns whether it was asked, and what was counted */
function send(sample: ConsumptionSample, total = 25, { isNeeded = false, expected = 25, ofPartition = total } = {}) {
  const asked = sample.asks(isNeeded);
  return { asked, ...sample.answered(asked, expected, asked ? measured(total, ofPartition) : undefined) };
}

/** Sends so many of them. @returns how many were asked, and what was counted in all */
function sendMany(sample: ConsumptionSample, count: number, total: (i: number) => number = () => 25, isNeeded = false) {
  let [asked, counted] = [0, 0];
  for (let i = 0; i < count; i++) {
    const sent = send(sample, total(i), { isNeeded });
    asked += sent.asked ? 1 : 0;
    counted += sent.counted;
  }
  return { asked, counted };
}

/** One that has learned that each expected unit takes so many, and has just measured the first of its sample. */
function learned(perUnit = 1, random = half): ConsumptionSample {
  const sample = new ConsumptionSample(random);
  sendMany(sample, 18, () => 25 * perUnit);
  return sample;
}

t.test('which requests ask what they consumed', async (t) => {
  t.equal(
    sendMany(new ConsumptionSample(half), 17).asked,
    17,
    'one that says what is to be expected, and 16 that agree',
  );
  t.equal(sendMany(learned(), 80).asked, 10, 'then one of eight');
  const random = learned(1, seeded(1));
  const gaps = [...Array(400).keys()].filter(() => send(random).asked).map((at, i, all) => at - (all[i - 1] ?? -1));
  t.ok(new Set(gaps).size > 10, 'at random, so that it does not fall into step with what recurs');
  t.equal(Math.max(...gaps), 15);
  t.equal(sendMany(learned(), 80, () => 25, true).asked, 80, 'all of them where it is needed');
  t.equal(sendMany(new ConsumptionSample(half), 200, (i) => 25 + (i % 3) * 5).asked, 200, 'all where they never agree');
  for (const [why, total, asked] of [
    ['10 % more than expected agree', 27.5, 1],
    ['10 % less as well', 22.5, 1],
    ['more do not: all ask until 16 agree', 27.6, 16],
    ['less do not', 22.4, 16],
  ] as const) {
    const sample = learned();
    sendMany(sample, 7);
    t.ok(send(sample, total).asked, why);
    t.equal(sendMany(sample, 16, () => total).asked - (asked === 1 ? 1 : 0), asked === 1 ? 1 : 16, why);
  }
});

t.test('ranges share that writes consume what is expected, and not what that is', async (t) => {
  const agreement = { inARow: 0 };
  const [first, second] = [new ConsumptionSample(half, agreement), new ConsumptionSample(half, agreement)];
  t.equal(sendMany(first, 17).asked, 17);
  t.equal(
    sendMany(second, 80, () => 75).asked,
    2 + 10,
    'one tells what is to be expected, one agrees, then one of eight',
  );
  t.equal(sendMany(first, 80).asked, 10, 'the first of another range is no reason to ask again');
  t.equal(second.answered(false, 25, undefined).counted, 75, 'it takes three times as much');
  t.equal(first.answered(false, 25, undefined).counted, 25);
  while (!send(second, 30).asked);
  t.equal(sendMany(first, 16).asked, 16, 'a request that consumed something else is one for all of them');
});

t.test('the first request of a range agrees with nothing, even if it consumed what its items let expect', async (t) => {
  const agreement = { inARow: 0 };
  sendMany(new ConsumptionSample(half, agreement), 17);
  const other = new ConsumptionSample(half, agreement);
  t.equal(sendMany(other, 3).asked, 3, 'a second one asks as well, and then the first of the sample');
});

t.test(
  'a range whose last measured request did not agree asks, although many of others have agreed since',
  async (t) => {
    const agreement = { inARow: 0 };
    const [first, second] = [new ConsumptionSample(half, agreement), new ConsumptionSample(half, agreement)];
    sendMany(first, 18);
    sendMany(second, 2);
    while (!send(second, 75).asked);
    t.equal(sendMany(first, 16).asked, 16);
    t.ok(send(second, 75).asked, 'it does not know yet whether the next is like that one');
    t.notOk(sendMany(second, 5, () => 75).asked === 5, 'and then it does');
  },
);

t.test('what counts as an answer to learn from', async (t) => {
  const silent = new ConsumptionSample(half);
  for (let i = 0; i < 40; i++) {
    t.ok(silent.asks(false), 'an engine that never says what was consumed is asked for ever');
    t.strictSame(
      silent.answered(true, 25, undefined),
      { ofPartition: 25, total: 25, ofIndexes: {}, counted: 0, isEstimate: false },
      'the pace takes it for what was expected, and nothing is counted',
    );
  }
  const refused = learned();
  sendMany(refused, 7);
  t.ok(refused.asks(false));
  t.equal(refused.answered(true, 0, measured(0)).counted, 7 * 25 - 7 * 25, 'nothing was done: it says nothing');
  t.notOk(refused.asks(false), 'and changes nothing');
});

t.test('what a request that did not ask is taken to have consumed', async (t) => {
  for (const [why, perUnit, ofPartition] of [
    ['what the size of the items lets expect', 1, 1],
    ['less, where items are a little smaller than a whole unit', 0.9, 0.9],
    ['with a global index, whose partitions are others', 3, 1],
  ] as const) {
    const sample = new ConsumptionSample(half);
    for (let i = 0; i < 18; i++) send(sample, 25 * perUnit, { ofPartition: 25 * ofPartition });
    const { asked, ...accounted } = send(sample, NaN, { expected: 10 });
    t.notOk(asked, why);
    t.strictSame(
      accounted,
      {
        ofPartition: 10 * ofPartition,
        total: 10 * perUnit,
        ofIndexes: {},
        counted: 10 * perUnit,
        isEstimate: true,
      },
      why,
    );
  }
});

t.test('a measured request stands for those before it that were not', async (t) => {
  const sample = learned();
  t.equal(sendMany(sample, 7, () => 50).counted, 7 * 25, 'nobody knows yet that items have become larger');
  t.equal(send(sample, 50).counted, 50 + 7 * 25, 'it says so, and corrects them');
  t.equal(send(sample, 50).counted, 50, 'once');
});

t.test('a measured request whose items are of unknown size stands for itself', async (t) => {
  const sample = learned();
  sendMany(sample, 6);
  t.equal(sample.answered(true, 5, measured(2), false).counted, 2, 'a page of two items was rounded up');
  t.strictSame(sendMany(sample, 2), { asked: 1, counted: 50 }, 'nothing was learned from it');
});

t.test('rare large items count as often as there are such items', async (t) => {
  for (const every of [8, 16, 50, 400]) {
    const sample = learned(1, seeded(every));
    let [consumed, counted] = [0, 0];
    for (let i = 0; i < 100_000; i++) {
      const total = i % every === 0 ? 325 : 25;
      consumed += total;
      counted += send(sample, total).counted;
    }
    t.ok(Math.abs(counted / consumed - 1) < 0.1, `one of ${every}: ${counted} counted, ${consumed} consumed`);
  }
});

t.test('what is on its way while a large item is measured is not taken for large ones', async (t) => {
  const sample = new ConsumptionSample(() => 0.99);
  while (sample.asks(false)) sample.answered(true, 25, measured(25));
  const inFlight = Array.from({ length: 6 }, () => sample.asks(false));
  t.notOk(inFlight.includes(true), 'seven are on their way');
  sample.answered(true, 25, measured(325));
  const counted = [...inFlight, false].map((asked) => sample.answered(asked, 25, undefined).counted);
  t.same(counted, [25, 25, 25, 25, 25, 25, 25]);
  t.ok(sample.asks(false), 'all ask again');
  t.equal(sample.answered(true, 25, measured(25)).counted, 25, 'and nothing is taken back');
});
