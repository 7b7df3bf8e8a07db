import t from 'tap';
import { duration, items, number, rate, writeUnits } from '../../../../../src/cli/output/terminal/format.js';

t.test('numbers', async (t) => {
  for (const [value, text] of [
    [0, '0'],
    [999, '999'],
    [1234567, '1,234,567'],
    [2.6, '3'],
  ] as const)
    t.equal(number(value), text);
});

t.test('what was consumed', async (t) => {
  t.equal(writeUnits({ writeUnits: 1350 }), '1,350');
  t.equal(writeUnits({ writeUnits: 1350, writeUnitsEstimated: true }), 'about 1,350', 'not every write was measured');
  t.equal(writeUnits({}), '0');
});

t.test('items', async (t) => {
  for (const [count, text] of [
    [0, '0 items'],
    [1, '1 item'],
    [12345, '12,345 items'],
  ] as const)
    t.equal(items(count), text);
});

t.test('rates: a decimal where it says something', async (t) => {
  for (const [perSecond, text] of [
    [0.25, '0.3'],
    [9.96, '10'],
    [10.4, '10'],
    [4321.9, '4,322'],
  ] as const)
    t.equal(rate(perSecond), text);
});

t.test('durations: the two largest units', async (t) => {
  for (const [seconds, text] of [
    [0, '0 s'],
    [2.94, '2.9 s'],
    [10.4, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [61, '1 min 1 s'],
    [3599.6, '1 h 0 min'],
    [3661, '1 h 1 min'],
    [4_000_000, '1,111 h 6 min'],
  ] as const)
    t.equal(duration(seconds), text);
});
