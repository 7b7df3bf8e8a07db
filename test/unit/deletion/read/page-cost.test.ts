import t from 'tap';
import { PageCost } from '../../../../src/deletion/read/page-cost.js';

t.test('what an item is expected to consume', async (t) => {
  for (const [items, units, consistent, mean, reason] of [
    [0, 0.5, false, 1, 'no items'],
    [10, undefined, false, 1, 'no capacity reported: one unit each'],
    [10, 1, true, 1, 'small items'],
    [2, 1, true, 2.5, 'two items of 2 KB each'],
    [2, 1, false, 4.5, 'eventually consistent: up to 4 KB each'],
  ] as const)
    t.equal(new PageCost(items, units, consistent, 0).mean, mean, reason);
  t.equal(new PageCost(2, 1, true, 3, 2).mean, 7.5, 'local indexes are in the same partition, a global one is not');
});

t.test('whether the size of the items is known', async (t) => {
  for (const [items, units, consistent, isKnown, reason] of [
    [10, 1, true, true, 'small items, whatever the size of each'],
    [10, undefined, true, false, 'no capacity reported'],
    [2, 1, true, false, 'few: one byte or 4 KB'],
    [10, 3, true, false, 'between 0.8 and 1.2 KB'],
    [100, 25, true, true, 'many of 1 KB'],
    [1000, 500, false, true, 'many of 4 KB'],
  ] as const)
    t.equal(new PageCost(items, units, consistent, 0).isKnown, isKnown, reason);
  t.ok(new PageCost(100, 25, true, 2, 2).isKnown, 'local indexes make it no less known');
});

t.test('what some of the items consume at most', async (t) => {
  for (const [reason, indexes, spent, items, most] of [
    ['one item may be nearly all of the page', 0, [], 1, 9],
    ['all of them', 0, [], 4, 12],
    ['an index may consume as much again', 1, [], 4, 24],
    ['what is done is taken off', 0, [[2, 5]], 2, 7],
    ['less than one unit each is impossible', 0, [[2, 100]], 2, 2],
    ['more than there were', 0, [[9, 0]], 1, 13],
  ] as const) {
    const cost = new PageCost(4, 2, true, indexes);
    for (const [done, units] of spent) cost.spend(done, units);
    t.equal(cost.atMost(items), most, reason);
  }
});
