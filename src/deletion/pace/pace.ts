import { Cap, type Charge } from './cap.js';
import { FadingCount } from './evidence.js';
import { Group, Lane } from './group.js';
import { Rate } from './rate.js';
import { scopeOf } from './reasons.js';

/** What a physical partition takes, in write units a second: a new table is not asked for more at first. */
const PARTITION_RATE = 1000;
/** Milliseconds within which two groups that share a limit are refused together. */
const TOGETHER = 60;
/** Units of a request that is small enough for any rate: fewer in each would only make more requests. */
const SMALL = 25;
const MERGE = { halfLife: 4000, occasions: 5, share: 0.6 };
/** Share of the cap from which it is the cap that limits, and not the server. */
const CAP_REACHED = 0.7;
/** Milliseconds between two looks for more because lanes have joined. */
const PROBE_INTERVAL = 1000;
/** Milliseconds for which a limit of the whole table, once named, holds all lanes together. */
const UNITED = 30_000;
/** Milliseconds after which a reason is asked for again. */
const REASON_AGE = 30_000;

/** Leave to send a request. */
export interface Ticket {
  readonly lane: Lane;
  /** Write units that it is expected to take. */
  readonly units: number;
  /** What it may take at most: a cap is charged with that until the answer says what it was. */
  readonly atMost: number;
  charge: Charge | undefined;
}

/** What became of a request, in write units. */
export interface Outcome {
  /** What was done. */
  acknowledged: number;
  /** What was refused: unprocessed, or the whole of a throttled request. */
  refused: number;
  /** Nobody knows whether the request was done: a lost answer, a 5xx. */
  unknown?: boolean;
  /** Of an exception. */
  reasons?: readonly string[];
}

export interface PaceOptions {
  now: number;
  /** The table's provisioned capacity or on-demand maximum. */
  tableLimit?: number | undefined;
  cap?: number | undefined;
}

/**
 * Decides when each request may be sent. Lanes are not physical partitions: those that are refused together are paced
 * together, and one cap is over all. It holds no timer: ask `wait` and call `grant` then.
 */
export class Pace {
  readonly cap: Cap;
  readonly #groups = new Set<Group>();
  readonly #groupOf = new Map<Lane, Group>();
  readonly #queues = new Map<Group, Ticket[]>();
  readonly #together = new Map<Group, Map<Group, { occasions: FadingCount; shared: FadingCount }>>();
  readonly #step: number;
  #unitedUntil = -Infinity;
  #reasonAt = -Infinity;

  constructor({ now, tableLimit, cap }: PaceOptions) {
    this.cap = new Cap(cap, now);
    const limit = Math.min(tableLimit ?? Infinity, PARTITION_RATE);
    this.#step = Math.min(cap ?? Infinity, limit);
    // Twice the cap, which is over all anyhow: what is refused, and not charged, must not keep the rate below it.
    this.#add(new Rate(Math.min(2 * (cap ?? Infinity), limit), now, cap === undefined ? 0 : this.#step, this.#step));
  }

  get groups(): readonly Group[] {
    return [...this.#groups];
  }

  /** A new lane; it belongs with the one that its range was cut from. */
  join(parent?: Lane): Lane {
    const lane = new Lane();
    const group = (parent && this.#groupOf.get(parent)) ?? this.#groups.values().next().value!;
    this.#place(lane, group);
    group.joined = true;
    return lane;
  }

  leave(lane: Lane): void {
    const group = this.#groupOf.get(lane);
    if (group === undefined) return;
    group.lanes.delete(lane);
    this.#groupOf.delete(lane);
    if (group.lanes.size > 0 || this.#groups.size === 1) return;
    this.#drop(group);
    for (const other of this.#groups) other.rate.mayHaveMore();
  }

  /**
   * The most units that one request of this lane should take: it goes to one physical partition, which has saved up a quarter of
   * a second, however many its group writes to.
   */
  comfortable(lane: Lane): number {
    const rate = this.#groupOf.get(lane)?.rate.unitsPerSecond ?? this.#step;
    return Math.max(
      1,
      Math.min(Math.max(Math.min(rate, PARTITION_RATE) / 10, Math.min(rate, SMALL)), this.cap.comfortable),
    );
  }

  ask(lane: Lane, units: number, atMost = units): Ticket {
    const ticket: Ticket = { lane, units, atMost, charge: undefined };
    this.#queues.get(this.#groupOf.get(lane)!)!.push(ticket);
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
      for (const [group, queue] of this.#queues) {
        const ticket = queue[0];
        if (ticket === undefined || granted.length >= most || this.#wait(group, ticket, now) > 0) continue;
        queue.shift();
        group.rate.take(ticket.units, now);
        ticket.charge = this.cap.charge(ticket.atMost, now);
        granted.push(ticket);
        progress = true;
      }
      // Who was served first is served last in the next round: the cap is shared by turns.
      const [first] = this.#queues;
      if (first) {
        this.#queues.delete(first[0]);
        this.#queues.set(...first);
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

  outcome(
    { lane, charge }: Ticket,
    { acknowledged, refused, unknown = false, reasons = [] }: Outcome,
    now: number,
  ): void {
    if (charge) {
      if (unknown) this.cap.unknown(charge, now);
      else this.cap.settle(charge, acknowledged, now);
    }
    const group = this.#groupOf.get(lane);
    if (group === undefined || unknown) return;
    lane.outcome(acknowledged, refused, now);
    group.lastOutcome = now;
    if (refused > 0 && acknowledged === 0) this.#reasonAt = now;
    if (reasons.some((reason) => scopeOf(reason) === 'table')) this.#unite(now);
    const paced = this.#groupOf.get(lane)!;
    this.#probe(paced, now);
    if (refused > 0) this.#refused(paced, now);
    this.#groupOf.get(lane)!.rate.outcome(acknowledged, this.#capIsReached(now) ? 0 : refused, now);
  }

  /** Who joined may write to another physical partition than the others do: then there is more to have. */
  #probe(group: Group, now: number): void {
    if (!group.joined || now - group.lastProbe <= PROBE_INTERVAL || now < this.#unitedUntil) return;
    group.joined = false;
    group.lastProbe = now;
    group.rate.mayHaveMore();
  }

  /** Whether the cap is what limits: refusals by the way are no reason to fall below it. */
  #capIsReached(now: number): boolean {
    const cap = this.cap.unitsPerSecond;
    if (cap === undefined) return false;
    return this.groups.reduce((sum, group) => sum + group.rate.sustained(now), 0) >= CAP_REACHED * cap;
  }

  #wait(group: Group, ticket: Ticket, now: number): number {
    return Math.max(group.rate.wait(ticket.units, now), this.cap.wait(ticket.atMost, now));
  }

  #refused(group: Group, now: number): void {
    const first = now - group.lastRefusal > TOGETHER;
    group.lastRefusal = now;
    if (now < this.#unitedUntil) return;
    this.#separate(group, now);
    if (first) this.#merge(group, now);
  }

  /** Lanes that are served while others of their group are refused write elsewhere: they go their own way, unslowed. */
  #separate(group: Group, now: number): void {
    const spared = group.spared(now);
    if (spared.length === 0) return;
    const share = group.shareOf(spared, now);
    const rate = group.rate.unitsPerSecond;
    const own = this.#add(new Rate(rate * share, now, rate * share, this.#step));
    for (const lane of spared) this.#place(lane, own);
    group.rate.set(rate * (1 - share), now);
  }

  /** Groups that are refused at the same time, again and again, share a limit. */
  #merge(group: Group, now: number): void {
    for (const other of this.groups) {
      if (other === group || now - other.lastOutcome > TOGETHER) continue;
      const evidence = this.#evidence(group, other);
      evidence.occasions.add(1, now);
      if (now - other.lastRefusal <= TOGETHER) evidence.shared.add(1, now);
      const occasions = evidence.occasions.at(now);
      if (occasions < MERGE.occasions || evidence.shared.at(now) < MERGE.share * occasions) continue;
      this.#join(other, group, now);
    }
  }

  #evidence(a: Group, b: Group) {
    const known = this.#together.get(a)?.get(b) ?? this.#together.get(b)?.get(a);
    if (known) return known;
    const made = { occasions: new FadingCount(MERGE.halfLife), shared: new FadingCount(MERGE.halfLife) };
    this.#together.set(a, (this.#together.get(a) ?? new Map()).set(b, made));
    return made;
  }

  /** A limit of the whole table: everything shares it, and slows. */
  #unite(now: number): void {
    this.#unitedUntil = now + UNITED;
    const [first, ...rest] = this.groups;
    for (const group of rest) this.#join(group, first!, now);
  }

  #join(from: Group, into: Group, now: number): void {
    into.rate.set(into.rate.unitsPerSecond + from.rate.unitsPerSecond, now);
    into.lastRefusal = Math.max(into.lastRefusal, from.lastRefusal);
    for (const lane of from.lanes) this.#place(lane, into);
    this.#drop(from);
  }

  #add(rate: Rate): Group {
    const group = new Group(rate);
    this.#groups.add(group);
    this.#queues.set(group, []);
    return group;
  }

  /** Moves a lane, and what it waits for. */
  #place(lane: Lane, group: Group): void {
    const before = this.#groupOf.get(lane);
    if (before) {
      before.lanes.delete(lane);
      const queue = this.#queues.get(before)!;
      this.#queues.get(group)!.push(...queue.filter((ticket) => ticket.lane === lane));
      this.#queues.set(
        before,
        queue.filter((ticket) => ticket.lane !== lane),
      );
      lane.requests.clear();
      lane.refusals.clear();
    }
    group.lanes.add(lane);
    this.#groupOf.set(lane, group);
  }

  #drop(group: Group): void {
    this.#groups.delete(group);
    this.#queues.delete(group);
    this.#together.delete(group);
    for (const others of this.#together.values()) others.delete(group);
  }
}
