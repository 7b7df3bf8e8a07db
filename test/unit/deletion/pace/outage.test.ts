import t from 'tap';
import { Outage } from '../../../../src/deletion/pace/outage.js';

const lesson = (delivered: number) => ({ delivered, showsOutage: false });
const down = { delivered: 10, showsOutage: true };

t.test('a refusal teaches what was delivered', async (t) => {
  const outage = new Outage();
  t.equal(outage.goodRate(1000, lesson(800), 0), 800);
  t.equal(outage.isOn, false);
});

t.test('an outage teaches nothing until it ends', async (t) => {
  const outage = new Outage();
  t.equal(outage.goodRate(1000, down, 0), 1000);
  t.equal(outage.isOn, true);
  t.equal(outage.goodRate(1000, lesson(500), 5000), 1000, 'nor do refusals that alone would be none');
  outage.end();
  t.equal(outage.isOn, false);
  t.equal(outage.goodRate(1000, lesson(500), 5001), 500);
});

t.test('what was learned in the second before an outage is forgotten', async (t) => {
  for (const [why, lessons, rate] of [
    ['one lesson', [[0, 1000, 600]], 1000],
    [
      'two',
      [
        [0, 1000, 600],
        [500, 600, 300],
      ],
      1000,
    ],
    [
      'one of a second ago, and a later one',
      [
        [-1, 1000, 600],
        [500, 600, 300],
      ],
      600,
    ],
    ['the first one, where no rate was known', [[0, undefined, 600]], undefined],
  ] as const) {
    const outage = new Outage();
    for (const [at, before, delivered] of lessons) outage.goodRate(before, lesson(delivered), at);
    t.equal(outage.goodRate(lessons.at(-1)?.[2], down, 999), rate, why);
  }
});

t.test('what is known without a refusal stays', async (t) => {
  const outage = new Outage();
  outage.goodRate(1000, lesson(600), 0);
  outage.forgetLessons();
  t.equal(outage.goodRate(900, down, 500), 900);
});

t.test('the next outage forgets nothing that was learned before the last one', async (t) => {
  const outage = new Outage();
  outage.goodRate(1000, lesson(600), 0);
  outage.goodRate(600, down, 500);
  outage.end();
  t.equal(outage.goodRate(1000, down, 1500), 1000);
});
