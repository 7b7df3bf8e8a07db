import { DecayingSum } from './decaying-sum.js';
import { AdaptiveRate } from './adaptive-rate.js';

const HALF_LIFE = 5000;
/** Requests of a flow in that time of which at most so many were refused: it is clear. */
const CLEAR = 0.3;
/** How improbable it must be that all refusals met so few flows by chance. */
const BY_CHANCE = 0.001;

const choose = (n: number, k: number): number => (k <= 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

/** What is known of one flow: a range that is read and written in order. */
export class Flow {
  readonly requests = new DecayingSum(HALF_LIFE);
  readonly refusals = new DecayingSum(HALF_LIFE);
  /** Acknowledged units. */
  readonly delivered = new DecayingSum(HALF_LIFE);

  outcome(acknowledged: number, refused: number, now: number): void {
    this.requests.add(1, now);
    if (refused > 0) this.refusals.add(1, now);
    this.delivered.add(acknowledged, now);
  }
}

/** Flows under one rate. */
export class RateGroup {
  readonly rate: AdaptiveRate;
  readonly flows = new Set<Flow>();
  /** A flow has joined since it was last tried whether there is more to have. */
  joined = false;
  lastProbe = -Infinity;

  constructor(rate: AdaptiveRate) {
    this.rate = rate;
  }

  /**
   * The flows that cannot share a limit with those that were refused: had they shared it, refusals would have met them as well.
   * Empty where nobody was refused, or it may be chance that they were unrefused.
   */
  unrefused(now: number): Flow[] {
    const all = [...this.flows];
    const clear = all.filter((flow) => flow.refusals.at(now) <= CLEAR);
    const met = all.length - clear.length;
    if (met === 0 || clear.length === 0) return [];
    const sum = (count: (flow: Flow) => number) => all.reduce((total, flow) => total + count(flow), 0);
    const requests = sum((flow) => flow.requests.at(now));
    const ofClear = clear.reduce((total, flow) => total + flow.requests.at(now), 0);
    const refusals = sum((flow) => flow.refusals.at(now));
    const chance = choose(all.length, met) * (1 - ofClear / requests) ** refusals;
    return chance <= BY_CHANCE ? clear.filter((flow) => flow.requests.at(now) >= 1) : [];
  }

  /** Which share of what this group delivers these flows have. */
  shareOf(flows: readonly Flow[], now: number): number {
    const sum = (of: Iterable<Flow>) => [...of].reduce((total, flow) => total + flow.delivered.at(now), 0);
    const whole = sum(this.flows);
    return whole === 0 ? flows.length / Math.max(1, this.flows.size) : sum(flows) / whole;
  }
}
