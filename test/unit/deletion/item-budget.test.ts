import t from 'tap';
import { ItemBudget } from '../../../src/deletion/item-budget.js';

/** How many items can be reserved, of so many that are asked for. */
const granted = (budget: ItemBudget, asked: number): number => {
  let count = 0;
  for (let i = 0; i < asked; i++) if (budget.reserve()) count++;
  return count;
};

t.test('how many items an attempt may delete', async (t) => {
  for (const [reason, most, before, asked, expected] of [
    ['no limit', undefined, {}, 1000, 1000],
    ['no limit, whatever is unknown', undefined, { itemsDeleted: 5, atLeast: true }, 1000, 1000],
    ['the first attempt', 10, {}, 11, 10],
    ['as many as there are', 10, {}, 10, 10],
    ['the next attempt gets the rest', 10, { itemsDeleted: 7 }, 11, 3],
    ['an attempt after all is used up', 10, { itemsDeleted: 10 }, 11, 0],
    ['the limit was lowered meanwhile', 10, { itemsDeleted: 12 }, 11, 0],
    ['one item', 1, { itemsDeleted: 0, atLeast: false }, 2, 1],
  ] as const) {
    const budget = new ItemBudget(most);
    budget.begin(before);
    t.equal(granted(budget, asked), expected, reason);
    t.equal(budget.isLimited, most !== undefined);
  }
});

t.test('what earlier attempts deleted must be known exactly', async (t) => {
  for (const itemsDeleted of [undefined, 0, 3])
    t.throws(() => new ItemBudget(10).begin({ atLeast: true, ...(itemsDeleted !== undefined && { itemsDeleted }) }), {
      name: 'Failure',
      state: 'GuardRefused',
      exitCode: 4,
      message: `at most 10 items may be deleted (maxItems), and an earlier attempt deleted at least ${itemsDeleted ?? 0} of them, but how many exactly is unknown: nothing more was deleted`,
    });
});

t.test('before an attempt begins, nothing may be deleted', async (t) => {
  t.equal(granted(new ItemBudget(10), 1), 0);
  t.equal(granted(new ItemBudget(), 1), 1, 'unless there is no limit');
});

t.test('over any attempts that tell what they deleted, never one item over', async (t) => {
  let state = 1;
  const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
  for (let run = 0; run < 2000; run++) {
    const most = 1 + random(60);
    let itemsDeleted = 0;
    for (let attempt = 0; attempt < 5; attempt++) {
      const budget = new ItemBudget(most);
      budget.begin({ itemsDeleted });
      const reserved = granted(budget, random(80));
      // What was reserved need not have been deleted.
      itemsDeleted += random(reserved + 1);
      if (itemsDeleted > most) t.fail(`${itemsDeleted} of ${most}`);
    }
  }
  t.pass();
});

t.test('the refusal names the limit', async (t) => {
  t.match(new ItemBudget(10).refusal(), {
    state: 'GuardRefused',
    message:
      'the target holds more than the 10 items that may be deleted (maxItems): the run stopped before the next one',
  });
});
