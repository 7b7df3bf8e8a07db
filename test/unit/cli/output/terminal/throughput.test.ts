import t from 'tap';
import { Meter, secondsLeft } from '../../../../../src/cli/output/terminal/throughput.js';
import { duration, items, rate } from '../../../../../src/cli/output/terminal/format.js';

t.test('a rate is of the last five seconds', async (t) => {
  const meter = new Meter();
  t.same(meter.rates(), { found: undefined, deleted: undefined, writeUnits: undefined });
  meter.sample(0, { itemsFound: 0, itemsDeleted: 0, writeUnits: 0 }, 0);
  meter.sample(100, { itemsDeleted: 50 }, 0);
  t.equal(meter.rates().deleted, undefined, 'a tenth of a second tells nothing');
  for (let at = 1000; at <= 10_000; at += 1000)
    meter.sample(at, { itemsFound: at, itemsDeleted: at / 10, writeUnits: at / 5 }, 0);
  t.same(meter.rates(), { found: 1000, deleted: 100, writeUnits: 200 });
  for (let at = 11_000; at <= 15_000; at += 1000)
    meter.sample(at, { itemsFound: 10_000, itemsDeleted: 1000, writeUnits: 2000 }, 0);
  t.same(meter.rates(), { found: 0, deleted: 0, writeUnits: 0 }, 'what was before is forgotten');
});

t.test('throttled is said for two seconds after a refusal', async (t) => {
  const meter = new Meter();
  meter.sample(0, {}, 0);
  t.notOk(meter.isThrottled(0));
  meter.sample(100, {}, 3);
  t.ok(meter.isThrottled(2000));
  meter.sample(2000, { itemsDeleted: 1 }, 3);
  t.notOk(meter.isThrottled(2100));
});

t.test('throttled is said for as long as everything is refused, however rarely it is tried', async (t) => {
  const meter = new Meter();
  meter.sample(0, { itemsFound: 10 }, 0);
  meter.sample(100, { itemsFound: 10 }, 1);
  for (let at = 1000; at <= 9000; at += 1000) meter.sample(at, { itemsFound: 10 }, 1);
  t.ok(meter.isThrottled(9000));
  meter.sample(9100, { itemsFound: 10, itemsDeleted: 5 }, 2);
  t.ok(meter.isThrottled(9100), 'another request was refused a moment ago');
  t.notOk(meter.isThrottled(11_100), 'something succeeds');
});

t.test('the time left', async (t) => {
  t.equal(secondsLeft(100, 50), 2);
  t.equal(secondsLeft(-5, 50), 0);
  t.equal(secondsLeft(100, 0), undefined);
  t.equal(secondsLeft(100, undefined), undefined);
});

t.test('as a person reads it', async (t) => {
  for (const [seconds, text] of [
    [0, '0 s'],
    [2.94, '2.9 s'],
    [59.4, '59 s'],
    [60, '1 min 0 s'],
    [3599.6, '1 h 0 min'],
    [100_000, '27 h 46 min'],
  ] as const)
    t.equal(duration(seconds), text);
  t.same([0, 1, 2500].map(items), ['0 items', '1 item', '2,500 items']);
  t.same([0.25, 9.96, 412.4].map(rate), ['0.3', '10', '412']);
});
