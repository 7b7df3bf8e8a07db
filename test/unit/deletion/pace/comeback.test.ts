import t from 'tap';
import { Comeback } from '../../../../src/deletion/pace/comeback.js';

/** Deliveries fell from 1000 to a half. */
function fallen(): Comeback {
  const comeback = new Comeback();
  comeback.fell(1000, 500, 0);
  return comeback;
}

t.test('after a fall', async (t) => {
  const comeback = fallen();
  t.notOk(comeback.isUnderWay);
  t.equal(comeback.climbTo(500, 299, 299), undefined, 'not before 300 ms are quiet');
  t.equal(comeback.climbTo(500, 300, 300), 950, 'to 95 % of what was');
  t.ok(comeback.isUnderWay);
  t.equal(comeback.climbTo(950, 450, 450), undefined, 'it has arrived');
  t.notOk(comeback.isUnderWay);
  t.equal(comeback.climbTo(500, 9999, 9999), undefined, 'and is done');
});

t.test('a quarter less is no fall, but the limit', async (t) => {
  for (const [to, goal] of [
    [750, undefined],
    [749, 950],
  ] as const) {
    const comeback = new Comeback();
    comeback.fell(1000, to, 0);
    t.equal(comeback.climbTo(700, 300, 300), goal);
  }
});

t.test('a fall on a fall leaves the goal', async (t) => {
  const comeback = fallen();
  comeback.fell(500, 100, 150);
  t.equal(comeback.climbTo(100, 300, 450), 950);
});

t.test('refused on the way: three times as long, and a quarter of the way less', async (t) => {
  const comeback = fallen();
  comeback.climbTo(500, 300, 300);
  comeback.failed(600);
  t.notOk(comeback.isUnderWay);
  t.equal(comeback.climbTo(600, 899, 1500), undefined);
  t.equal(comeback.climbTo(600, 900, 1500), 0.95 * 900);
  comeback.failed(800);
  t.equal(comeback.climbTo(600, 99_999, 99_999), undefined, 'near enough: there is nowhere to go back to');
  comeback.failed(800);
  t.notOk(comeback.isUnderWay);
  t.equal(comeback.climbTo(600, 99_999, 99_999), undefined);
});

t.test('refused at three quarters of the lower goal or more: another attempt is not worth it', async (t) => {
  for (const [to, goal] of [
    [900, undefined],
    [899, 0.95 * 1199.75],
  ] as const) {
    const comeback = new Comeback();
    comeback.fell(1300, 500, 0);
    comeback.climbTo(500, 300, 300);
    comeback.failed(to);
    t.equal(comeback.climbTo(600, 99_999, 99_999), goal, `refused at ${to}, which makes the goal about 1200`);
  }
});

t.test('failures are forgotten once it has arrived and held, not by another fall on the way', async (t) => {
  const arrived = fallen();
  arrived.climbTo(500, 300, 300);
  arrived.failed(600);
  arrived.climbTo(900, 900, 2000);
  arrived.fell(1000, 500, 3000);
  t.equal(arrived.climbTo(500, 300, 3300), 950);
  const fallenAgain = fallen();
  fallenAgain.climbTo(500, 300, 300);
  fallenAgain.failed(600);
  fallenAgain.fell(600, 100, 2000);
  t.equal(fallenAgain.climbTo(100, 899, 2899), undefined);
  t.equal(fallenAgain.climbTo(100, 900, 2900), 0.95 * 900);
});

t.test('a fall within a second of the arrival counts as a failure, a later one does not', async (t) => {
  for (const [at, waits] of [
    [1449, 900],
    [1450, 300],
  ] as const) {
    const comeback = fallen();
    comeback.climbTo(500, 300, 300);
    comeback.climbTo(950, 450, 450);
    comeback.fell(1000, 500, at);
    t.equal(comeback.climbTo(500, waits - 1, at + waits - 1), undefined, `${at}`);
    t.equal(comeback.climbTo(500, waits, at + waits), 950, `${at}`);
  }
});
