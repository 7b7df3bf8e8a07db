import t from 'tap';
import { RefusalStreak } from '../../../../src/deletion/pace/refusal-streak.js';

t.test('when refusals go on although the rate was cut', async (t) => {
  const table: { why: string; decreases: number[]; rate: number; share: number; persists: boolean }[] = [
    { why: 'four decreases, and the rate at 90 %', decreases: [0, 500, 1000, 1500], rate: 900, share: 0.02, persists: true },
    { why: 'three', decreases: [0, 500, 1000], rate: 800, share: 0.02, persists: false },
    { why: 'the rate is hardly lower', decreases: [0, 500, 1000, 1500], rate: 901, share: 0.02, persists: false },
    { why: 'a second and a half between two', decreases: [0, 500, 1000, 2500], rate: 800, share: 0.02, persists: false },
    { why: 'a little less', decreases: [0, 500, 1000, 2499], rate: 800, share: 0.02, persists: true },
    { why: 'suddenly above 10 %', decreases: [0, 500, 1000, 1500], rate: 800, share: 0.101, persists: false },
    { why: '10 % is not', decreases: [0, 500, 1000, 1500], rate: 800, share: 0.1, persists: true },
  ]; // prettier-ignore
  for (const { why, decreases, rate, share, persists } of table) {
    const streak = new RefusalStreak();
    for (const at of decreases) {
      streak.decreased(at === 0 ? 1000 : 500, at);
      streak.add(98, 2);
    }
    t.equal(streak.persists(rate, share), persists, why);
  }
});

t.test('sudden is two and a half times what was refused before', async (t) => {
  const streak = new RefusalStreak();
  for (const at of [0, 500, 1000, 1500]) {
    streak.decreased(1000, at);
    streak.add(80, 20);
  }
  t.equal(streak.persists(800, 0.5), true);
  t.equal(streak.persists(800, 0.51), false);
});

t.test('what was refused, and delivered before the first', async (t) => {
  const streak = new RefusalStreak();
  streak.add(0, 1000);
  streak.decreased(1000, 0);
  t.equal(streak.refused.share, 0, 'what was refused before the first does not count');
  streak.add(90, 10);
  streak.decreased(800, 500);
  t.equal(streak.before, 1000);
  t.equal(streak.refused.share, 0.1);
  streak.end();
  t.equal(streak.refused.share, 0);
  streak.decreased(700, 600);
  t.equal(streak.before, 700);
});
