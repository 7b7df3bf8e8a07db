import { PARTITION_WRITE_UNITS } from '../../dynamodb/limits.js';
import { scopeOf } from '../../dynamodb/throttling-reason.js';
import { AdaptiveRate, type AdaptiveRateOptions } from './adaptive-rate.js';
import { Cap } from './cap.js';
import { DecayingSum } from './decaying-sum.js';
import { Flow, type RequestResult, type Ticket } from './flow.js';
import { regrouping } from './flow-grouping.js';
import { PACING } from './pacing-parameters.js';
import { RateGroup } from './rate-group.js';

const { cap: capping, consumption, merge, request, sharedLimit, slowStart, split } = PACING;

export interface RateControlOptions {
  now: number;
  /** The table's provisioned capacity or on-demand maximum, in write units per second. */
  tableLimit?: number | undefined;
  /** The user's cap, in write units per second. */
  cap?: number | undefined;
}

/**
 * The rates of all flows, and the one cap that is over them. A flow is no physical partition: several may write to one, and each
 * moves from one to the next. As long as all deliver no more than one partition takes, one rate covers all of them, so that a
 * refusal of one slows every one. Once they deliver more, or refusals meet only some, they get rates of their own; `regrouping`
 * decides, this carries it out. Times are in milliseconds.
 */
export class RateControl {
  readonly cap: Cap;
  readonly #groups = new Set<RateGroup>();
  readonly #groupOf = new Map<Flow, RateGroup>();
  /** In the order of their keys. */
  readonly #flows: Flow[] = [];
  readonly #growthBase: number;
  readonly #delivery = { toSplit: new DecayingSum(split.halfLifeMs), toMerge: new DecayingSum(merge.halfLifeMs) };
  readonly #refused = new DecayingSum(capping.refusalsHalfLifeMs);
  /** Write units per second of all flows, when the last request was answered. */
  #deliveredLately = 0;
  #splitAt: number | undefined;
  #provedSplitAt = -Infinity;
  #togetherUntil = -Infinity;
  #lastReasonAt = -Infinity;
  #lastRefusalAt = -Infinity;

  constructor({ now, tableLimit = Infinity, cap }: RateControlOptions) {
    this.cap = new Cap(cap, now);
    const limit = Math.min(tableLimit, PARTITION_WRITE_UNITS);
    this.#growthBase = Math.min(cap ?? Infinity, limit);
    const rate = Math.min(slowStart.caps * (cap ?? Infinity), limit);
    this.#addGroup(rate, now, { floor: cap === undefined ? 0 : this.#growthBase });
  }

  /** In the order in which they were formed. */
  get groups(): readonly RateGroup[] {
    return [...this.#groups];
  }

  /** Undefined where the flow has left. */
  groupOf(flow: Flow): RateGroup | undefined {
    return this.#groupOf.get(flow);
  }

  /** How many physical partitions flows must be writing to, at least, by what they deliver under rates of their own. */
  partitions(now: number): number {
    const { toMerge } = this.#delivery;
    return this.#splitAt === undefined ? 1 : Math.max(1, toMerge.steadyRate(toMerge.at(now)) / PARTITION_WRITE_UNITS);
  }

  /** A new flow, whose range was cut from that of `parent` and begins where that one now ends. */
  join(now: number, parent?: Flow): Flow {
    const flow = new Flow();
    const ofParent = parent && this.#groupOf.get(parent);
    this.#flows.splice(parent && ofParent ? this.#flows.indexOf(parent) + 1 : this.#flows.length, 0, flow);
    const group = ofParent ?? this.groups[0]!;
    if (ofParent && this.#splitAt !== undefined) this.#splitOff(flow, group.rate.unitsPerSecond / 2, now);
    else {
      this.#move(flow, group);
      group.hasJoined = true;
    }
    return flow;
  }

  /** The flow writes no more: those beside it may have what it had. */
  leave(flow: Flow, now: number): void {
    const group = this.#groupOf.get(flow);
    if (group === undefined) return;
    const at = this.#flows.indexOf(flow);
    this.#flows.splice(at, 1);
    this.#groupOf.delete(flow);
    group.remove(flow);
    const wasAlone = group.flows.size === 0;
    if (wasAlone && this.#groups.size > 1) this.#groups.delete(group);
    if (this.#splitAt === undefined) return;
    const beside = [this.#flows[at - 1], this.#flows[at]].flatMap((neighbor) => neighbor ?? []);
    const rates = beside.map((neighbor) => this.#groupOf.get(neighbor)!.rate);
    if (wasAlone) bequeath(group.rate, rates, now);
    else for (const rate of rates) rate.probe();
  }

  /**
   * The most write units that one request of this flow should take: it goes to one partition, however many its group writes to.
   * @param manyInFlight - so many requests are on their way that more of them could not be sent
   */
  preferredUnits(flow: Flow, manyInFlight = false): number {
    const rate = this.#groupOf.get(flow)?.rate.unitsPerSecond ?? this.#growthBase;
    const ofPartition = Math.min(rate, PARTITION_WRITE_UNITS);
    const fitting = Math.max(
      ofPartition / this.#requestsPerSecond(ofPartition, manyInFlight),
      Math.min(rate, request.smallUnits),
    );
    return Math.max(1, Math.min(fitting, this.cap.preferredUnits));
  }

  /** Into how many requests a second of that rate is cut. Of a smaller request less is refused, but each costs time. */
  #requestsPerSecond(rate: number, manyInFlight: boolean): number {
    const { leastPerSecond, mostPerSecond, ofAllPerSecond } = request;
    if (this.#splitAt === undefined || manyInFlight) return leastPerSecond;
    const share = (rate / this.#deliveredLately) * ofAllPerSecond;
    return Math.max(leastPerSecond, Math.min(mostPerSecond, share));
  }

  /** Milliseconds until a request of the group may be sent; Infinity while that depends on answers that are still to come. */
  wait(group: RateGroup, ticket: Ticket, now: number): number {
    return Math.max(group.rate.wait(ticket.units, now), this.cap.wait(ticket.atMost, now));
  }

  /** A request of the group is sent. */
  take(group: RateGroup, ticket: Ticket, now: number): void {
    group.rate.take(ticket.units, now);
    ticket.sentAt = now;
    ticket.charge = this.cap.charge(ticket.atMost, now);
  }

  /** Whether a request small enough to be refused as a whole would help: partial refusals carry no reason. */
  wantsReason(now: number): boolean {
    return now - this.#lastReasonAt > sharedLimit.reasonAgeMs;
  }

  /** Whether the rates must know exactly what requests consume: under a cap, or where the limit may be near. */
  needsConsumption(now: number): boolean {
    return this.cap.unitsPerSecond !== undefined || now - this.#lastRefusalAt < consumption.afterRefusalMs;
  }

  /** A request was answered, or failed. */
  record(ticket: Ticket, result: RequestResult, now: number): void {
    this.#settle(ticket, result, now);
    if (result.refused > 0) this.#lastRefusalAt = now;
    const { flow } = ticket;
    const group = this.#groupOf.get(flow);
    if (result.unknown || group === undefined) return;
    const { acknowledged, refused } = result;
    flow.record(result, now);
    this.#delivery.toSplit.add(acknowledged, now);
    this.#delivery.toMerge.add(acknowledged, now);
    this.#deliveredLately = this.#delivery.toMerge.steadyRate(this.#delivery.toMerge.at(now));
    this.#refused.add(refused, now);
    if (refused > 0 && acknowledged === 0) this.#lastReasonAt = now;
    this.#regroup(group, ticket, result, now);
    // That may have moved the flow.
    const { rate } = this.#groupOf.get(flow) ?? group;
    rate.trueUp(ticket.units, acknowledged + refused, now);
    rate.record(acknowledged, this.#capLimits(now) ? 0 : refused, now, ticket.sentAt);
  }

  #settle({ charge }: Ticket, { unknown, acknowledged, consumed = acknowledged }: RequestResult, now: number): void {
    if (charge === undefined) return;
    if (unknown) this.cap.unknown(charge, now);
    else this.cap.settle(charge, consumed, now);
  }

  #regroup(
    group: RateGroup,
    { units }: Ticket,
    { acknowledged, refused, reasons = [] }: RequestResult,
    now: number,
  ): void {
    const { toSplit } = this.#delivery;
    const namesSharedLimit = reasons.some((reason) => scopeOf(reason) === 'table');
    if (namesSharedLimit) this.#togetherUntil = now + sharedLimit.holdMs;
    const decision = regrouping(
      {
        group,
        groups: this.#groups.size,
        refused: refused > 0,
        // A request that finds anything left is done as a whole, so this one may be on top of the savings.
        deliveredBeyondSavings: toSplit.steadyRate(toSplit.at(now) - split.savedUnits - Math.max(units, acknowledged)),
        delivered: this.#deliveredLately,
        splitAt: this.#splitAt,
        provedSplitAt: this.#provedSplitAt,
        sharedLimit: namesSharedLimit,
        togetherUntil: this.#togetherUntil,
      },
      now,
    );
    if (decision.kind === 'split') this.#splitAll(group, now);
    else if (decision.kind === 'merge') this.#mergeAll(now);
    else if (decision.kind === 'split off unrefused') this.#splitOffUnrefused(group, decision.flows, now);
    else if (decision.kind === 'probe') this.#probe(group, now);
  }

  #splitAll(group: RateGroup, now: number): void {
    const rate = group.rate.unitsPerSecond / group.flows.size;
    for (const flow of [...group.flows]) this.#splitOff(flow, rate, now, 'slow start');
    this.#splitAt = now;
  }

  /** Flows that write elsewhere than the refused ones go their own way with their share, and are not slowed down. */
  #splitOffUnrefused(group: RateGroup, flows: readonly Flow[], now: number): void {
    const rate = group.rate.unitsPerSecond;
    const shares = flows.map((flow) => ({ flow, share: group.shareOf(flow, now) }));
    group.rate.set(rate * (1 - shares.reduce((sum, { share }) => sum + share, 0)), now);
    for (const { flow, share } of shares) this.#splitOff(flow, rate * share, now);
    this.#splitAt ??= now;
    this.#provedSplitAt = now;
  }

  /** All flows under one rate: what they lately delivered together. */
  #mergeAll(now: number): void {
    const rate = this.#deliveredLately;
    const group = this.#addGroup(rate, now, { floor: rate });
    for (const flow of this.#flows) this.#move(flow, group);
    this.#splitAt = undefined;
  }

  /** Flows that joined may write to another physical partition than the others do: then there is more to have. */
  #probe(group: RateGroup, now: number): void {
    group.hasJoined = false;
    group.lastProbeAt = now;
    group.rate.probe();
  }

  /** Whether the cap is what limits: occasional refusals are no reason to fall below it. */
  #capLimits(now: number): boolean {
    const cap = this.cap.unitsPerSecond;
    if (cap === undefined) return false;
    if (this.#refused.steadyRate(this.#refused.at(now)) > capping.toleratedUnitsPerSecond) return false;
    return this.groups.reduce((sum, group) => sum + group.rate.sustained(now), 0) >= capping.reachedShare * cap;
  }

  #splitOff(flow: Flow, rate: number, now: number, start: AdaptiveRateOptions['start'] = 'probe'): void {
    this.#move(flow, this.#addGroup(rate, now, { floor: rate, start, covers: 'one flow' }));
  }

  #addGroup(rate: number, now: number, options: Omit<AdaptiveRateOptions, 'growthBase'>): RateGroup {
    const group = new RateGroup(new AdaptiveRate(rate, now, { ...options, growthBase: this.#growthBase }));
    this.#groups.add(group);
    return group;
  }

  /** Moves a flow with its requests that wait. A group that is left empty is gone. */
  #move(flow: Flow, group: RateGroup): void {
    const before = this.#groupOf.get(flow);
    group.add(flow, before?.remove(flow));
    this.#groupOf.set(flow, group);
    if (before === undefined) return;
    if (before.flows.size === 0) this.#groups.delete(before);
    flow.forgetRefusals();
  }
}

/**
 * Passes on what a flow delivered that has ended. A rate beside it can have been in the same partition if the two make no more than
 * one partition delivers: it is an heir. If there is none, nobody knows where there is room now, and all beside it look for more.
 */
function bequeath(rateThatEnded: AdaptiveRate, beside: readonly AdaptiveRate[], now: number): void {
  const most = merge.partitions * PARTITION_WRITE_UNITS;
  const unitsPerSecond = Math.min(rateThatEnded.unitsPerSecond, rateThatEnded.sustained(now));
  const heirs = beside.filter((rate) => rate.unitsPerSecond + unitsPerSecond <= most);
  for (const rate of heirs) rate.inherit(unitsPerSecond / heirs.length, now);
  if (heirs.length === 0) for (const rate of beside) rate.probe();
}
