import { TokenBucket } from './token-bucket.js';

/** Seconds of the cap that can be saved up. */
const BUCKET_SECONDS = 0.4;
const WINDOW_SECONDS = 10;
/** Within the window at most that much over it, in seconds of the cap; or one item, where that is more. */
const SLACK_SECONDS = 0.5;
/** How long after its failure a request of unknown outcome may still be done by the server, in milliseconds. */
const LATE_COMMIT = 10_000;

/** Units that were charged and not yet accounted for. */
export interface Charge {
  units: number;
}

/**
 * A cap on units a second, as a promise about what the server commits: in any 10 s no more than 1.05 × cap × 10, or 10 × cap and
 * one item where that item is more than half a second of the cap. The bucket alone would promise it if requests were done when
 * they are sent; a slow one is done later, so it counts from its sending until 10 s after its answer.
 */
export class Cap {
  #unitsPerSecond: number | undefined;
  #bucket: TokenBucket | undefined;
  #inFlight = 0;
  #answered = new Expiring();
  #lost = new Expiring();

  /** @param unitsPerSecond - undefined: no cap */
  constructor(unitsPerSecond: number | undefined, now: number) {
    this.change(unitsPerSecond, now);
  }

  get unitsPerSecond(): number | undefined {
    return this.#unitsPerSecond;
  }

  /** The most that one request should take, where it can be chosen: what the bucket holds half full. */
  get comfortable(): number {
    return this.#unitsPerSecond === undefined ? Infinity : (this.#unitsPerSecond * BUCKET_SECONDS) / 2;
  }

  /** Another cap from now on; the windows begin anew, but what is in flight counts. */
  change(unitsPerSecond: number | undefined, now: number): void {
    if (unitsPerSecond === this.#unitsPerSecond) return;
    this.#unitsPerSecond = unitsPerSecond;
    this.#answered = new Expiring();
    this.#lost = new Expiring();
    if (unitsPerSecond === undefined) this.#bucket = undefined;
    else if (this.#bucket) this.#bucket.change(unitsPerSecond, unitsPerSecond * BUCKET_SECONDS, now);
    else this.#bucket = new TokenBucket(unitsPerSecond, unitsPerSecond * BUCKET_SECONDS, now);
  }

  /** Milliseconds until that many units may be sent; Infinity while that hangs on answers that are still to come. */
  wait(units: number, now: number): number {
    if (this.#unitsPerSecond === undefined || this.#bucket === undefined) return 0;
    return Math.max(this.#bucket.wait(units, now), this.#windowWait(units, this.#unitsPerSecond, now));
  }

  charge(units: number, now: number): Charge {
    this.#bucket?.take(units, now);
    this.#inFlight += units;
    return { units };
  }

  /** The request was answered: this is what it took. Refusals took nothing. */
  settle(charge: Charge, units: number, now: number): void {
    this.#bucket?.take(units - charge.units, now);
    this.#release(charge);
    if (this.#bucket) this.#answered.add(units, now + WINDOW_SECONDS * 1000);
  }

  /** Nobody knows whether the request was, or will be, done: it stays charged. */
  unknown(charge: Charge, now: number): void {
    if (this.#bucket) this.#lost.add(charge.units, now + LATE_COMMIT + WINDOW_SECONDS * 1000);
    this.#release(charge);
  }

  #release(charge: Charge): void {
    this.#inFlight -= charge.units;
    charge.units = 0;
  }

  #windowWait(units: number, cap: number, now: number): number {
    const room = WINDOW_SECONDS * cap + (units > SLACK_SECONDS * cap ? 0 : SLACK_SECONDS * cap - units);
    const settled = this.#answered.sum(now) + this.#lost.sum(now);
    const excess = this.#inFlight + settled - room;
    if (excess <= 1e-9) return 0;
    return (excess > settled ? Infinity : timeUntilGone(excess, this.#answered, this.#lost)) - now;
  }
}

/** When that many units have left two queues. */
function timeUntilGone(units: number, a: Expiring, b: Expiring): number {
  const [first, second] = [a.entries(), b.entries()];
  let [x, y] = [first.next(), second.next()];
  for (let left = units; ;) {
    if (x.done && y.done) return Infinity;
    const takeFirst = y.done || (!x.done && x.value.until <= y.value.until);
    const { units: gone, until } = (takeFirst ? x.value : y.value)!;
    left -= gone;
    if (left <= 1e-9) return until;
    if (takeFirst) x = first.next();
    else y = second.next();
  }
}

/** Units that count until a time; times never decrease. */
class Expiring {
  #queue: { units: number; until: number }[] = [];
  #head = 0;
  #sum = 0;

  add(units: number, until: number): void {
    this.#queue.push({ units, until });
    this.#sum += units;
  }

  sum(now: number): number {
    while (this.#head < this.#queue.length && this.#queue[this.#head]!.until <= now)
      this.#sum -= this.#queue[this.#head++]!.units;
    if (this.#head > 1000) this.#queue = this.#queue.slice(this.#head);
    if (this.#head > 1000) this.#head = 0;
    if (this.#head === this.#queue.length) this.#sum = 0;
    return this.#sum;
  }

  *entries(): Generator<{ units: number; until: number }, undefined> {
    for (let at = this.#head; at < this.#queue.length; at++) yield this.#queue[at]!;
    return undefined;
  }
}
