import t from 'tap';
import { mostRanges, worthwhile } from '../../../../src/deletion/split/range-count.js';

t.test('as many ranges as the partitions that are proved suggest', async (t) => {
  const table = [
    { why: 'nothing is proved: more than one partition needs, as there may be several', partitions: 1, ranges: 16 },
    { why: 'four', partitions: 4, ranges: 16 },
    { why: 'eight: three for each', partitions: 8, ranges: 24 },
    { why: 'what is proved is no whole number', partitions: 8.4, ranges: 25 },
    { why: 'not more than 64', partitions: 32, ranges: 64 },
    { why: 'large items: two for each', partitions: 12, itemUnits: 25.1, ranges: 24 },
    { why: 'large items in few', partitions: 4, itemUnits: 400, ranges: 16 },
    { why: 'items that are not quite large', partitions: 12, itemUnits: 25, ranges: 36 },
  ];
  for (const { why, partitions, itemUnits = 1, ranges } of table)
    t.equal(mostRanges({ partitions, itemUnits }), ranges, why);
});

t.test('what a range must contain to be cut', async (t) => {
  const table = [
    { why: 'few ranges: what pays for the probes', open: 31, left: 100_000, partitions: 4, items: 1000 },
    { why: 'many: most of what a partition has left', open: 32, left: 100_000, partitions: 16, items: 5000 },
    { why: 'many, and little is left', open: 40, left: 10_000, partitions: 16, items: 1000 },
    { why: 'before the first page, nobody knows', open: 32, left: Infinity, partitions: 1, items: Infinity },
  ];
  for (const { why, items, ...situation } of table) t.equal(worthwhile(1000, situation), items, why);
});
