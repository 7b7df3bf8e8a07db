import { DEFAULT_CAPACITY_SHARE_PERCENT } from '../api/names.js';
import type { TableCapacity } from '../dynamodb/table-capacity.js';
import { ReadLimiter } from './pace/read-limiter.js';
import { TableShare } from './pace/table-share.js';
import { WriteLimiter } from './pace/write-limiter.js';
import type { Caps, Clock, Log } from './runtime.js';

/** At most one log line about yielding in so many milliseconds. */
const YIELD_LOG_MS = 30_000;

/**
 * What limits one deletion: the user's caps, and the share of the table's capacity. Of a cap and a share, the lower one holds.
 * Either may change while the deletion runs: the user edits the caps, and autoscaling the capacity.
 */
export class Limits {
  readonly readLimiter: ReadLimiter;
  readonly #clock: Clock;
  readonly #log: Log;
  #caps: Caps;
  /** Undefined until the preflight has determined what the table allows. */
  #capacity: TableCapacity | undefined;
  #yieldLoggedAt = -Infinity;
  /** Undefined in a dry run, and until the preflight is done. */
  #writes: { limiter: WriteLimiter; share: TableShare } | undefined;

  constructor({ clock, log, caps }: { clock: Clock; log: Log; caps: Caps }) {
    this.#clock = clock;
    this.#log = log;
    this.#caps = caps;
    this.readLimiter = new ReadLimiter(clock, caps.maxReadUnitsPerSecond);
  }

  /** Write units per second that may be consumed at most now; undefined: as many as the table gives. */
  get writeUnitsPerSecond(): number | undefined {
    return lower(this.#caps.maxWriteUnitsPerSecond, this.#writes?.share.unitsPerSecond(this.#clock.now()));
  }

  /** How much of the table's write capacity was lately left to others, in percent. */
  get leftPercent(): number | undefined {
    return this.#writes?.share.leftPercent(this.#clock.now());
  }

  /** Sets other caps from now on. */
  setCaps(caps: Caps): void {
    this.#caps = caps;
    this.#apply();
  }

  /** The table's capacity, as first seen or changed. */
  setCapacity(capacity: TableCapacity): void {
    if (JSON.stringify(capacity) === JSON.stringify(this.#capacity)) return;
    const before = this.#capacity;
    this.#capacity = capacity;
    this.#apply();
    if (before === undefined) this.#log.info(...inWords(capacity, this.#percent));
    else
      this.#log.info(
        { writeCapacity: capacity.write, writeCapacityOfIndexes: capacity.writeOfIndexes, readCapacity: capacity.read },
        "the table's capacity changed",
      );
  }

  /** The limiter of all writes, for as long as the deletion runs. */
  writeLimiter(): WriteLimiter {
    const share = new TableShare({
      capacity: this.#capacity ?? NO_CAPACITY,
      percent: this.#percent,
      now: this.#clock.now(),
      onYield: (unitsPerSecond) => this.#logYield(unitsPerSecond),
    });
    const { maxWriteUnitsPerSecond: cap } = this.#caps;
    const limiter = new WriteLimiter(this.#clock, { tableLimit: this.#capacity?.write, cap, share });
    this.#writes = { limiter, share };
    return limiter;
  }

  #logYield(unitsPerSecond: number): void {
    const now = this.#clock.now();
    if (now - this.#yieldLoggedAt < YIELD_LOG_MS) return;
    this.#yieldLoggedAt = now;
    this.#log.info(
      { unitsPerSecond: Math.round(unitsPerSecond) },
      'the capacity is used up, and others are refused too: takes half as much, and comes back slowly',
    );
  }

  get #percent(): number {
    return this.#caps.capacitySharePercent ?? DEFAULT_CAPACITY_SHARE_PERCENT;
  }

  #apply(): void {
    const { maxReadUnitsPerSecond, maxWriteUnitsPerSecond } = this.#caps;
    const { read } = this.#capacity ?? {};
    const shareOfReads = read === undefined || this.#percent >= 100 ? undefined : (read * this.#percent) / 100;
    this.readLimiter.setCap(lower(maxReadUnitsPerSecond, shareOfReads));
    this.#writes?.share.change(this.#capacity ?? NO_CAPACITY, this.#percent, this.#clock.now());
    this.#writes?.limiter.setCap(maxWriteUnitsPerSecond);
  }
}

const NO_CAPACITY = { write: undefined, writeOfIndexes: {} };

/** How much is left to others, for the log. */
function inWords(capacity: TableCapacity, percent: number): [object, string] {
  const { write, read, writeOfIndexes, isOnDemand, warmWrite } = capacity;
  const known = {
    writeCapacity: write,
    writeCapacityOfIndexes: writeOfIndexes,
    readCapacity: read,
    warmWriteUnitsPerSecond: warmWrite,
  };
  if (write === undefined && isOnDemand)
    return [known, 'the table is on-demand, without a maximum: there is no capacity to take a share of'];
  if (write === undefined) return [known, 'the table names no capacity to take a share of'];
  const fields = { ...known, capacitySharePercent: percent };
  return percent >= 100
    ? [fields, 'takes as much of the capacity as the table gives']
    : [fields, "leaves the rest of the table's capacity to others"];
}

const lower = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : Math.min(a, b ?? Infinity);
