import type { TableCapacity } from '../../dynamodb/table-capacity.js';
import { namesSharedCapacity } from '../../dynamodb/throttling-reason.js';
import { DecayingSum } from './decaying-sum.js';
import type { RequestResult, Ticket } from './flow.js';
import { PACING } from './pacing-parameters.js';
import { TokenBucket } from './token-bucket.js';

const {
  savedSeconds,
  yieldFactor,
  yieldIntervalMs,
  leastFactor,
  recoveryPerSecond,
  reasonAgeMs,
  reasonHoldMs,
  weight,
  leftHalfLifeMs,
} = PACING.share;

/** In percent of a capacity: at this value there is no share to keep to. */
const WHOLE = 100;

export type ShareOf = Pick<TableCapacity, 'write' | 'writeOfIndexes'>;

export interface TableShareOptions {
  capacity: ShareOf;
  /** Of the capacity, in percent. */
  percent: number;
  now: number;
  /** Called when it yields, with the write units that it now takes per second. */
  onYield?: (unitsPerSecond: number) => void;
}

/** A capacity in write units per second, the table's or a global index's, and what may be taken of it. */
interface Meter {
  /** Undefined: the table itself. */
  readonly index: string | undefined;
  readonly capacity: number;
  readonly bucket: TokenBucket;
  /** Units of it that one unit of the table takes: 1 of the table itself, and of an index as answers have shown. */
  perUnit: number;
}

/**
 * Leaves room for whoever else uses a table. The deletion takes only a share of the capacity that the table, and each of its global
 * indexes, is provisioned with. When a refusal names such a capacity, others are refused at that moment too; then the deletion yields:
 * it halves what it takes at once, and comes back slowly. At 100 % there is no share: it takes what the table gives. Times are in
 * milliseconds.
 */
export class TableShare {
  #capacity: ShareOf = { write: undefined, writeOfIndexes: {} };
  #percent = WHOLE;
  #meters: Meter[] = [];
  /** Units that each request on its way has taken of each meter. */
  readonly #charged = new Map<Ticket, ReadonlyMap<Meter, number>>();
  /** How much of the share is taken since it last yielded: 1 unless it did. */
  #yielded = { factor: 1, at: -Infinity };
  #lastReasonAt = -Infinity;
  /** When a refusal was last due to a capacity that others use too, as far as is known. */
  #sharedAt = -Infinity;
  readonly #consumed = new DecayingSum(leftHalfLifeMs);
  readonly #since: number;
  readonly #onYield: (unitsPerSecond: number) => void;

  constructor({ capacity, percent, now, onYield = () => {} }: TableShareOptions) {
    this.#onYield = onYield;
    this.#since = now;
    this.change(capacity, percent, now);
  }

  /** Another capacity or share from now on. */
  change(capacity: ShareOf, percent: number, now: number): void {
    this.#capacity = capacity;
    this.#percent = percent;
    const { write, writeOfIndexes } = capacity;
    const ofTable = write === undefined || percent >= WHOLE ? [] : [[undefined, write] as const];
    const ofIndexes = percent >= WHOLE ? [] : Object.entries(writeOfIndexes);
    this.#meters = [...ofTable, ...ofIndexes].map(([index, units]) => this.#meter(index, units, now));
  }

  /** Write units of the table that may be taken per second now; undefined: as many as it gives. */
  unitsPerSecond(now: number): number | undefined {
    const { most } = this;
    return most === undefined ? undefined : this.#factor(now) * most;
  }

  /** The same where it need not yield. */
  get most(): number | undefined {
    const limits = this.#meters.map(({ capacity, perUnit }) => this.#shareOf(capacity) / perUnit);
    return limits.length === 0 ? undefined : Math.min(...limits);
  }

  /** The most write units that one request should take, where that can be chosen: half of what the buckets hold. */
  preferredUnits(now: number): number {
    return ((this.unitsPerSecond(now) ?? Infinity) * savedSeconds) / 2;
  }

  /** Milliseconds until a request of so many units of the table may be sent. */
  wait(units: number, now: number): number {
    this.#tune(now);
    return Math.max(0, ...this.#meters.map(({ bucket, perUnit }) => bucket.wait(units * perUnit, now)));
  }

  /** A request is sent. */
  take(ticket: Ticket, now: number): void {
    const charged = new Map(this.#meters.map((meter) => [meter, ticket.units * meter.perUnit]));
    for (const [{ bucket }, units] of charged) bucket.take(units, now);
    this.#charged.set(ticket, charged);
  }

  /** What became of it: what it took too much or too little is made up for. Where nobody knows, it stays charged. */
  settle(ticket: Ticket, result: RequestResult, now: number): void {
    const charged = this.#charged.get(ticket);
    this.#charged.delete(ticket);
    this.#consumed.add(result.acknowledged, now);
    this.#look(result, now);
    if (charged === undefined || result.unknown === true) return;
    for (const [meter, units] of charged) {
      const consumed = consumedOf(meter, result);
      meter.bucket.take(consumed - units, now);
      if (result.acknowledged > 0) meter.perUnit += weight * (consumed / result.acknowledged - meter.perUnit);
    }
  }

  /** Whether a partial refusal should be followed by a request that is small enough to be refused with a reason. */
  wantsReason(now: number): boolean {
    return this.#meters.length > 0 && now - this.#lastReasonAt > reasonAgeMs;
  }

  /** Whether a capacity is known, of which what is taken and what is left are told by what requests consume. */
  get needsConsumption(): boolean {
    return this.#meters.length > 0 || this.#capacity.write !== undefined;
  }

  /** How much of the table's capacity the deletion has lately left to others, in percent; undefined where no limit is set. */
  leftPercent(now: number): number | undefined {
    const { write } = this.#capacity;
    if (write === undefined) return undefined;
    const taken = this.#consumed.meanPerSecond(this.#since, now) / write;
    return Math.round(100 * (1 - Math.min(1, taken)));
  }

  /** What is left of the share after yielding, from 0 to 1. */
  #factor(now: number): number {
    const { factor, at } = this.#yielded;
    return Math.min(1, factor + (Math.max(0, now - at) / 1000) * recoveryPerSecond);
  }

  /**
   * Yields where others are refused as well. A partial refusal carries no reason, so the last one holds for it. Requests that were on
   * their way when it yielded say nothing new.
   */
  #look({ refused, acknowledged, reasons = [] }: RequestResult, now: number): void {
    if (refused === 0 || this.#meters.length === 0) return;
    if (acknowledged === 0) this.#lastReasonAt = now;
    if (reasons.length > 0) this.#sharedAt = reasons.some(namesSharedCapacity) ? now : -Infinity;
    if (now - this.#sharedAt > reasonHoldMs) return;
    this.#sharedAt = now;
    if (now - this.#yielded.at < yieldIntervalMs) return;
    this.#yielded = { factor: Math.max(leastFactor, this.#factor(now) * yieldFactor), at: now };
    this.#tune(now);
    this.#onYield(this.unitsPerSecond(now) ?? Infinity);
  }

  #tune(now: number): void {
    const factor = this.#factor(now);
    for (const { bucket, capacity } of this.#meters) {
      const units = this.#shareOf(capacity) * factor;
      bucket.change(units, units * savedSeconds, now);
    }
  }

  #shareOf(capacity: number): number {
    return (capacity * this.#percent) / 100;
  }

  /** A known meter keeps what was learned of it, and its debts. */
  #meter(index: string | undefined, capacity: number, now: number): Meter {
    const known = this.#meters.find((meter) => meter.index === index);
    const units = this.#shareOf(capacity);
    const bucket = known?.bucket ?? new TokenBucket(units, units * savedSeconds, now);
    return { index, capacity, bucket, perUnit: known?.perUnit ?? 1 };
  }
}

/** Where the answer does not name its parts, nothing is known of an index. */
const consumedOf = ({ index }: Meter, { acknowledged, ofIndexes = {} }: RequestResult): number =>
  index === undefined ? acknowledged : (ofIndexes[index] ?? 0);
