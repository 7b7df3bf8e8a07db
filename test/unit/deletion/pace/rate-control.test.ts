import t from 'tap';
import type { AdaptiveRate } from '../../../../src/deletion/pace/adaptive-rate.js';
import type { Flow, RequestResult, Ticket } from '../../../../src/deletion/pace/flow.js';
import { RateControl, type RateControlOptions } from '../../../../src/deletion/pace/rate-control.js';

const round = (value: number): number => Math.round(value * 10) / 10;

/** A rate control with flows, and what becomes of their requests. */
class World {
  readonly control: RateControl;
  readonly flows: Flow[] = [];

  constructor({ flows = 2, ...options }: { flows?: number } & Omit<RateControlOptions, 'now'> = {}) {
    this.control = new RateControl({ now: 0, ...options });
    for (let i = 0; i < flows; i++) this.join(i - 1);
  }

  /** A flow, whose range was cut from that of `parent`. */
  join(parent = -1): void {
    this.flows.push(this.control.join(0, this.flows[parent]));
  }

  /** Sends a request of 10 units, and it is answered at once. */
  answer(flow: number, now: number, result: Partial<RequestResult>, units = 10): void {
    const ticket = { flow: this.flows[flow]!, units, atMost: units };
    const group = this.control.groupOf(ticket.flow);
    if (group) this.control.take(group, ticket, now);
    this.control.record(ticket, { acknowledged: 0, refused: 0, ...result }, now);
  }

  /** Delivers so many units in requests of 10. */
  deliver(flow: number, now: number, units: number): void {
    for (let left = units; left > 0; left -= 10) this.answer(flow, now, { acknowledged: Math.min(10, left) });
  }

  /** The flows of each group, as text, with the group's rate. */
  get groups(): Record<string, number> {
    return Object.fromEntries(
      this.control.groups.map(({ flows, rate }) => [
        [...flows].map((flow) => this.flows.indexOf(flow)).join(' '),
        round(rate.unitsPerSecond),
      ]),
    );
  }

  rateOf(flow: number): AdaptiveRate {
    return this.control.groupOf(this.flows[flow]!)!.rate;
  }

  /** Delivers more than a partition can. */
  split(now = 0): void {
    this.deliver(0, now, 800);
  }
}

t.test('where it starts', async (t) => {
  const table: { why: string; options: Omit<RateControlOptions, 'now'>; rate: number }[] = [
    { why: 'what a partition takes', options: {}, rate: 1000 },
    { why: 'what the table takes', options: { tableLimit: 5 }, rate: 5 },
    { why: 'not what a large table takes', options: { tableLimit: 40_000 }, rate: 1000 },
    { why: 'twice the cap', options: { tableLimit: 40_000, cap: 100 }, rate: 200 },
    { why: 'not more than the table takes', options: { tableLimit: 150, cap: 100 }, rate: 150 },
    { why: 'a large cap', options: { cap: 5000 }, rate: 1000 },
  ];
  for (const { why, options, rate } of table)
    t.equal(new World(options).control.groups[0]!.rate.unitsPerSecond, rate, why);
  const capped = new World({ cap: 100 });
  capped.answer(0, 0, { refused: 10 });
  t.strictSame(capped.groups, { '0 1': 100 }, 'the first refusal does not take it below the cap');
  const small = new World({ tableLimit: 150, cap: 100 });
  small.answer(0, 0, { refused: 10 });
  t.strictSame(small.groups, { '0 1': 100 }, 'even if it began at less than twice the cap');
});

t.test('what one request should take', async (t) => {
  const table: { why: string; options: Omit<RateControlOptions, 'now'>; units: number }[] = [
    { why: 'a tenth of a second of the rate', options: {}, units: 100 },
    { why: '25 units where that is less', options: { tableLimit: 200 }, units: 25 },
    { why: 'a second of a small rate', options: { tableLimit: 5 }, units: 5 },
    { why: 'half of what the bucket of the cap holds', options: { cap: 100 }, units: 20 },
    { why: 'one unit at least', options: { cap: 1 }, units: 1 },
  ];
  for (const { why, options, units } of table) {
    const { control, flows } = new World({ flows: 1, ...options });
    t.equal(control.preferredUnits(flows[0]!), units, why);
    control.leave(flows[0]!, 0);
    t.equal(control.preferredUnits(flows[0]!), units, `${why}, also after it left`);
  }
  const fast = new World({ flows: 1 });
  fast.answer(0, 150, {}, 1000);
  for (let i = 0; i < 5; i++) fast.answer(0, 150, {});
  t.strictSame(fast.groups, { 0: 2000 });
  t.equal(
    fast.control.preferredUnits(fast.flows[0]!),
    100,
    'a request goes to one partition, however fast the group is',
  );
});

t.test('apart, requests are smaller, as long as they are not many', async (t) => {
  const table = [
    { why: 'twenty a second of each rate', delivered: 8000, units: 50 },
    { why: 'about 400 of all', delivered: 24_000, units: 60 },
    { why: 'but no fewer than ten of each', delivered: 60_000, units: 100 },
  ];
  for (const { why, delivered, units } of table) {
    const world = new World();
    world.split();
    world.rateOf(0).set(3000, 0);
    world.answer(0, 0, { acknowledged: (delivered * 0.7) / Math.LN2 - 800 }, 0);
    t.equal(round(world.control.preferredUnits(world.flows[0]!)), units, why);
    t.equal(
      world.control.preferredUnits(world.flows[0]!, true),
      100,
      'while many are in flight, more would not be sent',
    );
  }
});

t.test('split: beyond what a partition and its savings can deliver in 250 ms', async (t) => {
  for (const [acknowledged, groups] of [
    [710, { '0 1': 1000 }],
    [712, { 0: 500, 1: 500 }],
  ] as const) {
    const world = new World();
    world.deliver(0, 0, acknowledged);
    t.strictSame(world.groups, groups, `${acknowledged} units at once`);
  }
  const slower = new World();
  slower.deliver(0, 0, 400);
  slower.deliver(0, 250, 510);
  t.equal(slower.control.groups.length, 1, '400 units are 200 after 250 ms');
  slower.answer(0, 250, { acknowledged: 2 });
  t.equal(slower.control.groups.length, 2);
  const large = new World();
  large.deliver(0, 0, 700);
  large.answer(0, 0, { acknowledged: 300 });
  t.equal(large.control.groups.length, 1, 'a large item may be taken on top of the savings');
  large.deliver(0, 0, 20);
  t.equal(large.control.groups.length, 2);
});

t.test('how many partitions flows must be writing to', async (t) => {
  const alone = new World({ flows: 1 });
  alone.deliver(0, 0, 3600);
  t.equal(alone.control.partitions(0), 1, 'under one rate, nothing is proved: it may have been saved up');
  const world = new World({ flows: 3 });
  world.split();
  t.equal(world.control.partitions(0), 1, 'at least one');
  for (const flow of [1, 2]) world.answer(flow, 0, { acknowledged: 3600 });
  t.equal(round(world.control.partitions(0)), 7.9, 'by what all deliver with a half-life of 700 ms');
  t.equal(round(world.control.partitions(700)), 4);
});

t.test('after a split each rate doubles, as it does at the start', async (t) => {
  const world = new World();
  world.split();
  t.strictSame(world.groups, { 0: 500, 1: 500 });
  for (let i = 0; i < 6; i++) world.answer(0, 150, { acknowledged: 1 }, 60);
  t.strictSame(world.groups, { 0: 1000, 1: 500 });
});

t.test('split off: whom refusals do not meet', async (t) => {
  const world = new World({ flows: 3 });
  for (let i = 0; i < 11; i++) {
    world.answer(1, 0, { acknowledged: 30 });
    world.answer(2, 0, { acknowledged: 10 });
    world.answer(0, 0, { acknowledged: 0.1, refused: 10 });
  }
  const groups = world.groups;
  t.strictSame(Object.keys(groups), ['0', '1', '2']);
  t.ok(Math.abs(groups['1']! / groups['2']! - 3) < 0.1, `each with its share: ${JSON.stringify(groups)}`);
  world.answer(0, 3000, { acknowledged: 1, refused: 10 });
  t.equal(world.control.groups.length, 3, 'a proof holds for 20 s');
  world.answer(0, 21_000, { acknowledged: 1, refused: 10 });
  t.equal(world.control.groups.length, 1);
});

t.test('who is split off takes no more than a share: the rates make what the one was', async (t) => {
  const world = new World({ flows: 3 });
  for (let i = 0; i < 12; i++) {
    for (const [flow, acknowledged] of [30, 20].entries()) world.answer(flow + 1, 0, { acknowledged });
    world.answer(0, 0, { acknowledged: 10, refused: 10 });
    if (world.control.groups.length > 1) break;
  }
  // The first refusal has halved the first rate.
  t.strictSame(world.groups, { 0: 83.3, 1: 250, 2: 166.7 });
});

t.test('merge: no more than a partition can deliver in 700 ms', async (t) => {
  for (const [acknowledged, groups] of [
    [1130, 2],
    [1120, 1],
  ] as const) {
    const world = new World();
    world.split();
    world.answer(0, 3000, { acknowledged, refused: 1 });
    t.equal(world.control.groups.length, groups, `${acknowledged} units at once`);
    if (groups === 1) t.strictSame(world.groups, { '0 1': 1149.7 }, 'at the rate that they delivered');
  }
  const merged = new World();
  merged.split();
  merged.answer(0, 3000, { acknowledged: 1120, refused: 1 });
  for (let i = 0; i < 6; i++) merged.answer(1, 3150, { acknowledged: 10 }, 200);
  t.strictSame(merged.groups, { '0 1': 1151.5 }, 'the refusal ends its slow start, and it looks for no more at once');
  const early = new World();
  early.split();
  early.answer(0, 2999, { refused: 1 });
  t.equal(early.control.groups.length, 2);
});

t.test('a limit that all share', async (t) => {
  const reasons = ['TableWriteProvisionedThroughputExceeded'];
  const world = new World();
  world.split();
  world.answer(0, 100, { refused: 10, reasons });
  t.equal(world.control.groups.length, 1, 'merges at once');
  world.split(30_099);
  t.equal(world.control.groups.length, 1, 'for 30 s');
  world.split(30_100);
  t.equal(world.control.groups.length, 2);

  const partition = new World();
  partition.split();
  partition.answer(0, 100, { refused: 10, reasons: ['TableWriteKeyRangeThroughputExceeded'] });
  t.equal(partition.control.groups.length, 2, 'a partition is not shared by all');
});

t.test('a reason is wanted every 30 s', async (t) => {
  const world = new World();
  t.equal(world.control.wantsReason(0), true);
  world.answer(0, 0, { acknowledged: 5, refused: 5 });
  t.equal(world.control.wantsReason(0), true, 'a partial refusal has none');
  world.answer(0, 0, {});
  t.equal(world.control.wantsReason(0), true, 'nor has a request that was not sent after all');
  world.answer(0, 0, { refused: 10 });
  t.equal(world.control.wantsReason(30_000), false);
  t.equal(world.control.wantsReason(30_001), true);
});

t.test('while the cap is what limits, refusals do not slow', async (t) => {
  const table: {
    why: string;
    cap: number;
    answers: [now: number, acknowledged: number, refused: number][];
    slows: boolean;
  }[] = [
    {
      why: '71 % of the cap',
      cap: 100,
      answers: [
        [1000, 65, 0],
        [1000, 0, 10],
      ],
      slows: false,
    },
    {
      why: '69.7 % of the cap',
      cap: 100,
      answers: [
        [1000, 64, 0],
        [1000, 0, 10],
      ],
      slows: true,
    },
    {
      why: '24.95 units a second are refused',
      cap: 100,
      answers: [
        [1000, 65, 0],
        [1000, 0, 144],
      ],
      slows: false,
    },
    {
      why: '25.1',
      cap: 100,
      answers: [
        [1000, 65, 0],
        [1000, 0, 145],
      ],
      slows: true,
    },
    {
      why: 'no more under a larger cap, so that a cap at the limit wastes little',
      cap: 400,
      answers: [
        [1000, 350, 0],
        [1000, 0, 145],
      ],
      slows: true,
    },
    {
      why: 'half is forgotten after 4 s',
      cap: 30,
      answers: [
        [1000, 60, 0],
        [1000, 0, 140],
        [5000, 60, 0],
        [5000, 0, 74],
      ],
      slows: false,
    },
    {
      why: 'and no more than half',
      cap: 30,
      answers: [
        [1000, 60, 0],
        [1000, 0, 140],
        [5000, 60, 0],
        [5000, 0, 75],
      ],
      slows: true,
    },
  ];
  for (const { why, cap, answers, slows } of table) {
    const world = new World({ cap });
    for (const [now, acknowledged, refused] of answers) world.answer(0, now, { acknowledged, refused }, 0);
    t.equal(world.groups['0 1'], slows ? cap : 2 * cap, why);
  }
});

t.test('flows come and go', async (t) => {
  const together = new World({ flows: 3 });
  t.strictSame(together.groups, { '0 1 2': 1000 });
  together.answer(0, 0, { acknowledged: 1 });
  t.notOk(together.control.groups[0]!.hasJoined, 'those who joined are reason for a probe, once');
  t.equal(together.control.groups[0]!.lastProbeAt, 0);
  together.control.leave(together.flows[1]!, 0);
  together.control.leave(together.flows[1]!, 0);
  t.strictSame(together.groups, { '0 2': 1000 });
  for (const flow of together.flows) together.control.leave(flow, 0);
  t.strictSame(together.groups, { '': 1000 }, 'the last group stays');
  t.equal(together.control.groupOf(together.flows[0]!), undefined);
  together.flows.push(together.control.join(0, together.flows[0]));
  t.strictSame(together.groups, { 3: 1000 }, 'for whoever comes next');

  const apart = new World({ flows: 3 });
  apart.split();
  for (const flow of [0, 1, 2]) apart.answer(flow, 0, { refused: 1 });
  t.strictSame(apart.groups, { 0: 333.3, 1: 333.3, 2: 333.3 }, 'at the share that was delivered');
  apart.flows.push(apart.control.join(0, apart.flows[1]));
  t.equal(apart.groups['3'], 166.7, 'a range that is cut leaves with half of the rate');
  apart.control.leave(apart.flows[1]!, 0);
  t.strictSame(Object.keys(apart.groups), ['0', '2', '3'], 'its group is gone');
  for (const flow of [0, 2, 3]) {
    apart.answer(flow, 150, { acknowledged: 100 }, 100);
    for (let i = 0; i < 5; i++) apart.answer(flow, 150, { acknowledged: 1 });
  }
  t.strictSame(
    apart.groups,
    { 0: 335.7, 2: 335.7, 3: 208.3 },
    'it delivered nothing, so its neighbours take over nothing; the new one looks for more',
  );
});

t.test('under one rate, a flow that ends is no reason to look for more', async (t) => {
  const world = new World({ flows: 3 });
  world.answer(0, 0, { acknowledged: 1 });
  world.answer(0, 0, { refused: 1 });
  t.strictSame(world.groups, { '0 1 2': 500 });
  world.control.leave(world.flows[1]!, 0);
  for (let i = 0; i < 6; i++) world.answer(0, 150, { acknowledged: 10 }, 20);
  t.strictSame(world.groups, { '0 2': 501.6 });
});

t.test('who is beside a flow that ends', async (t) => {
  const table: { why: string; does: (world: World) => void; ends: number; heirs: number[] }[] = [
    {
      why: 'what was cut from a range lies behind it, and before what was cut earlier',
      does: (world) => [undefined, 0, 0].forEach((parent) => world.join(parent)),
      ends: 2,
      heirs: [0, 1],
    },
    {
      why: 'that which was cut first is not beside it any more',
      does: (world) => [undefined, 0, 0].forEach((parent) => world.join(parent)),
      ends: 0,
      heirs: [2],
    },
    {
      why: 'ranges that were cut from none come in their order',
      does: (world) => [undefined, undefined, 0].forEach((parent) => world.join(parent)),
      ends: 0,
      heirs: [2],
    },
    {
      why: 'what was cut from a range that is done comes last',
      does: (world) => {
        [undefined, undefined].forEach((parent) => world.join(parent));
        world.control.leave(world.flows[0]!, 0);
        [0, 1].forEach((parent) => world.join(parent));
      },
      ends: 1,
      heirs: [3],
    },
  ];
  for (const { why, does, ends, heirs } of table) {
    const world = new World({ flows: 0 });
    does(world);
    const there = [...world.flows.keys()].filter((flow) => world.control.groupOf(world.flows[flow]!));
    for (const flow of there) world.deliver(flow, 0, 300);
    for (const flow of there) world.answer(flow, 0, { refused: 1 });
    for (const flow of there) world.rateOf(flow).set(300, 0);
    world.answer(ends, 1000, { acknowledged: 300 });
    world.control.leave(world.flows[ends]!, 1000);
    const others = there.filter((flow) => flow !== ends);
    t.strictSame(
      others.filter((flow) => world.rateOf(flow).unitsPerSecond > 300),
      heirs,
      why,
    );
  }
});

t.test('what a flow delivered that ends', async (t) => {
  const table = [
    { why: 'those beside it share it', had: 500, beside: [333, 333], rates: { 0: 583, 2: 583 } },
    { why: 'no more than it delivered', had: 500, rate: 800, beside: [333, 333], rates: { 0: 583, 2: 583 } },
    { why: 'or than its rate', had: 500, rate: 400, beside: [333, 333], rates: { 0: 533, 2: 533 } },
    { why: 'no more than a partition takes', had: 817, beside: [333, 334], rates: { 0: 1000, 2: 336.4 } },
    {
      why: 'too much for one partition: all look for more',
      had: 818,
      beside: [333, 334],
      rates: { 0: 416.3, 2: 417.5 },
    },
    { why: 'it delivered nothing', had: 0, rate: 500, beside: [333, 333], rates: { 0: 335.4, 2: 335.4 } },
  ];
  for (const { why, had, rate = had, beside, rates } of table) {
    const world = new World({ flows: 3 });
    world.split();
    for (const flow of [0, 1, 2]) world.answer(flow, 0, { refused: 1 });
    // With a half-life of 4 s, what a flow sent in its one second is as much a second.
    world.answer(1, 1000, { acknowledged: had * 0.9182 });
    for (const [flow, each] of [beside[0]!, rate, beside[1]!].entries()) world.rateOf(flow).set(each, 1000);
    world.control.leave(world.flows[1]!, 1000);
    // What was taken over is there at once; who looks for more does so in 150 ms.
    const others = [0, 2].filter((flow, i) => world.rateOf(flow).unitsPerSecond === beside[i]);
    for (const flow of others) for (let i = 0; i < 6; i++) world.answer(flow, 1150, { acknowledged: 10 });
    t.strictSame(world.groups, rates, why);
  }
});

t.test('a flow that ends leaves its rate to its group', async (t) => {
  const world = new World({ flows: 3 });
  for (let i = 0; i < 12; i++) {
    world.answer(1, 0, { acknowledged: 30 });
    for (const flow of [0, 2]) world.answer(flow, 0, { acknowledged: 0.1, refused: 10 });
  }
  world.answer(1, 0, { refused: 1 });
  const before = world.groups;
  t.strictSame(Object.keys(before).sort(), ['0 2', '1']);
  world.control.leave(world.flows[0]!, 0);
  t.strictSame(world.groups, { 2: before['0 2'], 1: before['1'] }, 'nobody else takes it over');
  for (let i = 0; i < 40; i++) world.answer(1, 150, { acknowledged: 10 });
  t.equal(world.groups['1'], round(before['1']! * 1.25), 'but who was beside it looks for more');
});

t.test('whose requests count', async (t) => {
  const world = new World({ cap: 100 });
  world.answer(0, 0, { refused: 10, unknown: true });
  t.strictSame(world.groups, { '0 1': 200 }, 'one of unknown outcome teaches nothing');
  t.equal(world.control.cap.wait(40, 0), 100, 'but stays charged to the cap');
  world.control.leave(world.flows[0]!, 0);
  world.answer(0, 0, { refused: 10 });
  t.strictSame(world.groups, { 1: 200 }, 'nor does one of a flow that has left');
  const ticket = { flow: world.flows[1]!, units: 60, atMost: 80 };
  const [group] = world.control.groups;
  t.equal(world.control.wait(group!, ticket, 0), Math.max(world.control.cap.wait(80, 0), group!.rate.wait(60, 0)));
});

t.test('a request is charged with what it took, once that is known', async (t) => {
  const table = [
    { why: 'as much as expected', result: { acknowledged: 10 }, units: 10 },
    { why: 'a large item among small ones', result: { acknowledged: 110 }, units: 110 },
    { why: 'with what was refused of it', result: { acknowledged: 60, refused: 50 }, units: 110 },
    { why: 'smaller items than expected', result: { acknowledged: 4 }, units: 4 },
    { why: 'it failed: nobody knows what it would have been', result: {}, units: 10 },
  ];
  for (const { why, result, units } of table) {
    const world = new World({ flows: 1 });
    // The first refusal halves the rate; then the bucket, which holds 25 units at 500 a second, is empty.
    world.answer(0, 0, { refused: 50 }, 50);
    const { rate } = world.control.groups[0]!;
    const before = rate.wait(1, 0);
    world.answer(0, 0, result);
    t.equal(round(rate.wait(1, 0) - before), units * 2, why);
  }
});

t.test('what requests consume must be known exactly under a cap, and for 30 s after a refusal', async (t) => {
  t.ok(new World({ cap: 1000 }).control.needsConsumption(0), 'under a cap');
  const world = new World();
  t.notOk(world.control.needsConsumption(0), 'nothing was refused yet');
  world.answer(0, 500, { acknowledged: 10 });
  t.notOk(world.control.needsConsumption(500));
  world.answer(0, 1000, { acknowledged: 9, refused: 1 });
  t.ok(world.control.needsConsumption(1000), 'a part was refused');
  t.ok(world.control.needsConsumption(30_999));
  t.notOk(world.control.needsConsumption(31_000));
  world.control.cap.change(5, 31_000);
  t.ok(world.control.needsConsumption(31_000), 'the user sets a cap');
});

t.test('a global index is charged to the cap, and says nothing of what a partition takes', async (t) => {
  const world = new World({ cap: 1000 });
  const [group] = world.control.groups;
  const ticket: Ticket = { flow: world.flows[0]!, units: 100, atMost: 400 };
  world.control.take(group!, ticket, 0);
  world.control.record(ticket, { acknowledged: 100, consumed: 300, refused: 0 }, 0);
  t.equal(world.control.cap.wait(101, 0), 1, 'of the 400 that the bucket holds, 300 are gone');
  for (let i = 0; i < 20; i++) world.answer(0, 0, { acknowledged: 25, consumed: 100 });
  t.equal(world.control.groups.length, 1, '2300 units were consumed, but only 600 in the partition');
});
