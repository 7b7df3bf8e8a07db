import t from 'tap';
import { Background } from '../../../../src/deletion/pace/background.js';

const RATE = 1000;
const round = (value: number): number => Math.round(value * 100) / 100;

t.test('what the rate is to blame for, of refusals of which a share is known to be none of its doing', async (t) => {
  const table: { why: string; share: number; answers: [acknowledged: number, refused: number][]; excess: number }[] = [
    { why: 'nothing is known: all of it', share: 0, answers: [[99, 1]], excess: 1 },
    { why: '30 ms of the rate at one time', share: 0.02, answers: [[0, 30]], excess: 0 },
    { why: 'the 30 units and 3 % of these 40', share: 0.02, answers: [[0, 40]], excess: 8.8 },
    { why: 'of a small share, half as much on top', share: 0.01, answers: [[0, 30], [100, 2]], excess: 0.47 }, // prettier-ignore
    { why: 'of a large one, 1 % on top', share: 0.1, answers: [[0, 30], [80, 20]], excess: 9 }, // prettier-ignore
    { why: '30 % at most', share: 0.9, answers: [[0, 30], [600, 400]], excess: 90 }, // prettier-ignore
    { why: 'no allowance is saved up beyond 30 ms', share: 0.02, answers: [[20, 0], [20, 0], [0, 32]], excess: 1.04 }, // prettier-ignore
  ];
  for (const { why, share, answers, excess } of table) {
    const background = new Background();
    background.set(share, RATE);
    let last = 0;
    for (const [acknowledged, refused] of answers) last = background.excess(acknowledged, refused, RATE);
    t.equal(round(last), excess, why);
  }
});

t.test('its share', async (t) => {
  const background = new Background();
  t.equal(background.share, 0);
  background.set(0.4, RATE);
  t.equal(background.share, 0.3);
});
