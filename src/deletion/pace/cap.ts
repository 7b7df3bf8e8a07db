import { PACING } from './pacing-parameters.js';
import { TokenBucket } from './token-bucket.js';

const { savedSeconds, windowSeconds, slackSeconds, lateCommitMs } = PACING.cap;

/** Rounding errors in units. */
const NOTHING = 1e-9;

/** Units that were charged and not yet accounted for. */
export interface Charge {
  units: number;
}

/**
 * A cap on units per second, as a promise about what the server commits: in any 10 s no more than 1.05 × cap × 10, or 10 × cap
 * and one item where that item is more than half a second of the cap. A token bucket alone would keep it if requests were done
 * when they are sent; a slow one is done later, so each counts from its sending until 10 s after its answer. Times are in
 * milliseconds.
 */
export class Cap {
  #unitsPerSecond: number | undefined;
  #bucket: TokenBucket | undefined;
  /** Units that were sent and not answered. */
  #inFlight = 0;
  #answered = new ExpiringUnits();
  /** Units of requests of which nobody knows whether they were done. */
  #lost = new ExpiringUnits();

  /** @param unitsPerSecond - undefined: no cap */
  constructor(unitsPerSecond: number | undefined, now: number) {
    this.change(unitsPerSecond, now);
  }

  get unitsPerSecond(): number | undefined {
    return this.#unitsPerSecond;
  }

  /** The most units that one request should take, where that can be chosen: half of what the bucket holds. */
  get preferredUnits(): number {
    return this.#unitsPerSecond === undefined ? Infinity : (this.#unitsPerSecond * savedSeconds) / 2;
  }

  /** Another cap from now on. A new window begins, but what is in flight counts. */
  change(unitsPerSecond: number | undefined, now: number): void {
    if (unitsPerSecond === this.#unitsPerSecond) return;
    this.#unitsPerSecond = unitsPerSecond;
    this.#answered = new ExpiringUnits();
    this.#lost = new ExpiringUnits();
    if (unitsPerSecond === undefined) this.#bucket = undefined;
    else if (this.#bucket) this.#bucket.change(unitsPerSecond, unitsPerSecond * savedSeconds, now);
    else this.#bucket = new TokenBucket(unitsPerSecond, unitsPerSecond * savedSeconds, now);
  }

  /** Milliseconds until that many units may be sent; Infinity while that depends on answers that are still to come. */
  wait(units: number, now: number): number {
    if (this.#unitsPerSecond === undefined || this.#bucket === undefined) return 0;
    return Math.max(this.#bucket.wait(units, now), this.#windowWait(units, this.#unitsPerSecond, now));
  }

  /** A request is sent that takes so many units at most. */
  charge(units: number, now: number): Charge {
    this.#bucket?.take(units, now);
    this.#inFlight += units;
    return { units };
  }

  /** The request was answered, and took so many units: none where it was refused. */
  settle(charge: Charge, units: number, now: number): void {
    this.#bucket?.take(units - charge.units, now);
    this.#release(charge);
    if (this.#bucket) this.#answered.add(units, now + windowSeconds * 1000);
  }

  /** Nobody knows whether the request was done, or will be: it stays charged. */
  unknown(charge: Charge, now: number): void {
    if (this.#bucket) this.#lost.add(charge.units, now + lateCommitMs + windowSeconds * 1000);
    this.#release(charge);
  }

  #release(charge: Charge): void {
    this.#inFlight -= charge.units;
    charge.units = 0;
  }

  /** Milliseconds until the window has room for so many units. */
  #windowWait(units: number, cap: number, now: number): number {
    const slack = slackSeconds * cap;
    const room = windowSeconds * cap + (units > slack ? 0 : slack - units);
    const settled = this.#answered.sum(now) + this.#lost.sum(now);
    const excess = this.#inFlight + settled - room;
    if (excess <= NOTHING) return 0;
    return (excess > settled ? Infinity : timeUntilGone(excess, this.#answered, this.#lost)) - now;
  }
}

/** When so many units will have left the two queues. */
function timeUntilGone(units: number, a: ExpiringUnits, b: ExpiringUnits): number {
  const [ofA, ofB] = [a.entries(), b.entries()];
  let [headOfA, headOfB] = [ofA.next().value, ofB.next().value];
  for (let left = units; ;) {
    const next = earlier(headOfA, headOfB);
    if (next === undefined) return Infinity;
    left -= next.units;
    if (left <= NOTHING) return next.until;
    if (next === headOfA) headOfA = ofA.next().value;
    else headOfB = ofB.next().value;
  }
}

function earlier(a: Expiring | undefined, b: Expiring | undefined): Expiring | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.until <= b.until ? a : b;
}

interface Expiring {
  readonly units: number;
  /** Milliseconds. */
  readonly until: number;
}

/** Units that count until a time. They are added in the order of those times. */
class ExpiringUnits {
  #queue: Expiring[] = [];
  /** Where the queue begins: what expired is removed only now and then. */
  #head = 0;
  #sum = 0;

  add(units: number, until: number): void {
    this.#queue.push({ units, until });
    this.#sum += units;
  }

  sum(now: number): number {
    for (let first = this.#queue[this.#head]; first && first.until <= now; first = this.#queue[this.#head]) {
      this.#sum -= first.units;
      this.#head++;
    }
    if (this.#head > 1000) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    // Rounding errors end where nothing is left.
    if (this.#head === this.#queue.length) this.#sum = 0;
    return this.#sum;
  }

  *entries(): Generator<Expiring, undefined> {
    for (let at = this.#head; at < this.#queue.length; at++) yield this.#queue[at]!;
    return undefined;
  }
}
