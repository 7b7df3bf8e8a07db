import { PARTITION_WRITE_UNITS } from '../../dynamodb/limits.js';
import { Cap, type Charge } from './cap.js';
import { DecayingSum, rateOf } from './decaying-sum.js';
import { RateGroup, Flow } from './rate-group.js';
import { AdaptiveRate } from './adaptive-rate.js';
import { scopeOf } from '../../dynamodb/throttling-reason.js';

/** What it may have saved up, in write units. */
const PARTITION_SAVINGS = 250;
/** Units of a request that is small enough for any rate: fewer in each would only make more requests. */
const SMALL = 25;
/** Half-life, in milliseconds, and the share of what one partition takes: flows that deliver more are in several. */
const SEVERAL = { halfLife: 250, share: 1.25 };
/**
 * Half-life, in milliseconds, and the share of what one partition takes: flows that together deliver no more may be in one
 * again. Not before they had time to be more, nor soon after it was seen that they are not in one.
 */
const ONE = { halfLife: 700, share: 1.15, after: 3000, again: 20_000 };
/** Share of the cap from which it is the cap that limits, and not the server. */
const CAP_REACHED = 0.7;
/** Half-life, in milliseconds, and the share of refused units up to which they come by the way. */
const BY_THE_WAY = { halfLife: 4000, share: 0.25 };
/** Milliseconds between two looks for more because flows have joined. */
const PROBE_INTERVAL = 1000;
/** Milliseconds for which a limit of the whole table, once named, holds all flows together. */
const UNITED = 30_000;
/** Milliseconds after which a reason is asked for again. */
const REASON_AGE = 30_000;

/** Leave to send a request. */
export interface Ticket {
  readonly flow: Flow;
  /** Write units that it is expected to take. */
  readonly units: number;
  /** What it may take at most: a cap is charged with that until the answer says what it was. */
  readonly atMost: number;
  charge: Charge | undefined;
}

/** What became of a request, in write units. */
export interface RequestResult {
  /** What was done. */
  acknowledged: number;
  /** What was refused: unprocessed, or the whole of a throttled request. */
  refused: number;
  /** Nobody knows whether the request was done: a lost answer, a 5xx. */
  unknown?: boolean;
  /** Of an exception. */
  reasons?: readonly string[];
}

export interface RateControlOptions {
  now: number;
  /** The table's provisioned capacity or on-demand maximum. */
  tableLimit?: number | undefined;
  cap?: number | undefined;
}

/**
 * Decides when each request may be sent. A flow is no physical partition: several may write to one, and each moves from one to
 * the next. As long as all deliver no more than one partition takes, one rate is over all of them, so that a refusal of one slows
 * every one. Once they deliver more, or refusals meet only some, each has its own: which of them share a partition is not known,
 * and whoever is slowed for a partition that it does not write to leaves the capacity of its own unused. One cap is over all.
 * It holds no timer: ask `wait` and call `grant` then.
 */
export class RateControl {
  readonly cap: Cap;
  readonly #groups = new Set<RateGroup>();
  readonly #groupOf = new Map<Flow, RateGroup>();
  readonly #queues = new Map<RateGroup, Ticket[]>();
  /** In the order of their keys. */
  readonly #flows: Flow[] = [];
  readonly #step: number;
  readonly #recently = new DecayingSum(SEVERAL.halfLife);
  readonly #acknowledged = new DecayingSum(BY_THE_WAY.halfLife);
  readonly #refused = new DecayingSum(BY_THE_WAY.halfLife);
  readonly #lately = new DecayingSum(ONE.halfLife);
  #apartSince: number | undefined;
  #seenApart = -Infinity;
  #unitedUntil = -Infinity;
  #reasonAt = -Infinity;

  constructor({ now, tableLimit, cap }: RateControlOptions) {
    this.cap = new Cap(cap, now);
    const limit = Math.min(tableLimit ?? Infinity, PARTITION_WRITE_UNITS);
    this.#step = Math.min(cap ?? Infinity, limit);
    // Twice the cap, which is over all anyhow: what is refused, and not charged, must not keep the rate below it.
    const base = cap === undefined ? 0 : this.#step;
    this.#add(new AdaptiveRate(Math.min(2 * (cap ?? Infinity), limit), now, { base, step: this.#step }));
  }

  get groups(): readonly RateGroup[] {
    return [...this.#groups];
  }

  /** A new flow, at this time; its range was cut from that of `parent`, and begins where that one now ends. */
  join(now: number, parent?: Flow): Flow {
    const flow = new Flow();
    const group = parent && this.#groupOf.get(parent);
    this.#flows.splice(group ? this.#flows.indexOf(parent!) + 1 : this.#flows.length, 0, flow);
    if (group && this.#apartSince !== undefined) this.#alone(flow, group.rate.unitsPerSecond / 2, now);
    else {
      const [first] = this.#groups;
      this.#place(flow, group ?? first!);
      (group ?? first!).joined = true;
    }
    return flow;
  }

  /** The flow writes no more: those beside it may have what it had. */
  leave(flow: Flow): void {
    const group = this.#groupOf.get(flow);
    if (group === undefined) return;
    const at = this.#flows.indexOf(flow);
    this.#flows.splice(at, 1);
    group.flows.delete(flow);
    this.#groupOf.delete(flow);
    if (group.flows.size === 0 && this.#groups.size > 1) this.#drop(group);
    if (this.#apartSince === undefined) return;
    for (const next of [this.#flows[at - 1], this.#flows[at]]) if (next) this.#groupOf.get(next)!.rate.mayHaveMore();
  }

  /**
   * The most units that one request of this flow should take: it goes to one physical partition, which has saved up a quarter of
   * a second, however many its group writes to.
   */
  comfortable(flow: Flow): number {
    const rate = this.#groupOf.get(flow)?.rate.unitsPerSecond ?? this.#step;
    return Math.max(
      1,
      Math.min(Math.max(Math.min(rate, PARTITION_WRITE_UNITS) / 10, Math.min(rate, SMALL)), this.cap.comfortable),
    );
  }

  ask(flow: Flow, units: number, atMost = units): Ticket {
    const ticket: Ticket = { flow, units, atMost, charge: undefined };
    this.#queues.get(this.#groupOf.get(flow)!)!.push(ticket);
    return ticket;
  }

  /** Gives a ticket up that was not granted yet. */
  withdraw(ticket: Ticket): void {
    for (const queue of this.#queues.values()) {
      const at = queue.indexOf(ticket);
      if (at >= 0) queue.splice(at, 1);
    }
  }

  /** The tickets that may be sent now, each group in turn. */
  grant(now: number, most = Infinity): Ticket[] {
    const granted: Ticket[] = [];
    for (let progress = true; progress && granted.length < most;) {
      progress = false;
      for (const [group, queue] of [...this.#queues]) {
        const ticket = queue[0];
        if (ticket === undefined || granted.length >= most || this.#wait(group, ticket, now) > 0) continue;
        queue.shift();
        group.rate.take(ticket.units, now);
        ticket.charge = this.cap.charge(ticket.atMost, now);
        granted.push(ticket);
        progress = true;
        // Who was served goes last: the cap is shared by turns.
        this.#queues.delete(group);
        this.#queues.set(group, queue);
      }
    }
    return granted;
  }

  /** Milliseconds until a ticket may be granted; Infinity where none waits, or only an answer can help. */
  wait(now: number): number {
    let least = Infinity;
    for (const [group, queue] of this.#queues) if (queue[0]) least = Math.min(least, this.#wait(group, queue[0], now));
    return least;
  }

  /** Whether a small request would tell why the server refuses: partial refusals carry no reason. */
  wantsReason(now: number): boolean {
    return now - this.#reasonAt > REASON_AGE;
  }

  outcome(ticket: Ticket, { acknowledged, refused, unknown = false, reasons = [] }: RequestResult, now: number): void {
    const { flow, charge } = ticket;
    if (charge) {
      if (unknown) this.cap.unknown(charge, now);
      else this.cap.settle(charge, acknowledged, now);
    }
    if (unknown || !this.#groupOf.has(flow)) return;
    flow.outcome(acknowledged, refused, now);
    this.#recently.add(acknowledged, now);
    this.#acknowledged.add(acknowledged, now);
    this.#refused.add(refused, now);
    this.#lately.add(acknowledged, now);
    if (refused > 0 && acknowledged === 0) this.#reasonAt = now;
    if (reasons.some((reason) => scopeOf(reason) === 'table')) this.#unite(now);
    if (now >= this.#unitedUntil) this.#regroup(this.#groupOf.get(flow)!, ticket.units, refused, now);
    this.#groupOf.get(flow)!.rate.outcome(acknowledged, this.#capIsReached(now) ? 0 : refused, now);
  }

  #regroup(group: RateGroup, units: number, refused: number, now: number): void {
    if (this.#apartSince === undefined && group.flows.size > 1 && this.#deliverMoreThanOnePartition(units, now)) {
      const share = group.rate.unitsPerSecond / group.flows.size;
      for (const flow of [...group.flows]) this.#alone(flow, share, now, 'boldly');
      this.#apartSince = now;
    } else if (refused > 0 && group.flows.size > 1) this.#separate(group, now);
    else if (refused > 0 && this.#mayBeOneAgain(now)) this.#gather(now);
    else this.#probe(group, now);
  }

  /** Beyond what a partition has saved up; the last request may be on top, as one that finds anything left is done. */
  #deliverMoreThanOnePartition(units: number, now: number): boolean {
    const { halfLife, share } = SEVERAL;
    return rateOf(this.#recently.at(now) - PARTITION_SAVINGS - units, halfLife) > share * PARTITION_WRITE_UNITS;
  }

  #mayBeOneAgain(now: number): boolean {
    if (this.#apartSince === undefined || this.#groups.size < 2) return false;
    if (now - this.#apartSince < ONE.after || now - this.#seenApart < ONE.again) return false;
    return rateOf(this.#lately.at(now), ONE.halfLife) <= ONE.share * PARTITION_WRITE_UNITS;
  }

  /** Flows that are served while others of their group are refused write elsewhere: they go their own way, unslowed. */
  #separate(group: RateGroup, now: number): void {
    const unrefused = group.unrefused(now);
    if (unrefused.length === 0) return;
    const rate = group.rate.unitsPerSecond;
    const shares = unrefused.map((flow) => group.shareOf([flow], now));
    group.rate.set(rate * (1 - shares.reduce((sum, share) => sum + share, 0)), now);
    unrefused.forEach((flow, i) => this.#alone(flow, rate * shares[i]!, now));
    this.#apartSince ??= now;
    this.#seenApart = now;
  }

  /** Who joined may write to another physical partition than the others do: then there is more to have. */
  #probe(group: RateGroup, now: number): void {
    if (!group.joined || now - group.lastProbe <= PROBE_INTERVAL) return;
    group.joined = false;
    group.lastProbe = now;
    group.rate.mayHaveMore();
  }

  /** Whether the cap is what limits: refusals by the way are no reason to fall below it. */
  #capIsReached(now: number): boolean {
    const cap = this.cap.unitsPerSecond;
    if (cap === undefined) return false;
    const [refused, acknowledged] = [this.#refused.at(now), this.#acknowledged.at(now)];
    if (refused > BY_THE_WAY.share * (refused + acknowledged)) return false;
    return this.groups.reduce((sum, group) => sum + group.rate.sustained(now), 0) >= CAP_REACHED * cap;
  }

  #wait(group: RateGroup, ticket: Ticket, now: number): number {
    return Math.max(group.rate.wait(ticket.units, now), this.cap.wait(ticket.atMost, now));
  }

  /** A limit of the whole table: everything shares it, and slows. */
  #unite(now: number): void {
    this.#unitedUntil = now + UNITED;
    if (this.#groups.size > 1) this.#gather(now);
  }

  /** All flows under one rate: what they lately delivered together. */
  #gather(now: number): void {
    const rate = rateOf(this.#lately.at(now), ONE.halfLife);
    const group = this.#add(new AdaptiveRate(rate, now, { base: rate, step: this.#step }));
    for (const flow of this.#flows) this.#place(flow, group);
    this.#apartSince = undefined;
  }

  #alone(flow: Flow, rate: number, now: number, start: 'boldly' | 'carefully' = 'carefully'): void {
    this.#place(flow, this.#add(new AdaptiveRate(rate, now, { base: rate, step: this.#step, start, creep: 'of one' })));
  }

  #add(rate: AdaptiveRate): RateGroup {
    const group = new RateGroup(rate);
    this.#groups.add(group);
    this.#queues.set(group, []);
    return group;
  }

  /** Moves a flow, and what it waits for. A group that is left empty is gone. */
  #place(flow: Flow, group: RateGroup): void {
    const before = this.#groupOf.get(flow);
    if (before) {
      before.flows.delete(flow);
      const queue = this.#queues.get(before)!;
      this.#queues.get(group)!.push(...queue.filter((ticket) => ticket.flow === flow));
      this.#queues.set(
        before,
        queue.filter((ticket) => ticket.flow !== flow),
      );
      if (before.flows.size === 0) this.#drop(before);
      flow.requests.clear();
      flow.refusals.clear();
    }
    group.flows.add(flow);
    this.#groupOf.set(flow, group);
  }

  #drop(group: RateGroup): void {
    this.#groups.delete(group);
    this.#queues.delete(group);
  }
}
