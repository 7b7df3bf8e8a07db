import t from 'tap';
import { PageSize } from '../../../../src/deletion/pace/page-size.js';

const limit = (units: number) => ({ preferredUnits: () => units });
const none = limit(Infinity);

/** After pages of these items and read units, strongly consistent: a unit is 4 KB. */
const learned = (...pages: [items: number, consumed: number | undefined][]): PageSize => {
  const size = new PageSize();
  for (const [items, consumed] of pages) size.learn(items, consumed, true);
  return size;
};

t.test('the mean size of an item', async (t) => {
  const table: { why: string; size: PageSize; mean: number | undefined }[] = [
    { why: 'nothing was read', size: learned(), mean: undefined },
    { why: 'an empty page', size: learned([0, 1]), mean: undefined },
    { why: 'a server that does not say', size: learned([10, undefined]), mean: undefined },
    { why: 'one page', size: learned([10, 5]), mean: 2048 },
    { why: 'a page moves it by two fifths', size: learned([10, 5], [10, 10]), mean: 2867.2 },
  ];
  for (const { why, size, mean } of table) t.equal(size.meanBytes, mean, why);
  const eventual = new PageSize();
  eventual.learn(10, 5, false);
  t.equal(eventual.meanBytes, 4096, 'eventually consistent: 8 KB a unit');
});

t.test('what a read is expected to take', async (t) => {
  t.equal(learned().readUnits(100, true), 1, 'one unit at least');
  t.equal(learned().readUnits(100, false), 0.5);
  t.equal(learned([10, 5]).readUnits(100, true), 50);
  t.equal(learned([10, 5]).readUnits(100, false), 25);
});

t.test('items of a page that is only read', async (t) => {
  const table = [
    { why: 'no cap', size: learned(), limiter: none, items: 1000 },
    { why: 'a cap, and nothing is known yet', size: learned(), limiter: limit(20), items: 1 },
    { why: 'as many as fit', size: learned([10, 5]), limiter: limit(20), items: 40 },
    { why: 'at least one', size: learned([1, 90]), limiter: limit(20), items: 1 },
    { why: 'at most 1000', size: learned([100, 1]), limiter: limit(800), items: 1000 },
    { why: 'items of no size', size: learned([10, 0]), limiter: limit(0.1), items: 409 },
  ];
  for (const { why, size, limiter, items } of table) t.equal(size.forReading(limiter, true), items, why);
});

t.test('items of a page that is deleted', async (t) => {
  const writes = { capped: true, comfortable: 20, ranges: 16 };
  const free = { capped: false, comfortable: 100, ranges: 16 };
  const table = [
    { why: 'small items without a cap', size: learned([1, 1]), writes: free, items: 1000 },
    { why: 'larger than 4 KB: what one request takes', size: learned([1, 1.001]), writes: free, items: 22 },
    {
      why: 'the same for many ranges: four requests',
      size: learned([1, 1.001]),
      writes: { ...free, ranges: 17 },
      items: 88,
    },
    { why: 'many ranges under a cap: one request', size: learned([1, 1]), writes: { ...writes, ranges: 64 }, items: 4 },
    {
      why: 'small items for many ranges: as much memory',
      size: learned([1, 1]),
      writes: { ...free, ranges: 64 },
      items: 250,
    },
    { why: 'no cap and nothing known', size: learned(), writes: free, items: 1000 },
    { why: 'a cap and nothing known', size: learned(), writes, items: 1 },
    { why: 'a cap: what one request takes', size: learned([1, 1]), writes, items: 4 },
    {
      why: 'at most a batch',
      size: learned([100, 1]),
      writes: { capped: true, comfortable: 100, ranges: 16 },
      items: 25,
    },
    { why: 'at least one', size: learned([1, 90]), writes, items: 1 },
    { why: 'no more than may be read', size: learned([1, 1]), writes, limiter: limit(2), items: 2 },
  ];
  for (const { why, size, writes: each, limiter = none, items } of table)
    t.equal(size.forDeleting(limiter, true, each), items, why);
});
