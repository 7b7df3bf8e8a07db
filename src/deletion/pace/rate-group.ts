import { FadingCount } from './decaying-sum.js';
import { Rate } from './adaptive-rate.js';

const HALF_LIFE = 5000;
/** Requests of a lane in that time of which at most so many were refused: it is clear. */
const CLEAR = 0.3;
/** How improbable it must be that all refusals met so few lanes by chance. */
const BY_CHANCE = 0.001;

const choose = (n: number, k: number): number => (k <= 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

/** What is known of one lane: a range that is read and written in order. */
export class Lane {
  readonly requests = new FadingCount(HALF_LIFE);
  readonly refusals = new FadingCount(HALF_LIFE);
  /** Acknowledged units. */
  readonly delivered = new FadingCount(HALF_LIFE);

  outcome(acknowledged: number, refused: number, now: number): void {
    this.requests.add(1, now);
    if (refused > 0) this.refusals.add(1, now);
    this.delivered.add(acknowledged, now);
  }
}

/** Lanes under one rate. */
export class Group {
  readonly rate: Rate;
  readonly lanes = new Set<Lane>();
  /** A lane has joined since it was last tried whether there is more to have. */
  joined = false;
  lastProbe = -Infinity;

  constructor(rate: Rate) {
    this.rate = rate;
  }

  /**
   * The lanes that cannot share a limit with those that were refused: had they shared it, refusals would have met them as well.
   * Empty where nobody was refused, or it may be chance that they were spared.
   */
  spared(now: number): Lane[] {
    const all = [...this.lanes];
    const clear = all.filter((lane) => lane.refusals.at(now) <= CLEAR);
    const met = all.length - clear.length;
    if (met === 0 || clear.length === 0) return [];
    const sum = (count: (lane: Lane) => number) => all.reduce((total, lane) => total + count(lane), 0);
    const requests = sum((lane) => lane.requests.at(now));
    const ofClear = clear.reduce((total, lane) => total + lane.requests.at(now), 0);
    const refusals = sum((lane) => lane.refusals.at(now));
    const chance = choose(all.length, met) * (1 - ofClear / requests) ** refusals;
    return chance <= BY_CHANCE ? clear.filter((lane) => lane.requests.at(now) >= 1) : [];
  }

  /** Which share of what this group delivers these lanes have. */
  shareOf(lanes: readonly Lane[], now: number): number {
    const sum = (of: Iterable<Lane>) => [...of].reduce((total, lane) => total + lane.delivered.at(now), 0);
    const whole = sum(this.lanes);
    return whole === 0 ? lanes.length / Math.max(1, this.lanes.size) : sum(lanes) / whole;
  }
}
