import t from 'tap';
import { RefusedShare, Trial, type Verdict } from '../../../../src/deletion/pace/trial.js';

/** A tenth of all answers had 2 of their 10 units refused. */
function before(): RefusedShare {
  const share = new RefusedShare();
  for (let i = 0; i < 100; i++) share.add(i % 10 === 0 ? 8 : 10, i % 10 === 0 ? 2 : 0);
  return share;
}

type Step = [at: number, acknowledged: number, refused: number];

/** Answers at equal intervals, of which every `of`th has 2 of 10 units refused. */
const steady = (count: number, every: number, of: number): Step[] =>
  Array.from({ length: count }, (_, i) => ((i + 1) % of === 0 ? [(i + 1) * every, 8, 2] : [(i + 1) * every, 10, 0]));

t.test('do refusals depend on the rate?', async (t) => {
  const table: { why: string; steps: Step[]; verdict: Verdict | undefined }[] = [
    { why: 'nothing is refused any more', steps: steady(50, 20, 1000), verdict: 'rate' },
    { why: 'not known before a second has passed', steps: steady(49, 20, 1000), verdict: undefined },
    { why: 'nor before 5 refusals are to be expected', steps: steady(49, 100, 1000), verdict: undefined },
    { why: 'known with 5', steps: steady(50, 100, 1000), verdict: 'rate' },
    { why: 'or after 6 s', steps: steady(30, 200, 1000), verdict: 'rate' },
    { why: 'as many are refused as before', steps: steady(50, 20, 10), verdict: 'background' },
    { why: 'fewer than 2 of 5', steps: [...steady(49, 20, 1000), [1000, 8, 2]], verdict: 'rate' },
    {
      why: 'two slots of 300 ms are one burst',
      steps: [...steady(48, 20, 1000), [970, 8, 2], [980, 8, 2], [1000, 8, 2]],
      verdict: 'rate',
    },
    {
      why: 'three are not',
      steps: [[100, 8, 2], [400, 8, 2], ...steady(47, 20, 1000), [1000, 8, 2]],
      verdict: 'background',
    },
    { why: 'nor then, if 6 are', steps: steady(60, 15, 1000), verdict: undefined },
    {
      why: 'three of twenty, in three slots, are too few',
      steps: [[100, 8, 2], [400, 8, 2], ...steady(197, 20, 1000), [4000, 8, 2]],
      verdict: 'rate',
    },
    {
      why: 'two of five are enough',
      steps: [[100, 8, 2], [400, 8, 2], ...steady(72, 20, 1000), [1500, 8, 2]],
      verdict: 'background',
    },
    { why: 'most of it is refused now', steps: [[1000, 4, 6]], verdict: 'worse' },
    { why: 'half of it is not most', steps: [[1000, 5, 5]], verdict: undefined },
  ];
  for (const { why, steps, verdict } of table) {
    const trial = new Trial(before(), 0);
    let last: Verdict | undefined;
    for (const [at, acknowledged, refused] of steps) last = trial.look(acknowledged, refused, at);
    t.equal(last, verdict, why);
  }
});

t.test('the share that is learned', async (t) => {
  const trial = new Trial(before(), 0);
  for (const [at, acknowledged, refused] of steady(50, 20, 5)) trial.look(acknowledged, refused, at);
  t.equal(trial.background('background'), (20 + 20) / 1500, 'of all that was seen');
  t.equal(trial.background('rate'), 20 / 500, 'a smaller share may stay: as much as there was in the trial');
  t.equal(trial.background('worse'), 0);
  const gone = new Trial(before(), 0);
  for (const [at, acknowledged, refused] of steady(50, 20, 50)) gone.look(acknowledged, refused, at);
  t.equal(gone.background('rate'), 0, 'none, where they do not persist');
});

t.test('without a refusal before, none is to be expected', async (t) => {
  const trial = new Trial(new RefusedShare(), 0);
  t.equal(trial.look(1000, 0, 5999), undefined);
  t.equal(trial.look(10, 0, 6000), 'rate');
  t.equal(new RefusedShare().share, 0);
});
