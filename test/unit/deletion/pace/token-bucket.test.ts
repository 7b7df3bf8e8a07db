import t from 'tap';
import { TokenBucket } from '../../../../src/deletion/pace/token-bucket.js';

/** 100 units per second, 40 of them at once. What is done to it, and then how long one unit waits, in milliseconds. */
const table: { why: string; does: ((bucket: TokenBucket) => unknown)[]; at?: number; wait: number }[] = [
  { why: 'it is full at first', does: [], wait: 0 },
  { why: 'what it holds may go', does: [(bucket) => bucket.take(39, 0)], wait: 0 },
  { why: 'an empty one refills', does: [(bucket) => bucket.take(40, 0)], wait: 10 },
  { why: 'a debt is paid first', does: [(bucket) => bucket.take(140, 0)], wait: 1010 },
  {
    why: 'units can be given back',
    does: [(bucket) => bucket.take(140, 0), (bucket) => bucket.take(-50, 0)],
    wait: 510,
  },
  {
    why: 'but not more than it holds',
    does: [(bucket) => bucket.take(-500, 0), (bucket) => bucket.take(41, 0)],
    wait: 20,
  },
  { why: 'time pays', does: [(bucket) => bucket.take(140, 0)], at: 600, wait: 410 },
  {
    why: 'saves up no more than it holds',
    does: [(bucket) => bucket.wait(1, 9000), (bucket) => bucket.take(40, 9000)],
    at: 9000,
    wait: 10,
  },
  {
    why: 'a clock that stands still or goes back',
    does: [(bucket) => bucket.take(40, 100), (bucket) => bucket.wait(1, 50)],
    at: 100,
    wait: 10,
  },
  {
    why: 'change: at another rate',
    does: [(bucket) => bucket.take(40, 0), (bucket) => bucket.change(10, 4, 0)],
    wait: 100,
  },
  {
    why: 'change: what was saved up must fit',
    does: [(bucket) => bucket.change(10, 4, 0), (bucket) => bucket.take(4, 0)],
    wait: 100,
  },
  {
    why: 'change: a debt stays',
    does: [(bucket) => bucket.take(60, 0), (bucket) => bucket.change(10, 4, 0)],
    wait: 2100,
  },
  {
    why: 'rescale: a debt takes as long as before',
    does: [(bucket) => bucket.take(60, 0), (bucket) => bucket.rescale(10, 4, 0)],
    wait: 300,
  },
  {
    why: 'rescale: savings stay',
    does: [(bucket) => bucket.take(38, 0), (bucket) => bucket.rescale(10, 4, 0)],
    wait: 0,
  },
];

t.test('how long one unit waits', async (t) => {
  for (const { why, does, at = 0, wait } of table) {
    const bucket = new TokenBucket(100, 40, 0);
    for (const each of does) each(bucket);
    t.equal(Math.round(bucket.wait(1, at) * 1e6) / 1e6, wait, why);
  }
});

t.test('more than the bucket holds passes when it is full', async (t) => {
  const bucket = new TokenBucket(100, 40, 0);
  t.equal(bucket.wait(1000, 0), 0);
  bucket.take(1, 0);
  t.equal(bucket.wait(1000, 0), 10);
  t.equal(bucket.wait(1000, 10), 0);
});

t.test('a rounding error is no wait', async (t) => {
  const bucket = new TokenBucket(3, 1, 0);
  bucket.take(1, 0);
  t.equal(bucket.wait(1, 1000 / 3 - 1e-8), 0);
});
