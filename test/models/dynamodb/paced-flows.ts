import type { BatchWriteItemCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createContext } from '../../../src/deletion/context.js';
import type { RateControlOptions } from '../../../src/deletion/pace/rate-control.js';
import { Limits } from '../../../src/deletion/limits.js';
import { WriteLimiter } from '../../../src/deletion/pace/write-limiter.js';
import type { SortedTarget } from '../../../src/deletion/target.js';
import { PageCost, type Pending } from '../../../src/deletion/read/page-cost.js';
import { RangeDeleter } from '../../../src/deletion/write/range-deleter.js';
import { VirtualTime } from '../virtual-time.js';
import { type BucketOptions, type Entry, seeded, TokenBucket } from './throttling-proxy/index.js';

/** A range of items: their number, and for each its write units and the bucket that it comes out of at a time. */
export interface PacedFlow {
  items: number;
  units: (index: number) => number;
  bucket: (index: number, at: number) => number;
}

type Fault = 'throttled' | 'lost' | 'lost before commit';

export interface PacedFlows extends Omit<RateControlOptions, 'now'> {
  flows: readonly PacedFlow[];
  /** What the server admits: each bucket is a physical partition, or any other limit that items share. */
  buckets: readonly BucketOptions[];
  /** The round-trip time in milliseconds, from a random number. */
  roundTrip?: (random: number) => number;
  seed?: number;
  /** When it is stopped, in milliseconds. */
  until?: number;
  /** What else happens to a request, depending on a random number and the time. */
  fault?: (random: number, at: number) => Fault | undefined;
  /** The reason that exceptions carry. */
  reason?: string;
  /** Called every 100 ms. */
  watch?: (limiter: WriteLimiter, at: number) => void;
  changeCap?: { at: number; cap: number };
}

const NO_LOG = { info: () => undefined, warn: () => undefined };

const TARGET: SortedTarget = {
  kind: 'sorted',
  tableName: 't',
  tableId: '',
  partition: { name: 'pk', type: 'S', value: { type: 'S', text: 'p' } },
  sort: { name: 'sk', type: 'S' },
  range: { kind: 'all' },
  localIndexes: 0,
  globalIndexes: 0,
  capacity: { write: undefined, read: undefined, writeOfIndexes: {}, isOnDemand: true, warmWrite: undefined },
};

/**
 * Deletes flows of items in virtual time: the real range deleters under the real write limiter, beside token buckets for the
 * server. Nothing is read: the pages of each range are there at once.
 */
export async function deletePacedFlows(options: PacedFlows) {
  const server = new Server(options);
  const { clock } = server;
  const limiter = new WriteLimiter(clock, options);
  const context = createContext(
    {
      client: server.client,
      clock,
      asked: { tableName: 't', partitionValue: 'p', mode: 'Execute' },
      log: NO_LOG,
      digest: () => '',
    },
    new Limits({ clock, log: NO_LOG, caps: {} }),
  );
  let failed: unknown;
  let running = options.flows.length;
  const flows = options.flows.map((spec, number) => ({ flow: limiter.join(), pages: pagesOf(spec, number) }));
  const agreement = { inARow: 0 };
  for (const { flow, pages } of flows) {
    const deleter = new RangeDeleter({
      context,
      target: TARGET,
      writeLimiter: limiter,
      flow,
      reader: { take: () => Promise.resolve(pages.shift()) },
      agreement,
      signal: context.signal,
      onError: (error) => (failed ??= error),
    });
    void deleter.run().then(() => {
      limiter.leave(flow);
      running--;
    });
  }
  const { changeCap, watch, until = Infinity } = options;
  if (changeCap) clock.after(changeCap.at, () => limiter.setCap(changeCap.cap));
  const look = (): void => {
    watch?.(limiter, clock.now());
    if (running > 0) clock.after(100, look);
  };
  look();
  await clock.runWhile(() => running > 0 && failed === undefined && clock.now() <= until);
  if (failed !== undefined) throw new Error('the deletion failed', { cause: failed });
  if (running > 0 && clock.now() <= until) throw new Error('the deletion stands still');
  const total = options.flows.reduce((sum, { items }) => sum + items, 0);
  return { writes: server.writes, limiter, total, done: context.counters.itemsDeleted };
}

/** A page holds items of one size, so that its cost says what each of them takes. */
function pagesOf({ items, units }: PacedFlow, number: number): Pending[][] {
  const pages: Pending[][] = [];
  for (let from = 0; from < items;) {
    const [size, page] = [units(from), [] as Pending[]];
    let end = from;
    while (end < items && page.length + end - from < 1000 && units(end) === size) end++;
    // A mean counts half a unit for rounding up, a single unit is the least.
    const bytes = size === 1 ? 0 : (size - 0.5) * 1024 * (end - from);
    const cost = new PageCost(end - from, bytes / 4096, true, 0);
    for (; from < end; from++) page.push({ key: { type: 'S', text: `${number}/${from}` }, cost });
    pages.push(page);
  }
  return pages;
}

interface Request {
  DeleteRequest: { Key: { sk: { S: string } } };
}

/** The part of DynamoDB that deletes depend on. */
class Server {
  readonly writes: Entry[] = [];
  readonly clock: VirtualTime;
  readonly #options: PacedFlows;
  readonly #random: () => number;
  readonly #buckets: readonly TokenBucket[];
  /** Items that were deleted although the response was lost: deleting them again consumes one unit. */
  readonly #gone = new Set<string>();

  constructor(options: PacedFlows) {
    this.#options = options;
    this.#random = seeded(options.seed ?? 1);
    this.clock = new VirtualTime({ random: seeded((options.seed ?? 1) + 1) });
    this.#buckets = options.buckets.map((bucket) => new TokenBucket(bucket));
  }

  readonly client = {
    send: async ({ input }: { input: BatchWriteItemCommandInput }) => {
      const { roundTrip = (random: number) => 5 + 10 * random, fault } = this.#options;
      const way = roundTrip(this.#random()) / 2;
      const happens = fault?.(this.#random(), this.clock.now());
      await this.clock.wait(way);
      const requests = Object.values(input.RequestItems ?? {}).flat() as Request[];
      const { units, left } =
        happens === 'lost before commit' ? { units: 0, left: requests } : this.#write(requests, happens);
      await this.clock.wait(way);
      if (happens === 'lost' || happens === 'lost before commit')
        throw Object.assign(new Error(), { name: 'TimeoutError' });
      if (left.length === requests.length) throw this.#throttlingException();
      return { UnprocessedItems: left.length > 0 ? { t: left } : {}, ConsumedCapacity: [{ CapacityUnits: units }] };
    },
  } as unknown as Pick<DynamoDBClient, 'send'>;

  #write(requests: readonly Request[], fault: Fault | undefined) {
    const [at, left, entries] = [this.clock.now(), [] as Request[], new Map<number, Entry>()];
    let done = 0;
    for (const request of requests) {
      const { S } = request.DeleteRequest.Key.sk;
      const slash = S.indexOf('/');
      const [flow, index] = [this.#options.flows[Number(S.slice(0, slash))]!, Number(S.slice(slash + 1))];
      const range = flow.bucket(index, at);
      const units = this.#gone.has(S) ? 1 : flow.units(index);
      let entry = entries.get(range);
      if (!entry) {
        entries.set(range, (entry = { at, table: '', range, committed: 0, refused: 0 }));
        this.writes.push(entry);
      }
      const open = fault !== 'throttled' && this.#buckets[range]!.open(at);
      if (open) this.#buckets[range]!.charge(units);
      if (open && fault === 'lost') this.#gone.add(S);
      entry[open ? 'committed' : 'refused'] += units;
      if (open) done += units;
      else left.push(request);
    }
    return { units: done, left };
  }

  #throttlingException(): Error {
    const { reason } = this.#options;
    return Object.assign(new Error(), {
      name: 'ThrottlingException',
      $metadata: { httpStatusCode: 400 },
      ...(reason === undefined ? {} : { throttlingReasons: [{ reason, resource: '' }] }),
    });
  }
}
