import { FadingCount } from './evidence.js';
import { Rate } from './rate.js';

const HALF_LIFE = 1500;
/** Refused requests that a lane needs to be called refused, and requests without one to be called clear. */
const REFUSED = { least: 2, none: 0.3 };
const CLEAR_LEAST = 4;
/** How improbable it must be that a lane that shares the fate of the refused ones was spared by chance. */
const BY_CHANCE = 0.02;

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

/** Lanes that are held to share one limit, as those of one physical partition do. */
export class Group {
  readonly rate: Rate;
  readonly lanes = new Set<Lane>();
  lastOutcome = -Infinity;
  lastRefusal = -Infinity;

  constructor(rate: Rate) {
    this.rate = rate;
  }

  /**
   * The lanes that cannot share a limit with those that were refused: they would have been refused as well. Empty where
   * nobody was refused, or nobody was surely spared.
   */
  spared(now: number): Lane[] {
    const refused = [...this.lanes].filter((lane) => lane.refusals.at(now) >= REFUSED.least);
    const sum = (count: (lane: Lane) => number) => refused.reduce((total, lane) => total + count(lane), 0);
    const share = sum((lane) => lane.refusals.at(now)) / sum((lane) => lane.requests.at(now));
    if (refused.length === 0) return [];
    return [...this.lanes].filter((lane) => {
      const requests = lane.requests.at(now);
      if (lane.refusals.at(now) > REFUSED.none || requests < CLEAR_LEAST) return false;
      return (1 - share) ** requests <= BY_CHANCE;
    });
  }

  /** Which share of what this group delivers these lanes have. */
  shareOf(lanes: readonly Lane[], now: number): number {
    const sum = (of: Iterable<Lane>) => [...of].reduce((total, lane) => total + lane.delivered.at(now), 0);
    const whole = sum(this.lanes);
    return whole === 0 ? lanes.length / Math.max(1, this.lanes.size) : sum(lanes) / whole;
  }
}
