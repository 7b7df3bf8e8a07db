import t from 'tap';
import { AdaptiveRate } from '../../../../src/deletion/pace/adaptive-rate.js';
import { Flow } from '../../../../src/deletion/pace/flow.js';
import { RateGroup } from '../../../../src/deletion/pace/rate-group.js';

const groupOf = (...flows: Flow[]): RateGroup => {
  const group = new RateGroup(new AdaptiveRate(1000, 0));
  for (const flow of flows) group.add(flow);
  return group;
};

/** A flow that sent so many requests at 0 ms, of which so many were refused. */
const flow = (requests: number, refused: number, units = 10): Flow => {
  const made = new Flow();
  for (let i = 0; i < requests; i++)
    made.record({ acknowledged: i < refused ? 0 : units, refused: i < refused ? units : 0 }, 0);
  return made;
};

const table: { why: string; flows: [requests: number, refused: number][]; at?: number; unrefused: number[] }[] = [
  {
    why: 'nothing was refused',
    flows: [
      [20, 0],
      [20, 0],
    ],
    unrefused: [],
  },
  {
    why: 'every flow was refused',
    flows: [
      [20, 11],
      [20, 1],
    ],
    unrefused: [],
  },
  {
    why: '10 refusals miss one of two by chance with p = 0.002',
    flows: [
      [20, 10],
      [20, 0],
    ],
    unrefused: [],
  },
  {
    why: '11 with p = 0.00098',
    flows: [
      [20, 11],
      [20, 0],
    ],
    unrefused: [1],
  },
  {
    why: 'whoever sent more would have been refused earlier',
    flows: [
      [10, 5],
      [60, 0],
    ],
    unrefused: [1],
  },
  {
    why: 'and whoever sent less later',
    flows: [
      [60, 20],
      [10, 0],
    ],
    unrefused: [],
  },
  {
    why: 'any of four might have been the one: 4 refusals, p = 0.016',
    flows: [
      [10, 4],
      [10, 0],
      [10, 0],
      [10, 0],
    ],
    unrefused: [],
  },
  {
    why: '6 refusals, p = 0.00098',
    flows: [
      [10, 6],
      [10, 0],
      [10, 0],
      [10, 0],
    ],
    unrefused: [1, 2, 3],
  },
  {
    why: 'any two of four might have been the ones: 12 refusals, p = 0.0015',
    flows: [
      [10, 6],
      [10, 6],
      [10, 0],
      [10, 0],
    ],
    unrefused: [],
  },
  {
    why: '13 refusals, p = 0.0007',
    flows: [
      [10, 7],
      [10, 6],
      [10, 0],
      [10, 0],
    ],
    unrefused: [2, 3],
  },
  {
    why: 'a flow that sent nothing proves nothing',
    flows: [
      [20, 13],
      [20, 0],
      [0, 0],
    ],
    unrefused: [1],
  },
  {
    why: 'p = 0.00105 may be chance',
    flows: [
      [47, 10],
      [53, 0],
    ],
    unrefused: [],
  },
  {
    why: 'one request is enough',
    flows: [
      [20, 13],
      [20, 0],
      [1, 0],
    ],
    unrefused: [1, 2],
  },
  {
    why: 'less than one is not',
    flows: [
      [20, 13],
      [20, 0],
      [1, 0],
    ],
    at: 500,
    unrefused: [1],
  },
  {
    why: 'a request that is half forgotten is too few',
    flows: [
      [80, 44],
      [80, 0],
      [1, 0],
    ],
    at: 5000,
    unrefused: [1],
  },
  {
    why: 'a refusal that is almost forgotten does not count: 0.3 left',
    flows: [
      [300, 150],
      [300, 1],
    ],
    at: 8690,
    unrefused: [1],
  },
  {
    why: 'before that it does: 0.301 left',
    flows: [
      [300, 150],
      [300, 1],
    ],
    at: 8650,
    unrefused: [],
  },
  {
    why: 'a refusal that is almost forgotten spares nobody, where nobody was refused more',
    flows: [
      [20, 1],
      [20, 1],
    ],
    at: 8690,
    unrefused: [],
  },
  {
    why: 'evidence fades: 11 refusals are 5.5 after 5 s',
    flows: [
      [20, 11],
      [20, 0],
    ],
    at: 5000,
    unrefused: [],
  },
];

t.test('flows that refusals do not meet', async (t) => {
  for (const { why, flows, at = 0, unrefused } of table) {
    const all = flows.map(([requests, refused]) => flow(requests, refused));
    const found = groupOf(...all).unrefused(at);
    t.strictSame(
      found.map((each) => all.indexOf(each)),
      unrefused,
      why,
    );
  }
});

t.test('the share of the delivery', async (t) => {
  const [much, little] = [flow(3, 0), flow(1, 0)];
  t.equal(groupOf(much, little).shareOf(much, 9000), 0.75);
  const [idle, other] = [flow(0, 0), flow(0, 0)];
  t.equal(groupOf(idle, other).shareOf(idle, 0), 0.5, 'nothing was delivered: equal shares');
  t.equal(groupOf().shareOf(idle, 0), 1);
});

t.test('a flow takes its requests along', async (t) => {
  const [a, b] = [new Flow(), new Flow()];
  const [before, after] = [groupOf(a, b), groupOf()];
  const tickets = [a, b, a].map((each, units) => ({ flow: each, units, atMost: units }));
  for (const ticket of tickets) before.enqueue(ticket);
  after.add(a, before.remove(a));
  t.strictSame(before.queue, [tickets[1]]);
  t.strictSame(after.queue, [tickets[0], tickets[2]]);
  t.strictSame([before.flows.has(a), after.flows.has(a)], [false, true]);
  after.dequeue(tickets[0]!);
  t.strictSame(after.queue, [tickets[2]]);
});
