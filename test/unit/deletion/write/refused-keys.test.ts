import t from 'tap';
import { PageCost, type Pending } from '../../../../src/deletion/read/page-cost.js';
import { RefusedKeys } from '../../../../src/deletion/write/refused-keys.js';
import { S } from '../../dynamodb/keys.js';

const keys = (count: number): Pending[] => {
  const cost = new PageCost(count, 0.5, false, 0);
  return Array.from({ length: count }, (_, i) => ({ key: S(`${i}`), cost }));
};

/** How many may go along with new keys in one batch. */
const mostAtOnce = (refused: RefusedKeys, now: number): number => {
  let count = 0;
  while (count < 100 && refused.mayGo(count, now)) count++;
  return count;
};

/** Sends so many retries, of which these are refused again. */
function trial(refused: RefusedKeys, count: number, refusedAgain: number, now: number): void {
  const retries = refused.waiting.splice(0, count);
  const fresh = keys(2);
  refused.sent(retries);
  refused.answered([...retries, ...fresh], retries.slice(0, refusedAgain), now);
}

t.test('how many refused keys go along with new ones, and when', async (t) => {
  const table: {
    why: string;
    trials: [count: number, refusedAgain: number, now: number][];
    now: number;
    may: number;
  }[] = [
    { why: 'half a batch at first, at once', trials: [], now: 0, may: 12 },
    { why: 'half as many as were sent, once one of them was refused again', trials: [[12, 1, 0]], now: 50, may: 6 },
    { why: 'and not before 50 ms', trials: [[12, 1, 0]], now: 49, may: 0 },
    { why: 'one at least', trials: [[1, 1, 0]], now: 50, may: 1 },
    { why: 'the wait doubles', trials: [[12, 12, 0], [6, 6, 50]], now: 149, may: 0 }, // prettier-ignore
    { why: 'to 100 ms', trials: [[12, 12, 0], [6, 6, 50]], now: 150, may: 3 }, // prettier-ignore
    { why: 'up to 1.6 s', trials: Array.from({ length: 8 }, () => [1, 1, 0]), now: 1599, may: 0 },
    { why: 'and no longer', trials: Array.from({ length: 8 }, () => [1, 1, 0]), now: 1600, may: 1 },
    { why: 'from the longest wait to half of it', trials: [...Array.from({ length: 8 }, (): [number, number, number] => [1, 1, 0]), [1, 0, 1600], [1, 1, 1600]], now: 2399, may: 0 }, // prettier-ignore
    { why: 'one more after all were taken', trials: [[12, 1, 0], [6, 0, 50]], now: 50, may: 7 }, // prettier-ignore
    { why: 'not fewer, where there were not so many', trials: [[12, 1, 0], [1, 0, 50]], now: 50, may: 6 }, // prettier-ignore
    { why: 'and then the wait is half as long', trials: [[8, 1, 0], [4, 4, 50], [2, 0, 150], [4, 4, 150]], now: 250, may: 2 }, // prettier-ignore
  ];
  for (const { why, trials, now, may } of table) {
    const refused = new RefusedKeys();
    refused.answered([], keys(50), 0);
    for (const [count, again, at] of trials) trial(refused, count, again, at);
    t.equal(mostAtOnce(refused, now), may, why);
  }
});

t.test('one batch with retries at a time; other batches do not matter', async (t) => {
  const refused = new RefusedKeys();
  refused.answered([], keys(20), 0);
  const retries = refused.waiting.splice(0, 12);
  refused.sent(retries);
  t.equal(mostAtOnce(refused, 0), 0);
  const others = keys(3);
  refused.answered(others, others, 0);
  t.equal(mostAtOnce(refused, 0), 0);
  refused.answered(retries, [], 0);
  t.equal(mostAtOnce(refused, 0), 12);
});

t.test('with a thousand waiting, nothing new is sent before them', async (t) => {
  const refused = new RefusedKeys();
  t.notOk(refused.mayGo(0, 0), 'there is none');
  refused.answered([], keys(999), 0);
  t.notOk(refused.isFull);
  refused.answered([], keys(1), 0);
  t.ok(refused.isFull);
});
