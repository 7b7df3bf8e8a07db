import t from 'tap';
import type { Flow, RequestResult, Ticket } from '../../../../src/deletion/pace/flow.js';
import type { RateControlOptions } from '../../../../src/deletion/pace/rate-control.js';
import { TableShare } from '../../../../src/deletion/pace/table-share.js';
import { WriteLimiter } from '../../../../src/deletion/pace/write-limiter.js';
import { VirtualTime } from '../../../models/virtual-time.js';

const done: RequestResult = { acknowledged: 0, refused: 0 };

/** A flow delivers more than a partition can, in requests of 10 units. */
function deliverMuch({ rateControl }: WriteLimiter, flow: Flow, now: number): void {
  for (let i = 0; i < 80; i++)
    rateControl.record({ flow, units: 10, atMost: 10 }, { acknowledged: 10, refused: 0 }, now);
}

/** A limiter whose grants are noted, as `name@milliseconds`; one that was sent away as `-name`. */
function world(limits: Omit<RateControlOptions, 'now'> = {}) {
  const clock = new VirtualTime();
  const limiter = new WriteLimiter(clock, limits);
  const granted: string[] = [];
  const tickets: Ticket[] = [];
  const ask = (name: string, flow: Flow, units: number, atMost?: number): void =>
    void limiter.admit(flow, units, atMost).then((ticket) => {
      granted.push(ticket ? `${name}@${clock.now()}` : `-${name}`);
      if (ticket) tickets.push(ticket);
    });
  const run = () => clock.runWhile(() => true);
  return { clock, limiter, granted, tickets, ask, run };
}

t.test('a rate of 1000 units per second lets 50 go at once', async (t) => {
  const { limiter, ask, run, granted } = world();
  const flow = limiter.join();
  ask('a', flow, 50);
  ask('b', flow, 30);
  ask('c', flow, 20);
  await run();
  t.strictSame(granted, ['a@0', 'b@30', 'c@50']);
});

t.test('a cap is over all, and is shared by turns', async (t) => {
  const { limiter, clock, ask, run, granted } = world({ cap: 100 });
  const [a, b] = [limiter.join(), limiter.join()];
  // What they deliver proves that they write to two partitions: each gets a rate of its own.
  deliverMuch(limiter, a, 0);
  limiter.setCap(undefined);
  limiter.setCap(100);
  t.equal(limiter.rateControl.groups.length, 2);
  clock.pass(1000);
  for (const name of ['a1', 'a2', 'a3']) ask(name, a, 20);
  for (const name of ['b1', 'b2']) ask(name, b, 20);
  await run();
  t.strictSame(
    granted.map((grant) => grant.slice(0, 2)),
    ['a1', 'b1', 'a2', 'b2', 'a3'],
  );
});

t.test('what requests consume must be known where a cap or a share depends on it, and after refusals', async (t) => {
  const capacity = { write: 1000, writeOfIndexes: {} };
  for (const [why, limits, needs] of [
    ['nothing limits it', {}, false],
    ['the table cannot be asked for more than that', { tableLimit: 100 }, false],
    ['a cap', { cap: 100 }, true],
    ['a share', { share: new TableShare({ capacity, percent: 50, now: 0 }) }, true],
  ] as const)
    t.equal(new WriteLimiter(new VirtualTime(), limits).needsConsumption(), needs, why);
  const { limiter, clock, ask, run, tickets } = world();
  ask('a', limiter.join(), 10);
  await run();
  limiter.done(tickets[0]!, { acknowledged: 0, refused: 10 });
  t.ok(limiter.needsConsumption(), 'a refusal');
  clock.pass(30_000);
  t.notOk(limiter.needsConsumption());
});

t.test('no more than 32 are on their way', async (t) => {
  const { limiter, clock, ask, run, granted, tickets } = world();
  const flow = limiter.join();
  for (let i = 1; i <= 34; i++) ask(String(i), flow, 1);
  await run();
  t.equal(granted.length, 32);
  const slept = clock.sleeps;
  limiter.done(tickets[0]!, done);
  await run();
  t.equal(granted.at(-1), '33@0', 'an answer makes room');
  t.equal(granted.length, 33);
  t.equal(clock.sleeps, slept, 'no timer runs meanwhile');
});

t.test('nor more than the groups may send together', async (t) => {
  const { limiter, ask, run, granted } = world();
  const [a, b] = [limiter.join(), limiter.join()];
  deliverMuch(limiter, a, 0);
  for (let i = 0; i < 20; i++) {
    ask('a', a, 0.1);
    ask('b', b, 0.1);
  }
  await run();
  t.equal(granted.length, 32, 'in the middle of a round');
});

/** Two flows with rates of their own, whose buckets are full, at 1000 ms under a cap that holds 4 units. */
function twoGroups() {
  const made = world({ cap: 10 });
  const { limiter, clock } = made;
  const flows = [limiter.join(), limiter.join()] as const;
  deliverMuch(limiter, flows[0], 0);
  for (const { rate } of limiter.rateControl.groups) rate.set(1000, 0);
  clock.pass(1000);
  return { ...made, flows };
}

t.test('nor more where several groups may send at the same moment', async (t) => {
  const { limiter, clock, ask, run, granted, flows } = twoGroups();
  for (let i = 0; i < 31; i++) ask('a', flows[0], 0.1);
  for (const flow of flows) ask('b', flow, 4);
  clock.after(10, () => limiter.setCap(undefined));
  await run();
  t.strictSame(granted.slice(30), ['a@1000', 'b@1010'], 'two wait for the cap, and one of them is the 32nd');
});

t.test('what may go at the same moment goes at once, in turn', async (t) => {
  const { limiter, clock, ask, run, granted, flows } = twoGroups();
  const [a, b] = flows;
  ask('a1', a, 4);
  for (const name of ['a2', 'a3', 'a4']) ask(name, a, 1);
  for (const name of ['b1', 'b2', 'b3']) ask(name, b, 1);
  clock.after(10, () => limiter.setCap(undefined));
  await run();
  t.strictSame(granted, ['a1@1000', 'b1@1010', 'a2@1010', 'b2@1010', 'a3@1010', 'b3@1010', 'a4@1010']);
});

t.test('what waits is sent away', async (t) => {
  const { limiter, clock, ask, run, granted } = world({ cap: 10 });
  const flow = limiter.join();
  ask('a', flow, 400);
  ask('b', flow, 1);
  await clock.runWhile(() => granted.length === 0);
  limiter.abandon();
  await run();
  t.strictSame(granted, ['a@0', '-b']);
  t.equal(clock.now(), 0, 'and no timer of 40 s keeps the process alive');
  ask('c', flow, 1);
  limiter.setCap(undefined);
  await run();
  t.match(granted.at(-1), /^c@/, 'b is not in the queue any more');
});

t.test('where nobody waits and nothing is on its way, no timer runs', async (t) => {
  const { limiter, clock, ask, run, granted, tickets } = world({ cap: 10 });
  const flow = limiter.join();
  ask('a', flow, 1, 100);
  ask('b', flow, 1);
  clock.after(60, () => limiter.done(tickets[0]!, done));
  clock.after(70, () => limiter.done(tickets[1]!, done));
  await run();
  t.strictSame(granted, ['a@0', 'b@60'], 'what a might have taken is given back to the cap');
  t.equal(clock.now(), 70, 'not the 9.7 s for which b would have waited otherwise');
});

t.test('while sixteen requests are in flight, they stay large', async (t) => {
  const { limiter, ask, run, tickets } = world();
  const flows = [limiter.join(), limiter.join()];
  deliverMuch(limiter, flows[0]!, 0);
  for (const { rate } of limiter.rateControl.groups) rate.set(1000, 0);
  for (let i = 0; i < 16; i++) ask('a', flows[0]!, 0);
  await run();
  t.equal(tickets.length, 16);
  t.equal(limiter.preferredUnits(flows[1]!), 100);
  limiter.done(tickets[0]!, done);
  t.equal(limiter.preferredUnits(flows[1]!), 50);
});

t.test('the cap is changed by a call', async (t) => {
  const { limiter, clock, ask, run, granted } = world({ cap: 10 });
  const flow = limiter.join();
  t.equal(limiter.cap, 10);
  t.equal(limiter.preferredUnits(flow), 2);
  ask('a', flow, 14);
  ask('b', flow, 1);
  clock.after(100, () => limiter.setCap(1000));
  await run();
  t.equal(limiter.cap, 1000);
  t.equal(granted[0], 'a@0');
  // 10 units of debt, of which one second pays 1000 now; the rate of 20, which the cap of 10 gave, has its own debt of 13.
  t.ok(Number(granted[1]!.slice(2)) < 1000, 'b@…: sooner than the old cap would let it');
  limiter.setCap(undefined);
  t.equal(limiter.cap, undefined);
});

t.test('where only an answer makes room for the cap, it is waited for', async (t) => {
  const { limiter, clock, ask, run, granted, tickets } = world({ cap: 10 });
  const flow = limiter.join();
  for (let i = 0; i < 26; i++) clock.after(i * 500, () => ask('a', flow, 4));
  await run();
  t.equal(granted.length, 26, '104 units are in flight, of 105');
  ask('b', flow, 4);
  await run();
  t.equal(granted.length, 26);
  limiter.done(tickets[0]!, done);
  await run();
  t.match(granted.at(-1), /^b@/);
});

t.test('flows come and go', async (t) => {
  const { limiter } = world();
  const flow = limiter.join();
  const cut = limiter.join(flow);
  t.equal(limiter.rateControl.groupOf(cut), limiter.rateControl.groupOf(flow));
  limiter.leave(flow);
  t.equal(await limiter.admit(flow, 1), undefined, 'one that left is not served');
  t.ok(limiter.wantsReason(), 'no reason is known yet');
});

t.test('a reason is wanted for the rates every 30 s, and for a share every second', async (t) => {
  const capacity = { write: 1000, writeOfIndexes: {} };
  for (const [why, share, afterTwoSeconds] of [
    ['no share', undefined, false],
    ['a share', new TableShare({ capacity, percent: 50, now: 0 }), true],
  ] as const) {
    const clock = new VirtualTime();
    const limiter = new WriteLimiter(clock, share ? { share } : {});
    const ticket = await limiter.admit(limiter.join(), 10);
    limiter.done(ticket!, { acknowledged: 0, refused: 10, reasons: ['TableWriteKeyRangeThroughputExceeded'] });
    t.equal(limiter.wantsReason(), false, `${why}: it is known`);
    clock.pass(2000);
    t.equal(limiter.wantsReason(), afterTwoSeconds, `${why}: two seconds later`);
    clock.pass(30_000);
    t.equal(limiter.wantsReason(), true, `${why}: long afterwards`);
  }
});
