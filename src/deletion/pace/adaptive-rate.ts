import { TokenBucket } from './token-bucket.js';
import { DecayingSum } from './decaying-sum.js';

/** How much may go at once, in seconds of the rate: enough that a timer's lateness costs nothing. */
const BURST_SECONDS = 0.05;
/** Milliseconds between two looks at what was delivered, and outcomes that a look needs. */
const LOOK = 150;
const LOOK_OUTCOMES = 6;
/** Milliseconds between two cuts where little is refused. */
const CUT_INTERVAL = 500;
const CUT = { deepest: 0.85, slightest: 0.97 };
/** Share of refused units from which the rate is plainly wrong, and not just on the edge. */
const PLAINLY_TOO_FAST = 0.1;
/** Share of the rate that must have been asked for: a rate that nobody uses tells nothing by not being refused. */
const IN_USE = 0.7;
/** Growth per second on the edge, over all flows and of one alone; it doubles with quiet time (in milliseconds), up to doubling the rate. */
const GROWTH = { least: 0.01, ofOne: 0.02, most: 1, doublesEvery: 1500 };
/** Over how long delivery is averaged, so that a few large items are no measure of it: half-life in milliseconds. */
const AVERAGED = 1000;
/** The same for the question whether a cap is reached. */
const SUSTAINED = 4000;
/** Share of acknowledged units below which the server is ill. */
const ILL = 0.2;
/** For how long before that it may already have been, in milliseconds. */
const FALLING_ILL = 1000;
/** By how much it grows at each look before the first refusal, and later where it looks for more. */
const START = 2;
const PROBE = 1.25;
/** Up to that share of what was once delivered, growth is not careful. */
const KNOWN_SAFE = 0.9;
/** Where everything is refused it is still tried, with a request a second. */
const LEAST_RATE = 25;

export interface AdaptiveRateOptions {
  /** The rate that is known to be delivered: the start does not fall back below it. */
  base?: number;
  /** What growth on the edge is reckoned from, at least. */
  step?: number;
  /** How it looks for more until the first refusal. */
  start?: 'boldly' | 'carefully';
  /** Whether it is over all that is written: then nobody else looks for more, and every refusal is its own doing. */
  creep?: 'of all' | 'of one';
}

/**
 * How fast one group writes: what it is allowed in units a second, found by what the server acknowledges and refuses. Until
 * the first refusal it doubles at each look; from then on it creeps up and is cut towards the acknowledged rate.
 */
export class AdaptiveRate {
  #rate: number;
  #bucket: TokenBucket;
  /** What was delivered when the server last refused some: undefined before it ever did. */
  #known: number | undefined;
  readonly #born: number;
  readonly #least: number;
  #base: number;
  readonly #step: number;
  #lastCut: number;
  #knownBefore: { known: number | undefined; until: number } | undefined;
  #ill = false;
  #factor: number;
  readonly #creep: number;
  readonly #delivered = new DecayingSum(AVERAGED);
  readonly #sustained = new DecayingSum(SUSTAINED);
  #look: { since: number; acknowledged: number; refused: number; outcomes: number; taken: number };

  constructor(
    unitsPerSecond: number,
    now: number,
    { base = 0, step = unitsPerSecond, start = 'boldly', creep = 'of all' }: AdaptiveRateOptions = {},
  ) {
    this.#factor = start === 'boldly' ? START : PROBE;
    this.#creep = creep === 'of all' ? GROWTH.least : GROWTH.ofOne;
    this.#step = step;
    this.#least = Math.min(LEAST_RATE, step);
    this.#rate = Math.max(this.#least, unitsPerSecond);
    this.#base = base;
    this.#born = now;
    this.#bucket = new TokenBucket(this.#rate, this.#burst, now);
    this.#lastCut = now;
    this.#look = { since: now, acknowledged: 0, refused: 0, outcomes: 0, taken: 0 };
  }

  get unitsPerSecond(): number {
    return this.#rate;
  }

  /** Units a second that were acknowledged over the last seconds. */
  sustained(now: number): number {
    return this.#average(this.#sustained, SUSTAINED, now);
  }

  #average(count: DecayingSum, halfLife: number, now: number): number {
    const weight = (1 - 0.5 ** ((now - this.#born) / halfLife)) * (halfLife / 1000 / Math.LN2);
    return weight <= 0 ? 0 : count.at(now) / weight;
  }

  wait(units: number, now: number): number {
    return this.#bucket.wait(units, now);
  }

  take(units: number, now: number): void {
    this.#bucket.take(units, now);
    this.#look.taken += units;
  }

  /** What became of one request. Refused units are not given back: waiting for them is what lets the server recover. */
  outcome(acknowledged: number, refused: number, now: number): void {
    this.#delivered.add(acknowledged, now);
    this.#sustained.add(acknowledged, now);
    this.#look.acknowledged += acknowledged;
    this.#look.refused += refused;
    this.#look.outcomes++;
    if (refused > 0 && this.#known === undefined) this.#leaveStart(now);
    else this.#evaluate(now);
  }

  /** Sets the rate by what was measured elsewhere: flows of the group went their own way. */
  set(unitsPerSecond: number, now: number): void {
    this.#change(unitsPerSecond, now);
    this.#lastCut = now;
    this.#newLook(now);
  }

  /** Somebody who may have shared the limit has gone: looks for more as at the start, and does not fall below what it had. */
  mayHaveMore(): void {
    if (this.#known === undefined) return;
    this.#base = this.#rate;
    this.#known = undefined;
    this.#factor = PROBE;
  }

  get #burst(): number {
    return Math.max(1, this.#rate * BURST_SECONDS);
  }

  /** The first refusal: the rate before the last doubling was fine, or at least the server's savings covered it. */
  #leaveStart(now: number): void {
    this.#known = Math.max(this.#base, this.#rate / this.#factor);
    this.#change(this.#known, now);
    this.#lastCut = now;
    this.#newLook(now);
  }

  #evaluate(now: number): void {
    const { since, acknowledged, refused, outcomes, taken } = this.#look;
    const elapsed = now - since;
    if (elapsed < LOOK || (outcomes < LOOK_OUTCOMES && elapsed < CUT_INTERVAL)) return;
    if (refused > 0) {
      const plainly = refused / (acknowledged + refused) > PLAINLY_TOO_FAST;
      if (!plainly && now - this.#lastCut < CUT_INTERVAL) return;
      const delivered = this.#deliveredSince(since, acknowledged, plainly, now);
      this.#learn(delivered, acknowledged < ILL * (acknowledged + refused), now);
      this.#cut(delivered, plainly, now);
    } else {
      this.#ill = false;
      if (taken >= IN_USE * this.#rate * (elapsed / 1000)) this.#grow(Math.min(elapsed, 2 * LOOK), now);
    }
    this.#newLook(now);
  }

  /** Units a second. Where the rate is plainly wrong what counts is now; on the edge a longer time is the better measure. */
  #deliveredSince(since: number, acknowledged: number, plainly: boolean, now: number): number {
    const lately = (acknowledged / (now - since)) * 1000;
    return plainly ? lately : Math.max(lately, this.#average(this.#delivered, AVERAGED, now));
  }

  /** An ill server says nothing of what it delivers when well: neither while it falls ill, nor until it is well again. */
  #learn(delivered: number, ill: boolean, now: number): void {
    const before = this.#knownBefore;
    if (ill && !this.#ill && before && now < before.until) this.#known = before.known;
    this.#ill ||= ill;
    if (this.#ill) return;
    this.#knownBefore = { known: this.#known, until: now + FALLING_ILL };
    this.#known = Math.min(delivered, this.#rate);
  }

  #cut(delivered: number, plainly: boolean, now: number): void {
    const share = delivered / this.#rate;
    const factor = plainly
      ? Math.min(CUT.slightest, Math.max(0.5, share * CUT.slightest))
      : Math.min(CUT.slightest, Math.max(CUT.deepest, share));
    this.#change(this.#rate * factor, now);
    this.#lastCut = now;
  }

  #grow(elapsed: number, now: number): void {
    const free = this.#known === undefined || this.#rate < KNOWN_SAFE * this.#known;
    if (free) {
      const grown = this.#rate * this.#factor ** (elapsed / LOOK);
      this.#change(this.#known === undefined ? grown : Math.min(grown, this.#known * KNOWN_SAFE), now);
      return;
    }
    const quiet = now - this.#lastCut;
    const growth = Math.min(GROWTH.most, this.#creep * 2 ** (quiet / GROWTH.doublesEvery));
    this.#change(this.#rate + (Math.max(this.#rate, this.#step) * growth * elapsed) / 1000, now);
  }

  #change(unitsPerSecond: number, now: number): void {
    this.#rate = Math.max(this.#least, unitsPerSecond);
    this.#bucket.rescale(this.#rate, this.#burst, now);
  }

  #newLook(now: number): void {
    this.#look = { since: now, acknowledged: 0, refused: 0, outcomes: 0, taken: 0 };
  }
}
