import t from 'tap';
import { AdaptiveRate, type AdaptiveRateOptions } from '../../../../src/deletion/pace/adaptive-rate.js';

const round = (value: number): number => Math.round(value * 10) / 10;

/** What happens at a time: so many units were sent since the last step, and the first of some answers brings these. */
interface Step {
  /** Milliseconds. */
  at: number;
  taken?: number;
  acknowledged?: number;
  refused?: number;
  answers?: number;
}

const play = (rate: AdaptiveRate, steps: readonly Step[]): void => {
  for (const { at, taken = 0, acknowledged = 0, refused = 0, answers = 6 } of steps) {
    rate.take(taken, at);
    rate.record(acknowledged, refused, at);
    for (let i = 1; i < answers; i++) rate.record(0, 0, at);
  }
};

interface Row {
  why: string;
  from?: number;
  options?: AdaptiveRateOptions;
  steps: readonly Step[];
  /** Units per second after them. */
  rate: number;
}

const used = 9999;

const ofOneFlow: AdaptiveRateOptions = { covers: 'one flow', growthBase: 1000 };

const slowStart: readonly Row[] = [
  { why: 'doubles every 150 ms', from: 100, steps: [{ at: 150, taken: used }], rate: 200 },
  {
    why: 'again',
    from: 100,
    steps: [
      { at: 150, taken: used },
      { at: 300, taken: used },
    ],
    rate: 400,
  },
  { why: 'not before 150 ms', from: 100, steps: [{ at: 149, taken: used }], rate: 100 },
  { why: 'not by fewer than 6 answers', from: 100, steps: [{ at: 499, taken: used, answers: 5 }], rate: 100 },
  { why: 'but after half a second', from: 100, steps: [{ at: 500, taken: used, answers: 1 }], rate: 400 },
  { why: 'a long sample counts 300 ms', from: 100, steps: [{ at: 600, taken: used }], rate: 400 },
  { why: '70 % of the rate was used', from: 100, steps: [{ at: 150, taken: 10.5 }], rate: 200 },
  { why: '69 % was used', from: 100, steps: [{ at: 150, taken: 10.4 }], rate: 100 },
  {
    why: 'from a rate near the limit: by a quarter',
    from: 100,
    options: { start: 'probe' },
    steps: [{ at: 150, taken: used }],
    rate: 125,
  },
  {
    why: 'the first refusal takes the last doubling back, at once',
    from: 800,
    steps: [{ at: 1, refused: 1, answers: 1 }],
    rate: 400,
  },
  { why: 'or the last quarter', from: 800, options: { start: 'probe' }, steps: [{ at: 1, refused: 1 }], rate: 640 },
  {
    why: 'but not what is known to be delivered',
    from: 800,
    options: { floor: 600 },
    steps: [{ at: 1, refused: 1 }],
    rate: 600,
  },
  {
    why: 'a single flow: up to what a partition takes',
    from: 800,
    options: ofOneFlow,
    steps: [{ at: 150, taken: used }],
    rate: 1000,
  },
  {
    why: 'there it ends without a refusal',
    from: 800,
    options: ofOneFlow,
    steps: [150, 300].map((at) => ({ at, taken: used })),
    rate: 1000,
  },
  {
    why: 'and congestion avoidance begins',
    from: 800,
    options: ofOneFlow,
    steps: [150, 300, 450].map((at) => ({ at, taken: used })),
    rate: 1002.4,
  },
  {
    why: 'a single flow that begins beyond that stays there',
    from: 1200,
    options: ofOneFlow,
    steps: [{ at: 150, taken: used }],
    rate: 1200,
  },
  { why: 'never below 25', from: 40, options: { growthBase: 1000 }, steps: [{ at: 1, refused: 1 }], rate: 25 },
  { why: 'or a table that allows less', from: 5, steps: [{ at: 1, refused: 1 }], rate: 5 },
];

/** Slow start ended at 0 ms: the rate is 1000, and so is the last good rate. */
const ended: Step = { at: 0, refused: 1, answers: 1 };

const congestionAvoidance: readonly Row[] = [
  { why: '1 % per second, a little more with the quiet time', steps: [ended, { at: 150, taken: used }], rate: 1001.6 },
  {
    why: '1.5 % for a single flow',
    options: { covers: 'one flow', growthBase: 1000 },
    steps: [ended, { at: 150, taken: used }],
    rate: 1002.4,
  },
  {
    why: 'a small rate grows by a share of the base',
    options: { growthBase: 4000 },
    steps: [ended, { at: 150, taken: used }],
    rate: 1006.4,
  },
  { why: 'not where it is not used', steps: [ended, { at: 150, taken: 104 }], rate: 1000 },
  { why: 'twice as fast after 1.5 s', steps: [ended, { at: 1500, taken: used }], rate: 1006 },
  { why: 'four times after 3 s', steps: [ended, { at: 3000, taken: used }], rate: 1012 },
  { why: 'doubling per second at most', steps: [ended, { at: 15_000, taken: used * 2 }], rate: 1300 },
].map((row) => ({ options: { growthBase: 1000 }, ...row }) as Row);

const decrease: readonly Row[] = [
  {
    why: 'at the limit: half a second after the last',
    steps: [ended, { at: 499, acknowledged: 300, refused: 20 }],
    rate: 1000,
  },
  { why: 'to what was delivered', steps: [ended, { at: 500, acknowledged: 380.3, refused: 20 }], rate: 900 },
  { why: 'by 15 % at most', steps: [ended, { at: 500, acknowledged: 300, refused: 20 }], rate: 850 },
  { why: 'by 3 % at least', steps: [ended, { at: 500, acknowledged: 470, refused: 20 }], rate: 970 },
  {
    why: 'the next decrease at the limit: half a second after the last',
    steps: [ended, { at: 500, acknowledged: 470, refused: 20 }, { at: 999, acknowledged: 400, refused: 20 }],
    rate: 970,
  },
  {
    why: 'the sample goes on until then',
    steps: [ended, { at: 300, acknowledged: 200, refused: 20 }, { at: 500, acknowledged: 200 }],
    rate: 885.4,
  },
  {
    why: 'clearly too high, above 10 %: at once',
    steps: [ended, { at: 150, acknowledged: 89, refused: 11 }],
    rate: 575.5,
  },
  { why: '10 % is still at the limit', steps: [ended, { at: 150, acknowledged: 90, refused: 10 }], rate: 1000 },
  { why: 'to 97 % of what was delivered', steps: [ended, { at: 150, acknowledged: 120, refused: 30 }], rate: 776 },
  { why: 'by half at most', steps: [ended, { at: 150, acknowledged: 60, refused: 60 }], rate: 500 },
  { why: 'by 3 % at least, too', steps: [ended, { at: 150, acknowledged: 200, refused: 60 }], rate: 970 },
  {
    why: 'never below 25',
    options: { growthBase: 1000 },
    steps: [ended, ...[150, 300, 450, 600, 750, 900].map((at) => ({ at, refused: 100 }))],
    rate: 25,
  },
];

/** All is refused: a half, and nothing is learned. */
const down = (at: number): Step => ({ at, refused: 100 });
/** Nothing is refused, and the rate was used. */
const up = (at: number): Step => ({ at, taken: used, acknowledged: 100 });

const recovery: readonly Row[] = [
  { why: 'after an outage it doubles', steps: [ended, down(150), down(300), up(450)], rate: 500 },
  { why: 'up to 90 % of the last good rate', steps: [ended, down(150), down(300), up(450), up(600)], rate: 900 },
  { why: 'and carefully from there', steps: [ended, down(150), up(300), up(450)], rate: 903.4 },
  {
    why: 'a single flow: not beyond what a partition takes',
    from: 4000,
    options: ofOneFlow,
    steps: [ended, down(150), down(300), up(450), up(600)],
    rate: 1002.6,
  },
  {
    why: '20 % is no outage: that much is what it delivers',
    steps: [ended, { at: 150, acknowledged: 20, refused: 80 }, up(300), up(450)],
    rate: 506.7,
  },
  {
    why: 'less than 20 % is one',
    steps: [ended, { at: 150, acknowledged: 19, refused: 80 }, up(300)],
    rate: 900,
  },
  {
    why: 'what was learned as the outage began is forgotten',
    steps: [ended, { at: 150, acknowledged: 60, refused: 60 }, down(1149), up(1300), up(1450)],
    rate: 900,
  },
  {
    why: 'all of it, where it began with more than one decrease',
    steps: [
      ended,
      { at: 150, acknowledged: 40, refused: 60 },
      { at: 300, acknowledged: 20, refused: 30 },
      down(450),
      ...[600, 750, 900].map(up),
    ],
    rate: 900,
  },
  {
    why: 'what was learned a second before it is not',
    steps: [ended, { at: 150, acknowledged: 60, refused: 60 }, down(1150), up(1300)],
    rate: 360,
  },
  {
    why: 'and only what was learned in that second is forgotten',
    steps: [
      ended,
      { at: 150, acknowledged: 100, refused: 20 },
      { at: 1000, acknowledged: 300, refused: 100 },
      down(1700),
      up(1850),
      up(2000),
    ],
    rate: 600,
  },
  {
    why: 'nothing is learned until something passes unrefused',
    steps: [ended, down(150), { at: 300, acknowledged: 60, refused: 60 }, up(450), up(600)],
    rate: 900,
  },
];

for (const [name, rows] of Object.entries({ slowStart, congestionAvoidance, decrease, recovery }))
  t.test(name, async (t) => {
    for (const { why, from = 2000, options, steps, rate } of rows) {
      const made = new AdaptiveRate(from, 0, options);
      play(made, steps);
      t.equal(round(made.unitsPerSecond), rate, why);
    }
  });

t.test('a probe: a gentle slow start that does not fall back below the rate', async (t) => {
  const table = [
    { why: 'nothing is refused', steps: [up(150)], rate: 1250 },
    { why: 'refused after a step', steps: [up(150), up(300), { at: 310, refused: 1 }], rate: 1250 },
    { why: 'refused at once', steps: [{ at: 10, refused: 1 }], rate: 1000 },
  ];
  for (const { why, steps, rate } of table) {
    const made = new AdaptiveRate(2000, 0);
    play(made, [ended]);
    made.probe();
    play(made, steps);
    t.equal(made.unitsPerSecond, rate, why);
  }
  const starting = new AdaptiveRate(2000, 0);
  starting.probe();
  play(starting, [up(150)]);
  t.equal(starting.unitsPerSecond, 4000, 'nothing changes where it is in slow start anyway');
});

t.test('inherit: the rate of a flow that wrote to the same partition', async (t) => {
  const rate = new AdaptiveRate(1000, 0);
  play(rate, [ended]);
  rate.inherit(300, 10);
  t.equal(rate.unitsPerSecond, 800);
  for (let i = 0; i < 6; i++) rate.record(0, 50, 170, 9);
  t.equal(rate.unitsPerSecond, 800, 'what was sent before is no reason to slow down');
  play(rate, [down(171), up(321)]);
  t.equal(round(rate.unitsPerSecond), 720, 'it is the last good rate');
  rate.inherit(500, 330);
  t.equal(rate.unitsPerSecond, 1000, 'no more than one partition takes');
  const quiet = new AdaptiveRate(2000, 0, { growthBase: 1000 });
  play(quiet, [ended]);
  quiet.inherit(0, 100);
  play(quiet, [up(150)]);
  t.equal(round(quiet.unitsPerSecond), 1001.6, 'from one that delivered nothing, nothing changes');
  const fast = new AdaptiveRate(2400, 0);
  play(fast, [ended]);
  fast.inherit(300, 10);
  t.equal(fast.unitsPerSecond, 1200, 'a rate beyond that stays');
  const afterOutage = new AdaptiveRate(1800, 0);
  play(afterOutage, [ended, down(150), down(300), down(450)]);
  afterOutage.inherit(50, 460);
  play(afterOutage, [up(610), up(760), up(910)]);
  t.equal(round(afterOutage.unitsPerSecond), 810, 'after an outage, the last good rate stays known');
  const asItBegins = new AdaptiveRate(600, 0, ofOneFlow);
  play(asItBegins, [ended, { at: 600, acknowledged: 175, refused: 3 }]);
  asItBegins.inherit(500, 700);
  play(asItBegins, [{ at: 1250, acknowledged: 430, refused: 8 }, ...[1410, 1570, 1730].map(down)]);
  play(asItBegins, [1890, 2040, 2190, 2340].map(up));
  t.ok(asItBegins.unitsPerSecond > 700, `an outage takes nothing of it back: ${asItBegins.unitsPerSecond}`);
  const starting = new AdaptiveRate(500, 0);
  starting.inherit(300, 10);
  t.equal(starting.unitsPerSecond, 500, 'in slow start, it finds that by itself');
});

t.test('probe: not in an outage, whose low rate is no measure', async (t) => {
  const rate = new AdaptiveRate(2000, 0);
  play(rate, [ended, down(150), down(300)]);
  rate.probe();
  play(rate, [down(450), up(600), up(750), up(900)]);
  t.equal(round(rate.unitsPerSecond), 900, 'the last good rate stays known');
});

t.test('set: another rate, and a fresh sample', async (t) => {
  const rate = new AdaptiveRate(2000, 0);
  play(rate, [ended, { at: 100, refused: 50 }]);
  rate.set(300, 140);
  t.equal(rate.unitsPerSecond, 300);
  play(rate, [{ at: 289, refused: 50 }]);
  t.equal(rate.unitsPerSecond, 300, 'not yet 150 ms');
  rate.set(1, 300);
  t.equal(rate.unitsPerSecond, 25);
});

t.test('its bucket holds 50 ms of the rate, and a unit at least', async (t) => {
  for (const { unitsPerSecond, holds, next } of [
    { unitsPerSecond: 1000, holds: 50, next: 1 },
    { unitsPerSecond: 10, holds: 1, next: 100 },
  ]) {
    const rate = new AdaptiveRate(unitsPerSecond, 0);
    rate.take(holds - 0.5, 0);
    t.equal(rate.wait(0.5, 0), 0);
    rate.take(0.5, 0);
    t.equal(rate.wait(1, 0), next);
  }
});

t.test('what it sustains: half of it forgotten after 4 s', async (t) => {
  const rate = new AdaptiveRate(2000, 0);
  t.equal(rate.sustained(0), 0);
  play(rate, [{ at: 1000, acknowledged: 1000 }]);
  t.equal(round(rate.sustained(1000)), 1089.1);
  t.equal(round(rate.sustained(5000)), 149.5);
});

/** A rate that has long been at 1000; it covers all flows unless said otherwise. */
function settled(options: AdaptiveRateOptions = {}): AdaptiveRate {
  const rate = new AdaptiveRate(2000, 0, options);
  play(rate, [ended]);
  for (let at = 200; at <= 3800; at += 200) play(rate, [{ at, acknowledged: 200, taken: 0 }]);
  return rate;
}

t.test('what was sent before the last decrease is no reason for another', async (t) => {
  for (const [sentAt, units] of [
    [3999, 1000],
    [4000, 500],
  ] as const) {
    const rate = settled();
    rate.set(1000, 4000);
    for (let i = 0; i < 6; i++) rate.record(0, 10, 4160, sentAt);
    t.equal(round(rate.unitsPerSecond), units, `sent at ${sentAt}`);
  }
});

/** A rate that began at that time, and is at 1000 from 3800 ms on. */
function since(createdAt: number): AdaptiveRate {
  const rate = new AdaptiveRate(2000, createdAt);
  rate.record(0, 1, createdAt);
  rate.set(1000, 3800);
  return rate;
}

t.test('most of three answers refused is enough, once the rate is settled and covers all flows', async (t) => {
  const table = [
    { why: 'more than half of three', rate: settled(), acknowledged: 4, answers: 3, units: 500 },
    { why: 'half', rate: settled(), acknowledged: 5, answers: 3, units: 1000 },
    { why: 'of two', rate: settled(), acknowledged: 4, answers: 2, units: 1000 },
    { why: 'of a rate that is three seconds old', rate: since(850), acknowledged: 4, answers: 3, units: 500 },
    { why: 'of one that is younger', rate: since(851), acknowledged: 4, answers: 3, units: 1000 },
    { why: 'of one that began late', rate: since(3000), acknowledged: 4, answers: 3, units: 1000 },
  ];
  for (const { why, rate, acknowledged, answers, units } of table) {
    for (let i = 0; i < answers; i++) rate.record(acknowledged, 5, 3850);
    t.equal(round(rate.unitsPerSecond), units, why);
  }
});

t.test('after a fall for a moment it climbs to what it was in a few samples', async (t) => {
  const rate = settled();
  play(
    rate,
    [3850, 3900, 3950].map((at) => ({ at, refused: 30, answers: 3 })),
  );
  t.equal(round(rate.unitsPerSecond), 125, 'everything is refused');
  play(rate, [{ at: 4249, taken: used }]);
  t.ok(rate.unitsPerSecond <= 500, 'not at once');
  play(rate, [{ at: 4410, taken: used }]);
  t.ok(rate.unitsPerSecond >= 900 && rate.unitsPerSecond <= 1000, `${rate.unitsPerSecond.toFixed(0)} 150 ms later`);
});

/** A fall from 1000 that is no outage: 4 units of 50 ms, of which one is done. */
const falling = (...times: number[]): Step[] => times.map((at) => ({ at, acknowledged: 1, refused: 3 }));

t.test('the way back goes on while nothing is refused, and what it leads to is the good rate then', async (t) => {
  const rate = settled();
  play(rate, [...falling(3850, 3900, 3950), up(4150)]);
  const fallen = rate.unitsPerSecond;
  t.ok(fallen < 130, `${fallen}`);
  play(rate, [up(4300)]);
  t.equal(round(rate.unitsPerSecond / fallen), 4);
  play(rate, [up(4450)]);
  const arrived = rate.unitsPerSecond;
  t.ok(arrived >= 950 && arrived < 1050, `${arrived}`);
  play(rate, [up(4600)]);
  rate.set(300, 4650);
  play(rate, [up(4800), up(4950)]);
  t.ok(rate.unitsPerSecond >= 0.9 * arrived, `it doubles up to 90 % of it: ${rate.unitsPerSecond}`);
});

t.test('the way back leads to what was delivered over some seconds, if it was less at last', async (t) => {
  const rate = settled();
  play(
    rate,
    [4000, 4200, 4400, 4600, 4800].map((at) => ({ at, acknowledged: 100 })),
  );
  play(rate, [...falling(4850, 4900, 4950), up(5150), up(5300), up(5450)]);
  t.ok(rate.unitsPerSecond > 900, `${rate.unitsPerSecond}`);
});

t.test('a rate that covers one flow among others has no such way back', async (t) => {
  const rate = settled(ofOneFlow);
  play(rate, falling(3950, 4100, 4250, 4400));
  const fallen = rate.unitsPerSecond;
  play(rate, [up(4600), up(4750), up(4900)]);
  t.ok(fallen < 100 && rate.unitsPerSecond < 1.2 * fallen, `${fallen}, then ${rate.unitsPerSecond}`);
});

t.test('on the way back it grows by four every 150 ms', async (t) => {
  const rate = settled();
  play(
    rate,
    [3850, 3900, 3950, 4000, 4050].map((at) => ({ at, refused: 30, answers: 3 })),
  );
  const fallen = rate.unitsPerSecond;
  play(rate, [{ at: 4350, taken: used }]);
  t.equal(round(rate.unitsPerSecond / fallen), 16, 'a sample counts 300 ms');
});

t.test(
  'on the way back after an outage nothing is inherited, and a refusal leads to the rate from before the outage',
  async (t) => {
    const rate = settled();
    const outage = [3850, 3900, 3950, 4000, 4050].map((at) => ({ at, acknowledged: 1, refused: 30, answers: 3 }));
    play(rate, outage);
    const fallen = rate.unitsPerSecond;
    play(rate, [{ at: 4350, taken: used }]);
    rate.inherit(100, 4351);
    t.equal(round(rate.unitsPerSecond / fallen), 16);
    rate.record(0, 1, 4360);
    t.equal(round(rate.unitsPerSecond), 1000);
  },
);

t.test('on the way back from a limit that has fallen, a refusal leads back to what was good there', async (t) => {
  const rate = settled();
  let at = 3800;
  /** Sends at its rate for 10 ms, of which the limit allows at most so many units. */
  const step = (limit: number): void => {
    const sent = rate.unitsPerSecond / 100;
    const done = Math.min(limit, sent);
    rate.take(sent, (at += 10));
    rate.record(done, sent - done, at);
  };
  while (at < 5000) step(1);
  const fallen = rate.unitsPerSecond;
  t.ok(fallen <= 100, `${fallen} a second, of 100`);
  while (rate.unitsPerSecond < 3 * fallen && at < 10_000) step(Infinity);
  t.ok(rate.unitsPerSecond > 300, `on the way: ${rate.unitsPerSecond}`);
  rate.record(0, 1, at);
  t.equal(round(rate.unitsPerSecond), 100);
  const refusedAt = at;
  while (rate.unitsPerSecond < 300 && at < 20_000) step(Infinity);
  t.ok(at - refusedAt >= 900, `the next attempt waits longer: ${at - refusedAt} ms`);
});

/** When each trial began and ended, by its jumps, if only what is sent outside of trials is refused: a request every 600 ms. */
function trialsOf(rate: AdaptiveRate, from: number, until: number) {
  const trials: { began: number; ended: number; factor: number }[] = [];
  let [before, refusedAt, began, factor] = [rate.unitsPerSecond, from, 0, 0];
  for (let at = from; at < until; at += 10) {
    const units = before / 100;
    const refused = began === 0 && at - refusedAt >= 600;
    if (refused) refusedAt = at;
    rate.take(units, at);
    rate.record(refused ? 0 : units, refused ? units : 0, at);
    const now = rate.unitsPerSecond;
    if (began === 0 && now < 0.8 * before) [began, factor] = [at, now / before];
    else if (began > 0 && now > 1.2 * before) {
      trials.push({ began, ended: at, factor });
      began = 0;
    }
    before = now;
  }
  return trials;
}

t.test('trials: a cut to 70 %, and 5, 10, 20, 40 and 60 s from one to the next', async (t) => {
  const rate = new AdaptiveRate(2_000_000, 0, { growthBase: 25 });
  play(rate, [ended]);
  const trials = trialsOf(rate, 10, 220_000);
  t.equal(Math.round(trials[0]!.factor * 10), 7);
  const pauses = trials.slice(1).map(({ began }, i) => began - trials[i]!.ended);
  for (const [i, least] of [5000, 10_000, 20_000, 40_000, 60_000].entries())
    t.ok(pauses[i]! >= least && pauses[i]! < least + 1300, `${pauses[i]} ms, at least ${least}`);
});

/** Requests of 10 units at its rate for so long, of which `refused` says how many units are refused. */
function run(rate: AdaptiveRate, from: number, milliseconds: number, refused: (request: number) => number) {
  const seen: number[] = [];
  let sent = 0;
  for (let at = from; at < from + milliseconds; at += 10) {
    if (rate.wait(10, at) > 0) continue;
    rate.take(10, at);
    const units = refused(++sent);
    rate.record(10 - units, units, at);
    seen.push(rate.unitsPerSecond);
  }
  return seen;
}

t.test('refusals that do not depend on the rate: cut to 70 %, go back, and bear them', async (t) => {
  const rate = settled();
  const every20th = (request: number) => (request % 20 === 0 ? 10 : 0);
  const seen = run(rate, 3800, 20_000, every20th);
  t.ok(Math.min(...seen) < 700, `it tries ${Math.min(...seen).toFixed(0)}`);
  t.ok(seen.at(-1)! > 900, `and is at ${seen.at(-1)!.toFixed(0)} in the end`);
  const none = run(rate, 23_800, 5000, () => 0);
  t.ok(Math.min(...none) > 900);
});

t.test('no such trial by a rate that covers one flow among others', async (t) => {
  const rate = new AdaptiveRate(1000, 0, { covers: 'one flow' });
  play(rate, [ended]);
  const seen = run(rate, 200, 20_000, (request) => (request % 20 === 0 ? 10 : 0));
  t.ok(seen.at(-1)! < 300, seen.at(-1)!.toFixed(0));
});

/** A rate whose trial has just begun, because one request of so many is refused. */
function onTrial(oneOf: number) {
  const rate = settled();
  for (let request = 1, at = 3810; at < 20_000; request++, at += 10) {
    const before = rate.unitsPerSecond;
    const refused = request % oneOf === 0;
    rate.record(refused ? 0 : before / 100, refused ? before / 100 : 0, at);
    if (rate.unitsPerSecond < 0.75 * before) return { rate, at, before };
  }
  throw new Error('there was no trial');
}

/** An answer every 10 ms, of which one of so many is refused, until the rate changes. @returns when that was */
function trialEnds(rate: AdaptiveRate, from: number, oneOf = Infinity): number {
  const during = rate.unitsPerSecond;
  for (let answer = 1; answer <= 700; answer++) {
    const refused = answer % oneOf === 0;
    rate.record(refused ? 0 : during / 100, refused ? during / 100 : 0, from + answer * 10);
    if (rate.unitsPerSecond !== during) return from + answer * 10;
  }
  throw new Error('the trial did not end');
}

t.test('how a trial ends', async (t) => {
  const own = onTrial(20);
  trialEnds(own.rate, own.at);
  t.equal(round(own.rate.unitsPerSecond), round(0.97 * own.before), 'no refusals: it goes back, to a little less');

  const other = onTrial(20);
  const endedAt = trialEnds(other.rate, other.at, 20);
  const back = other.rate.unitsPerSecond;
  t.equal(round(back), round(0.97 * other.before), 'refusals as before: it goes back');
  play(other.rate, [up(endedAt + 150)]);
  t.equal(round((100 * other.rate.unitsPerSecond) / back), 125, 'and looks for more');

  const worse = onTrial(20);
  const low = worse.rate.unitsPerSecond;
  for (let at = worse.at + 10; at <= worse.at + 1000; at += 10) worse.rate.record(4, 6, at);
  t.equal(worse.rate.unitsPerSecond, low, 'most is refused: it stays low');
});

t.test('what is refused anyway does not count as undelivered in a decrease', async (t) => {
  const { rate, at } = onTrial(8);
  const endedAt = trialEnds(rate, at, 8);
  const units = rate.unitsPerSecond;
  rate.record(0, 1000, endedAt + 1);
  t.equal(rate.unitsPerSecond, units, 'this ends its search for more');
  // In 150 ms, 60 % are done, of the 87.5 % that are ever done.
  play(rate, [{ at: endedAt + 151, acknowledged: 0.09 * units, refused: 0.06 * units }]);
  t.equal(Math.round((100 * rate.unitsPerSecond) / units), Math.round((0.97 * 60) / 0.875));
});

t.test('the next trial may begin five seconds after the end of the first', async (t) => {
  for (const [after, tries] of [
    [4999, false],
    [5000, true],
  ] as const) {
    const { rate, at } = onTrial(20);
    const endedAt = trialEnds(rate, at);
    for (let now = endedAt + 200; now < endedAt + 3400; now += 200)
      play(rate, [{ at: now, acknowledged: rate.unitsPerSecond / 5 }]);
    let before = 0;
    for (const now of [after - 1500, after - 1000, after - 500, after]) {
      before = rate.unitsPerSecond;
      play(rate, [{ at: endedAt + now, acknowledged: 0.4 * before, refused: 0.02 * before }]);
    }
    t.equal(rate.unitsPerSecond < 0.75 * before, tries, `${after} ms: ${rate.unitsPerSecond / before}`);
  }
});
