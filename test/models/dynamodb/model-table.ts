import { type BucketOptions, seeded, TokenBucket } from './throttling-proxy/index.js';
import type { Reason } from './throttling-proxy/buckets.js';
import { type Demand, Traffic } from './traffic.js';

const PAGE_BYTES = 1024 * 1024;
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/** An index that holds every item. */
export interface GlobalIndex {
  /** What one physical partition of it takes; absent: as much as is asked for. */
  limit?: BucketOptions & { reason: Reason };
  /** Whether an item is in that partition; absent: every one is. */
  limits?: (item: number) => boolean;
}

export interface ModelTableOptions {
  /** Sort keys in ascending order, and the bytes of each item. */
  keys: readonly string[];
  bytes: (item: number) => number;
  /** Physical partitions, each with the same number of items; by default one. */
  partitions?: number;
  /** Of each partition; by default 1000 units a second and a quarter of a second of burst. */
  partition?: BucketOptions;
  /** Changes of what a partition takes, or of what the table is provisioned with, at a time in milliseconds. */
  changes?: readonly { at: number; partition?: BucketOptions; provisioned?: BucketOptions }[];
  localIndexes?: number;
  globalIndexes?: readonly GlobalIndex[];
  /** Provisioned capacity of the whole table, which production shares. */
  provisioned?: BucketOptions;
  /** Read units per second that DescribeTable names. The model refuses no reads. */
  readCapacity?: number;
  /** Whoever else writes to the table, beside the partitions of the target. */
  production?: Demand;
  /** Whoever else writes to the first of the target's partitions. */
  foreign?: Demand;
  /** The share of items that is refused whatever the rate is, and why. */
  refused?: { share: number; reason: Reason };
  seed?: number;
}

/** Write units that were committed and refused at a time, in one partition. */
export interface Written {
  at: number;
  partition: number;
  committed: number;
  refused: number;
}

interface Delete {
  DeleteRequest: { Key: { sk: { S: string } } };
}

interface ReadInput {
  ExpressionAttributeValues: Record<string, { S: string }>;
  ExclusiveStartKey?: { sk: { S: string } };
  ScanIndexForward?: boolean;
  ConsistentRead?: boolean;
  Limit?: number;
}

interface Gate {
  bucket: TokenBucket;
  reason: Reason;
}

/**
 * One partition key of a table of DynamoDB, by what its documents say and nothing of how the worker paces: token buckets for each
 * physical partition, the table's own capacity and global indexes; each item of a batch is taken or refused by itself; a local
 * index takes from the item's partition, a global one beside it. Calls come in the order of their times, in milliseconds.
 */
export class ModelTable {
  readonly writes: Written[] = [];
  readonly production: Traffic | undefined;
  readonly #options: ModelTableOptions;
  readonly #random: () => number;
  readonly #index: ReadonlyMap<string, number>;
  readonly #gone: Uint8Array;
  readonly #gates: Gate[];
  #table: Gate | undefined;
  #provisioned: BucketOptions | undefined;
  readonly #globalGates: (Gate | undefined)[];
  readonly #foreign: Traffic | undefined;
  #changes: { at: number; partition?: BucketOptions; provisioned?: BucketOptions }[];

  constructor(options: ModelTableOptions) {
    this.#options = options;
    this.#random = seeded(options.seed ?? 1);
    this.#index = new Map(options.keys.map((key, item) => [key, item]));
    this.#gone = new Uint8Array(options.keys.length);
    this.#changes = [...(options.changes ?? [])];
    this.#gates = this.#partitionGates(options.partition ?? { unitsPerSecond: 1000 });
    const { provisioned, globalIndexes = [] } = options;
    this.#provision(provisioned);
    this.#globalGates = globalIndexes.map(({ limit }) => limit && gate(limit));
    this.production = options.production && new Traffic(options.production, this.#table ? [this.#table.bucket] : []);
    this.#foreign = options.foreign && new Traffic(options.foreign, [this.#gates[0]!.bucket]);
  }

  get left(): number {
    return this.#gone.reduce((left, gone) => left - gone, this.#gone.length);
  }

  /** Write units that an item takes from its partition. */
  unitsOf(item: number): number {
    const { bytes, localIndexes = 0 } = this.#options;
    return Math.max(1, Math.ceil(bytes(item) / WRITE_UNIT_BYTES)) * (1 + localIndexes);
  }

  partitionOf(item: number): number {
    const { keys, partitions = 1 } = this.#options;
    return Math.floor((item * partitions) / keys.length);
  }

  describe(now: number): object {
    this.#change(now);
    const provisioned = this.#provisioned;
    const { localIndexes = 0, globalIndexes = [] } = this.#options;
    const named = (kind: string, count: number) =>
      Array.from({ length: count }, (_, i) => ({ IndexName: `${kind}${i}` }));
    return {
      Table: {
        TableName: 't',
        TableStatus: 'ACTIVE',
        TableId: 't',
        BillingModeSummary: { BillingMode: provisioned ? 'PROVISIONED' : 'PAY_PER_REQUEST' },
        ProvisionedThroughput: {
          WriteCapacityUnits: provisioned?.unitsPerSecond ?? 0,
          ReadCapacityUnits: this.#options.readCapacity ?? 0,
        },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        LocalSecondaryIndexes: named('local', localIndexes),
        GlobalSecondaryIndexes: globalIndexes.map(({ limit }, i) => ({
          IndexName: `global${i}`,
          ...(limit?.reason === 'IndexWriteProvisionedThroughputExceeded'
            ? { ProvisionedThroughput: { WriteCapacityUnits: limit.unitsPerSecond } }
            : {}),
        })),
      },
    };
  }

  query(input: ReadInput): object {
    const { keys, bytes } = this.#options;
    const { ExpressionAttributeValues: values, ExclusiveStartKey, ScanIndexForward = true, Limit = Infinity } = input;
    const [from, to] = [values[':from']?.S, values[':to']?.S];
    let low = from === undefined ? 0 : this.#atOrAfter(from);
    let high = to === undefined ? keys.length - 1 : this.#upTo(to);
    const start = ExclusiveStartKey?.sk.S;
    if (start !== undefined && ScanIndexForward) low = Math.max(low, this.#upTo(start) + 1);
    if (start !== undefined && !ScanIndexForward) high = Math.min(high, this.#atOrAfter(start) - 1);
    const found: number[] = [];
    let size = 0;
    const step = ScanIndexForward ? 1 : -1;
    let at = ScanIndexForward ? low : high;
    for (; at >= low && at <= high && found.length < Limit && size < PAGE_BYTES; at += step) {
      if (this.#gone[at] === 1) continue;
      found.push(at);
      size += bytes(at);
    }
    const more = (found.length >= Limit || size >= PAGE_BYTES) && found.length > 0;
    const keyOf = (item: number) => ({ pk: { S: 'p' }, sk: { S: keys[item]! } });
    const share = input.ConsistentRead === true ? 1 : 0.5;
    return {
      Items: found.map(keyOf),
      ...(more ? { LastEvaluatedKey: keyOf(found.at(-1)!) } : {}),
      ConsumedCapacity: { CapacityUnits: Math.max(1, Math.ceil(size / READ_UNIT_BYTES)) * share },
    };
  }

  /** @throws the exception of DynamoDB where nothing of the batch was done */
  batchWrite(requests: readonly Delete[], now: number): { UnprocessedItems: object; ConsumedCapacity: object[] } {
    this.#foreign?.runUntil(now);
    this.production?.runUntil(now);
    this.#change(now);
    const left: Delete[] = [];
    const written = new Map<number, Written>();
    let units = 0;
    let done = 0;
    let reason: Reason | undefined;
    for (const request of requests) {
      const item = this.#index.get(request.DeleteRequest.Key.sk.S)!;
      const cost = this.#gone[item] === 1 ? 1 : this.unitsOf(item);
      const partition = this.partitionOf(item);
      let entry = written.get(partition);
      if (!entry) written.set(partition, (entry = { at: now, partition, committed: 0, refused: 0 }));
      const refusedBy = this.#refuses(item, cost, now);
      entry[refusedBy === undefined ? 'committed' : 'refused'] += cost;
      reason ??= refusedBy;
      if (refusedBy === undefined) {
        this.#gone[item] = 1;
        units += cost;
        done++;
      } else left.push(request);
    }
    this.writes.push(...written.values());
    if (done === 0) throw exception(reason!);
    return { UnprocessedItems: left.length > 0 ? { t: left } : {}, ConsumedCapacity: [this.#consumed(units)] };
  }

  /** @returns why the item is refused; otherwise it was charged to everything that it takes from */
  #refuses(item: number, units: number, now: number): Reason | undefined {
    const { refused, localIndexes = 0, globalIndexes = [] } = this.#options;
    if (refused && this.#random() < refused.share) return refused.reason;
    const gates = [this.#gates[this.partitionOf(item)]!, ...(this.#table ? [this.#table] : [])];
    const ofIndexes = this.#globalGates.filter((limit, i) => limit && (globalIndexes[i]!.limits?.(item) ?? true));
    const shut = [...gates, ...ofIndexes].find((found) => !found!.bucket.open(now));
    if (shut) return shut.reason;
    for (const { bucket } of gates) bucket.charge(units);
    for (const found of ofIndexes) found!.bucket.charge(units / (1 + localIndexes));
    return undefined;
  }

  #consumed(units: number): object {
    const { localIndexes = 0, globalIndexes = [] } = this.#options;
    const one = units / (1 + localIndexes);
    const each = (kind: string, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${kind}${i}`, { CapacityUnits: one }]));
    return {
      TableName: 't',
      CapacityUnits: units + one * globalIndexes.length,
      Table: { CapacityUnits: one },
      ...(localIndexes > 0 ? { LocalSecondaryIndexes: each('local', localIndexes) } : {}),
      ...(globalIndexes.length > 0 ? { GlobalSecondaryIndexes: each('global', globalIndexes.length) } : {}),
    };
  }

  #change(now: number): void {
    for (const { partition, provisioned } of this.#changes.filter(({ at }) => at <= now)) {
      if (partition) this.#gates.splice(0, this.#gates.length, ...this.#partitionGates(partition));
      if (provisioned) this.#provision(provisioned);
    }
    this.#changes = this.#changes.filter(({ at }) => at > now);
  }

  #provision(provisioned: BucketOptions | undefined): void {
    this.#provisioned = provisioned;
    this.#table = provisioned && gate({ ...provisioned, reason: 'TableWriteProvisionedThroughputExceeded' });
  }

  #partitionGates(limit: BucketOptions): Gate[] {
    return Array.from({ length: this.#options.partitions ?? 1 }, () =>
      gate({ ...limit, reason: 'TableWriteKeyRangeThroughputExceeded' }),
    );
  }

  #atOrAfter(key: string): number {
    const { keys } = this.#options;
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #upTo(key: string): number {
    const at = this.#atOrAfter(key);
    return this.#options.keys[at] === key ? at : at - 1;
  }
}

const gate = ({ reason, ...options }: BucketOptions & { reason: Reason }): Gate => ({
  bucket: new TokenBucket(options),
  reason,
});

const exception = (reason: Reason): Error =>
  Object.assign(new Error(), {
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 400 },
    throttlingReasons: [{ reason, resource: '' }],
  });
