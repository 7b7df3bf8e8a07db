import t from 'tap';
import { DecayingSum } from '../../../../src/deletion/pace/decaying-sum.js';

const near = (value: number): number => Math.round(value * 1000) / 1000;

t.test('half is forgotten after each half-life', async (t) => {
  const sum = new DecayingSum(1000);
  t.equal(sum.at(500), 0, 'empty');
  sum.add(8, 1000);
  for (const [at, left] of [
    [1000, 8],
    [2000, 4],
    [4000, 1],
    [500, 8],
  ] as const)
    t.equal(sum.at(at), left, `at ${at} ms`);
  sum.add(1, 4000);
  t.equal(sum.at(4000), 2, 'what is left and what is added');
  sum.clear();
  t.equal(sum.at(4000), 0, 'cleared');
});

t.test('a mean per second, from the very beginning', async (t) => {
  const table = [
    { why: 'nothing can be said at once', until: 0, mean: 0 },
    { why: 'after one amount in the middle of a second', until: 1000, mean: 8 / 0.72135 / Math.SQRT2 },
    { why: 'nothing more in 9 seconds: it fades', until: 10_000, mean: 0.008 },
  ];
  for (const { why, until, mean } of table) {
    const sum = new DecayingSum(1000);
    sum.add(8, until === 0 ? 0 : 500);
    t.equal(near(sum.meanPerSecond(0, until)), near(mean), why);
  }
  const late = new DecayingSum(1000);
  late.add(8, 5500);
  t.equal(near(late.meanPerSecond(5000, 6000)), near(8 / 0.72135 / Math.SQRT2), 'since when is handed in');
  const steady = new DecayingSum(1000);
  for (let at = 5; at < 300; at += 10) steady.add(2, at);
  t.equal(Math.round(steady.meanPerSecond(0, 300)), 200, 'a steady rate is found before one half-life has passed');
});

t.test('the steady rate that keeps a sum', async (t) => {
  const sum = new DecayingSum(250);
  for (let at = 5; at < 10_000; at += 10) sum.add(2, at);
  t.equal(Math.round(sum.steadyRate(sum.at(10_000))), 200);
  t.equal(near(new DecayingSum(1000).steadyRate(1)), 0.693);
});
