import t from 'tap';
import { RangeCount } from '../../../../src/deletion/split/range-count.js';

t.test('as many ranges as partitions that are proved allow, and never fewer again', async (t) => {
  const table = [
    { why: 'one', partitions: [1], most: 16 },
    { why: 'four', partitions: [4], most: 16 },
    { why: 'eight, with what they had saved up', partitions: [9.5], most: 16 },
    { why: 'twelve', partitions: [9.7], most: 24 },
    { why: 'sixteen', partitions: [16], most: 36 },
    { why: 'one step after another', partitions: [9.7, 14.5, 21.7, 32.5], most: 64 },
    { why: 'not more than 64', partitions: [1000], most: 64 },
    { why: 'fewer at the end, when partitions are empty', partitions: [16, 2], most: 36 },
  ];
  for (const { why, partitions, most } of table) {
    const count = new RangeCount();
    const answers = partitions.map((each) => count.most(each));
    t.equal(answers.at(-1), most, why);
  }
});

t.test('what a range must contain to be cut', async (t) => {
  const table = [
    { why: 'few ranges: what pays for the probes', open: 15, left: 100_000, partitions: 4, items: 1000 },
    { why: 'many: most of what a partition has left', open: 16, left: 100_000, partitions: 16, items: 5000 },
    { why: 'many, and little is left', open: 40, left: 10_000, partitions: 16, items: 1000 },
    { why: 'before the first page, nobody knows', open: 16, left: Infinity, partitions: 1, items: Infinity },
  ];
  for (const { why, items, ...situation } of table) t.equal(RangeCount.worthwhile(1000, situation), items, why);
});
