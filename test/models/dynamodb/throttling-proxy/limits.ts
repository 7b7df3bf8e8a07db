import { type Attribute, compareKeys } from './attributes.js';
import { type BucketOptions, type Gate, type Reason, TokenBucket } from './buckets.js';
import type { ThrottlingExceptionName } from './exceptions.js';

/** What a table allows, as physical partitions and settings of a real table would. */
export interface TableLimits {
  /** Sort keys at which one physical partition ends and the next begins (inclusive), ascending; none: one partition. */
  splits?: readonly Attribute[];
  /** Of each physical partition; by default 1000 write units a second and a quarter of a second of burst. */
  range?: BucketOptions;
  /** Of the whole table besides: provisioned capacity, an on-demand maximum, or an index short of capacity. */
  table?: BucketOptions & { reason: Reason };
  /** Read units of the whole table; absent: unlimited. */
  reads?: BucketOptions & { reason?: Reason };
  /** Whether puts are charged like deletes; by default they pass, so that tests can fill a table and write beside. */
  chargePuts?: boolean;
  /** The exception that answers a request of which nothing was processed. */
  exception?: ThrottlingExceptionName;
}

const DEFAULT_RANGE: BucketOptions = { unitsPerSecond: 1000, burstSeconds: 0.25 };

/** The buckets of one table. */
export class Limits {
  readonly exception: ThrottlingExceptionName;
  readonly chargePuts: boolean;
  readonly reads: Gate | undefined;
  readonly #splits: readonly Attribute[];
  readonly #ranges: Gate[];
  readonly #table: Gate | undefined;

  constructor({ splits = [], range = DEFAULT_RANGE, table, reads, chargePuts = false, exception }: TableLimits) {
    this.exception = exception ?? 'ThrottlingException';
    this.chargePuts = chargePuts;
    this.#splits = splits;
    this.#ranges = Array.from({ length: splits.length + 1 }, () => ({
      bucket: new TokenBucket(range),
      reason: 'TableWriteKeyRangeThroughputExceeded',
    }));
    this.#table = table && { bucket: new TokenBucket(table), reason: table.reason };
    this.reads = reads && {
      bucket: new TokenBucket(reads),
      reason: reads.reason ?? 'TableReadKeyRangeThroughputExceeded',
    };
  }

  /** Ordinal of the physical partition that a sort key lies in; 0 for a table without sort key. */
  rangeOf(sortKey: Attribute | undefined): number {
    if (sortKey === undefined) return 0;
    return this.#splits.filter((split) => compareKeys(split, sortKey) <= 0).length;
  }

  gatesOf(range: number): Gate[] {
    return [this.#ranges[range]!, ...(this.#table ? [this.#table] : [])];
  }
}
