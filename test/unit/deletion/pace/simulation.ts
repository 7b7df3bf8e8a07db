import type { Flow } from '../../../../src/deletion/pace/rate-group.js';
import { RateControl, type Ticket } from '../../../../src/deletion/pace/rate-control.js';
import {
  type BucketOptions,
  type Entry,
  seeded,
  TokenBucket,
} from '../../../models/dynamodb/throttling-proxy/index.js';

/** What a simulated flow does: its items, in order, each with its units and the bucket that it comes out of. */
export interface SimulatedLane {
  items: number;
  units: (index: number) => number;
  bucket: (index: number, at: number) => number;
  /** Joins the group of that flow, as a range that was cut from another does. */
  parent?: number;
}

export interface SimulationOptions {
  flows: readonly SimulatedLane[];
  buckets: readonly BucketOptions[];
  /** Milliseconds there and back, from one random number. */
  roundTrip?: (random: number) => number;
  seed?: number;
  cap?: number;
  tableLimit?: number;
  inFlight?: number;
  /** Milliseconds after which it is stopped. */
  until?: number;
  /** What happens to a request besides, by its ordinal and the time. */
  fault?: (random: number, at: number) => 'throttled' | 'lost' | 'lostBeforeCommit' | undefined;
  reason?: string;
  /** Called with each look at the rate control, every simulated 100 ms. */
  watch?: (pace: RateControl, at: number) => void;
  /** Whether units are known before the request, or only their mean. */
  estimate?: (units: number) => number;
  changeCap?: { at: number; cap: number };
}

interface Work {
  index: number;
  units: number;
}

/** Runs the rate control against token buckets in virtual time, as the engine would: a queue per flow, refused items to its front. */
export function simulate(options: SimulationOptions) {
  const random = seeded(options.seed ?? 1);
  const roundTrip = options.roundTrip ?? ((r: number) => 5 + 10 * r);
  const buckets = options.buckets.map((bucket) => new TokenBucket(bucket));
  const pace = new RateControl({ now: 0, cap: options.cap, tableLimit: options.tableLimit });
  const writes: Entry[] = [];
  const events: { at: number; run: (at: number) => void }[] = [];
  const later = (at: number, run: (at: number) => void) => {
    let place = events.length;
    while (place > 0 && events[place - 1]!.at <= at) place--;
    events.splice(place, 0, { at, run });
  };
  // Sorted descending, so that the next event is at the end: equal times in the order in which they were asked for.
  const next = () => events.pop();

  let inFlight = 0;
  let done = 0;
  let finished = 0;
  const flows: {
    flow: Flow;
    spec: SimulatedLane;
    next: number;
    front: Work[];
    waiting: boolean;
    flying: number;
    small: boolean;
  }[] = [];
  for (const spec of options.flows) {
    const parent = spec.parent === undefined ? undefined : flows[spec.parent]!.flow;
    flows.push({ flow: pace.join(0, parent), spec, next: 0, front: [], waiting: false, flying: 0, small: false });
  }
  type Running = (typeof flows)[number];
  const batches = new Map<Ticket, { running: Running; items: Work[] }>();

  const fill = (running: Running, limit: number): Work[] => {
    const items: Work[] = [];
    let sum = 0;
    while (items.length < (running.small ? 1 : 25)) {
      const fresh = running.front.length === 0;
      if (fresh && running.next >= running.spec.items) break;
      const item = fresh ? { index: running.next, units: running.spec.units(running.next) } : running.front[0]!;
      if (items.length > 0 && sum + item.units > limit) break;
      if (fresh) running.next++;
      else running.front.shift();
      sum += item.units;
      items.push(item);
    }
    return items;
  };
  const ask = (running: Running) => {
    if (running.waiting) return;
    const items = fill(running, pace.comfortable(running.flow));
    if (items.length === 0) return;
    running.small = false;
    const units = items.reduce((sum, item) => sum + item.units, 0);
    const ticket = pace.ask(running.flow, options.estimate?.(units) ?? units);
    batches.set(ticket, { running, items });
    running.waiting = true;
  };
  let wakeAt = Infinity;
  const pump = (at: number) => {
    for (const running of flows) ask(running);
    for (;;) {
      const granted = pace.grant(at, (options.inFlight ?? 32) - inFlight);
      if (granted.length === 0) break;
      for (const ticket of granted) send(ticket, at);
      for (const running of flows) ask(running);
    }
    if (inFlight >= (options.inFlight ?? 32)) return;
    const wait = pace.wait(at);
    if (wait === Infinity || at + wait >= wakeAt) return;
    wakeAt = at + Math.max(1, Math.ceil(wait));
    later(wakeAt, (now) => {
      if (now >= wakeAt) wakeAt = Infinity;
      pump(now);
    });
  };
  const send = (ticket: Ticket, at: number) => {
    const { running, items } = batches.get(ticket)!;
    batches.delete(ticket);
    running.waiting = false;
    running.flying++;
    inFlight++;
    const trip = roundTrip(random());
    const fault = options.fault?.(random(), at);
    let outcome: { acknowledged: number; refused: number; unknown: boolean; back: Work[]; reasons: string[] };
    later(at + trip / 2, (now) => {
      outcome = { acknowledged: 0, refused: 0, unknown: false, back: [], reasons: [] };
      if (fault === 'lostBeforeCommit') Object.assign(outcome, { unknown: true, back: items });
      else
        for (const item of items) {
          const range = running.spec.bucket(item.index, now);
          const bucket = buckets[range]!;
          const open = fault !== 'throttled' && bucket.open(now);
          if (open) bucket.charge(item.units);
          writes.push({
            at: now,
            table: '',
            range,
            committed: open ? item.units : 0,
            refused: open ? 0 : item.units,
          });
          if (open) outcome.acknowledged += item.units;
          else outcome.refused += item.units;
          if (!open) outcome.back.push(item);
        }
      if (outcome.acknowledged === 0 && outcome.refused > 0 && options.reason) outcome.reasons.push(options.reason);
      // Deleting again what was deleted takes one unit.
      if (fault === 'lost')
        Object.assign(outcome, { unknown: true, back: items.map((item) => ({ ...item, units: 1 })) });
    });
    later(at + trip, (now) => {
      inFlight--;
      running.flying--;
      running.front.unshift(...outcome.back);
      done += items.length - outcome.back.length;
      pace.outcome(ticket, outcome, now);
      // Only an exception carries the reason, and only a request of which nothing was done is one.
      running.small = outcome.refused > 0 && outcome.acknowledged > 0 && pace.wantsReason(now);
      const over =
        running.next >= running.spec.items && running.front.length === 0 && !running.waiting && running.flying === 0;
      if (over) pace.leave(running.flow);
      finished = now;
      pump(now);
    });
  };
  if (options.changeCap)
    later(options.changeCap.at, (at) => {
      pace.cap.change(options.changeCap!.cap, at);
      pump(at);
    });
  const total = options.flows.reduce((sum, { items }) => sum + items, 0);
  const look = (at: number) => {
    options.watch?.(pace, at);
    if (done < total) later(at + 100, look);
  };
  later(0, pump);
  if (options.watch) later(0, look);
  for (let event = next(); event && event.at <= (options.until ?? Infinity); event = next()) event.run(event.at);
  return { writes, pace, done, total, seconds: finished / 1000 };
}
