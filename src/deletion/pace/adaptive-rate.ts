import { PARTITION_WRITE_UNITS } from '../../dynamodb/limits.js';
import { Background } from './background.js';
import { Comeback } from './comeback.js';
import { DecayingSum } from './decaying-sum.js';
import { Outage } from './outage.js';
import { PACING } from './pacing-parameters.js';
import { Sample } from './sample.js';
import { TokenBucket } from './token-bucket.js';
import { RefusalStreak } from './refusal-streak.js';
import { Trial, type Verdict } from './trial.js';

const {
  bucket,
  comeback: comebacks,
  congestionAvoidance,
  decrease,
  delivery,
  sample,
  slowStart,
  trial: trials,
} = PACING;

export interface AdaptiveRateOptions {
  /** Write units per second that are known to be delivered: the end of slow start does not fall below them. */
  floor?: number;
  /** Write units per second: in congestion avoidance, growth is a share of the rate, or of this where it is more. */
  growthBase?: number;
  /** How it grows until the first refusal: by doubling, or more carefully from a rate that is near the limit. */
  start?: 'slow start' | 'probe';
  /** Where it covers all flows, nobody else looks for more, and every refusal is its own doing. */
  covers?: 'all flows' | 'one flow';
}

/**
 * One rate in write units per second, found as TCP finds its window: slow start until the first refusal, then congestion
 * avoidance with a decrease after refusals. Other than in TCP, the server says how much it took, so a decrease goes to what was
 * delivered and not to a half. Times are in milliseconds.
 */
export class AdaptiveRate {
  #rate: number;
  readonly #bucket: TokenBucket;
  /** What was delivered when the server last refused some, as ssthresh in TCP. Undefined: in slow start. */
  #lastGoodRate: number | undefined;
  readonly #outage = new Outage();
  /** Never below this. */
  readonly #minimum: number;
  /** The end of slow start does not fall below this. */
  #floor: number;
  readonly #growthBase: number;
  /** Of congestion avoidance, per second, as a share. */
  readonly #growth: number;
  /** Of slow start, for every `sample.leastMs`. */
  #slowStartFactor: number;
  #lastDecreaseAt: number;
  readonly #createdAt: number;
  readonly #delivered = new DecayingSum(delivery.averageMs);
  readonly #sustained = new DecayingSum(delivery.sustainedMs);
  #sample: Sample;
  readonly #background = new Background();
  readonly #comeback = new Comeback();
  #trial: Trial | undefined;
  /** The rate to go back to after the trial. */
  #rateBefore = 0;
  #nextTrialAt = -Infinity;
  #trialInterval: number = trials.intervalMs;
  readonly #streak = new RefusalStreak();
  readonly #coversAll: boolean;

  constructor(
    unitsPerSecond: number,
    now: number,
    { floor = 0, growthBase = unitsPerSecond, start = 'slow start', covers = 'all flows' }: AdaptiveRateOptions = {},
  ) {
    this.#slowStartFactor = start === 'slow start' ? slowStart.factor : slowStart.probeFactor;
    this.#growth = covers === 'all flows' ? congestionAvoidance.growthOfAll : congestionAvoidance.growthOfOne;
    this.#growthBase = growthBase;
    this.#coversAll = covers === 'all flows';
    this.#minimum = Math.min(decrease.leastUnitsPerSecond, growthBase);
    this.#floor = floor;
    this.#rate = Math.max(this.#minimum, unitsPerSecond);
    this.#bucket = new TokenBucket(this.#rate, this.#burst, now);
    this.#createdAt = now;
    this.#lastDecreaseAt = now;
    this.#sample = new Sample(now);
  }

  get unitsPerSecond(): number {
    return this.#rate;
  }

  /** Write units per second that were acknowledged over the last seconds. */
  sustained(now: number): number {
    return this.#sustained.meanPerSecond(this.#createdAt, now);
  }

  /** Milliseconds until that many units may be sent. */
  wait(units: number, now: number): number {
    return this.#bucket.wait(units, now);
  }

  /** Units are sent. Refused ones are not given back: waiting for them is what lets the server recover. */
  take(units: number, now: number): void {
    this.#bucket.take(units, now);
    this.#sample.taken += units;
  }

  /** A request that was expected to take so many units took others, as its items are larger or smaller than the mean of their page. */
  trueUp(expected: number, actual: number, now: number): void {
    if (actual > 0) this.#bucket.take(actual - expected, now);
  }

  /** A request was answered: so many units were done, and so many refused. */
  record(acknowledged: number, refused: number, now: number, sentAt = now): void {
    this.#delivered.add(acknowledged, now);
    this.#sustained.add(acknowledged, now);
    if (sentAt < this.#lastDecreaseAt) return;
    if (this.#trial) return this.#look(this.#trial, acknowledged, refused, now);
    this.#streak.add(acknowledged, refused);
    const excess = this.#background.excess(acknowledged, refused, this.#rate);
    this.#sample.acknowledged += acknowledged;
    this.#sample.refused += excess;
    this.#sample.answers++;
    if (excess > 0 && this.#lastGoodRate === undefined) this.#endSlowStart(now);
    else if (excess > 0 && this.#comeback.isUnderWay) this.#endComeback(now);
    else this.#judge(now);
  }

  /** Another rate, by what was measured elsewhere: some flows of its group have left with their share. */
  set(unitsPerSecond: number, now: number): void {
    this.#change(unitsPerSecond, now);
    this.#lastDecreaseAt = now;
    this.#sample = new Sample(now);
    this.#trial = undefined;
  }

  /**
   * Looks for more, as there may be some: a gentle slow start, whose end does not fall below the present rate. Not in an outage, where
   * the present rate is no measure.
   */
  probe(): void {
    if (this.#lastGoodRate === undefined || this.#outage.isOn) return;
    this.#floor = this.#rate;
    this.#lastGoodRate = undefined;
    this.#slowStartFactor = slowStart.probeFactor;
  }

  /** Takes over what a flow in the same partition had, up to what one takes; not in slow start, nor on the way back to another rate. */
  inherit(unitsPerSecond: number, now: number): void {
    if (this.#lastGoodRate === undefined || this.#trial || this.#comeback.isUnderWay) return;
    const rate = Math.min(this.#rate + unitsPerSecond, PARTITION_WRITE_UNITS);
    if (rate <= this.#rate) return;
    this.set(rate, now);
    this.#lastGoodRate = Math.max(this.#lastGoodRate, rate);
    this.#outage.forgetLessons();
  }

  #look(trial: Trial, acknowledged: number, refused: number, now: number): void {
    const verdict = trial.look(acknowledged, refused, now);
    if (verdict === undefined) return;
    this.#trial = undefined;
    this.#nextTrialAt = now + this.#trialInterval;
    this.#trialInterval = Math.min(trials.mostIntervalMs, this.#trialInterval * trials.intervalFactor);
    this.#background.set(trial.background(verdict), this.#rateBefore);
    if (verdict !== 'worse') this.#goBack(verdict, now);
    this.#streak.end();
    this.#sample = new Sample(now);
    this.#lastDecreaseAt = now;
  }

  /** To the rate before the trial. Where its refusals were not the rate's doing, there is more to have. */
  #goBack(verdict: Verdict, now: number): void {
    const rate = this.#rateBefore;
    this.#change(rate, now);
    this.#lastGoodRate = rate;
    if (verdict === 'background') this.probe();
  }

  get #burst(): number {
    return Math.max(bucket.leastUnits, this.#rate * bucket.burstSeconds);
  }

  /** At the first refusal: the rate before the last doubling was fine, or at least the server's savings paid for it. */
  #endSlowStart(now: number): void {
    this.#lastGoodRate = Math.max(this.#floor, this.#rate / this.#slowStartFactor);
    this.set(this.#lastGoodRate, now);
  }

  /** Judges the sample, once it is large enough, and begins another. */
  #judge(now: number): void {
    const { since, answers, refused, refusedShare } = this.#sample;
    const elapsed = now - since;
    const mostlyRefused =
      refusedShare > decrease.mostlyRefusedShare && answers >= decrease.mostlyRefusedAnswers && this.#isSettled(now);
    const tooShort = elapsed < sample.leastMs || (answers < sample.leastAnswers && elapsed < sample.longMs);
    if (tooShort && !mostlyRefused) return;
    if (refused > 0) {
      const clearlyTooHigh = refusedShare > decrease.clearlyTooHighShare;
      // At the limit, one decrease at a time; the sample goes on.
      if (!clearlyTooHigh && now - this.#lastDecreaseAt < decrease.intervalMs) return;
      this.#decrease(clearlyTooHigh, now);
    } else {
      this.#outage.end();
      this.#increase(elapsed, now);
    }
    this.#sample = new Sample(now);
  }

  /** The limit is as low as before the comeback. After an outage, the refusal counts as a stray: the last good rate is from before it. */
  #endComeback(now: number): void {
    this.set(this.#lastGoodRate ?? this.#rate, now);
    this.#streak.end();
    this.#comeback.failed(this.#rate);
  }

  /** The comeback has held. */
  #arrive(): void {
    this.#lastGoodRate = this.#rate;
    this.#outage.forgetLessons();
  }

  /** Whether a fall tells of the limit: it has been there for long enough, and none of it is the doing of a neighbor. */
  #isSettled(now: number): boolean {
    return this.#coversAll && now - this.#createdAt >= comebacks.settledMs;
  }

  /** What was delivered, or the present rate as far as that is not much more. */
  #provedRate(now: number): number {
    const delivered = Math.max(this.sustained(now), this.#delivered.meanPerSecond(this.#createdAt, now));
    return Math.max(delivered, Math.min(this.#rate, comebacks.aboveDelivered * delivered));
  }

  /** Refusals go on although the rate was cut several times: is it the rate that they depend on? */
  #try(delivered: number, now: number): void {
    this.#rateBefore = Math.min(this.#rate * decrease.greatestFactor, delivered);
    this.#trial = new Trial(this.#streak.refused, now);
    this.#streak.end();
    this.#change(trials.factor * Math.min(this.#rate, delivered), now);
  }

  /** Toward what was delivered: at once where the rate is clearly too high, by a little at the limit. */
  #decrease(clearlyTooHigh: boolean, now: number): void {
    const delivered = this.#deliveredInSample(clearlyTooHigh, now) / (1 - this.#background.share);
    this.#streak.decreased(this.#provedRate(now), now);
    const { showsOutage } = this.#sample;
    const refused = { delivered: Math.min(delivered, this.#rate), showsOutage };
    this.#lastGoodRate = this.#outage.goodRate(this.#lastGoodRate, refused, now);
    if (clearlyTooHigh && this.#isSettled(now)) this.#comeback.fell(this.#streak.before, delivered, now);
    const persists = this.#streak.persists(this.#rate, this.#sample.refusedShare);
    if (persists && this.#coversAll && now >= this.#nextTrialAt && !this.#outage.isOn) return this.#try(delivered, now);
    const share = delivered / this.#rate;
    const factor = clearlyTooHigh
      ? Math.max(decrease.leastFactorTooHigh, share * decrease.greatestFactor)
      : Math.max(decrease.leastFactor, share);
    this.#change(this.#rate * Math.min(decrease.greatestFactor, factor), now);
    this.#lastDecreaseAt = now;
  }

  /** Units per second. Where the rate is clearly too high, what counts is now; at the limit, a longer time is the better measure. */
  #deliveredInSample(clearlyTooHigh: boolean, now: number): number {
    const lately = (this.#sample.acknowledged / (now - this.#sample.since)) * 1000;
    return clearlyTooHigh ? lately : Math.max(lately, this.#delivered.meanPerSecond(this.#createdAt, now));
  }

  /** Up to this it grows as in slow start. A single flow writes to one physical partition, which takes no more than its limit for long. */
  get #knownRate(): number {
    const known = (this.#lastGoodRate ?? Infinity) * congestionAvoidance.knownShare;
    return this.#coversAll ? known : Math.min(known, PARTITION_WRITE_UNITS);
  }

  /** Nothing was refused in so many milliseconds: more may be possible, if the rate was used at all. */
  #increase(elapsed: number, now: number): void {
    if (this.#sample.taken < sample.inUseShare * this.#rate * (elapsed / 1000)) return;
    const time = Math.min(elapsed, sample.mostGrowthMs);
    const { isUnderWay: wasClimbing } = this.#comeback;
    const comeback = this.#comeback.climbTo(this.#rate, now - this.#lastDecreaseAt, now) ?? 0;
    if (wasClimbing && !this.#comeback.isUnderWay) this.#arrive();
    const safe = Math.max(comeback, this.#knownRate);
    if (this.#rate < safe) {
      const factor = this.#comeback.isUnderWay ? comebacks.factor : this.#slowStartFactor;
      const grown = this.#rate * factor ** (time / sample.leastMs);
      this.#change(Math.min(grown, safe), now);
    } else if (this.#lastGoodRate === undefined) {
      // Slow start ends without a refusal.
      this.set(this.#rate, now);
      this.#lastGoodRate = this.#rate;
    } else {
      const quiet = now - this.#lastDecreaseAt;
      const growth = this.#growth * 2 ** (quiet / congestionAvoidance.doublesEveryMs);
      const perSecond = Math.max(this.#rate, this.#growthBase) * Math.min(congestionAvoidance.mostGrowth, growth);
      this.#change(this.#rate + (perSecond * time) / 1000, now);
    }
  }

  #change(unitsPerSecond: number, now: number): void {
    this.#rate = Math.max(this.#minimum, unitsPerSecond);
    this.#bucket.rescale(this.#rate, this.#burst, now);
  }
}
