import { PARTITION_WRITE_UNITS } from '../../dynamodb/limits.js';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DeletionContext } from '../context.js';
import type { Key } from '../../dynamodb/key-value.js';
import { RangeDeleter } from './range-deleter.js';
import { deleteSingleItem } from './single-delete.js';
import type { Flow } from '../pace/rate-group.js';
import { between, endOfTarget, query } from '../read/query.js';
import { meanWriteUnits } from '../../dynamodb/capacity.js';
import { RangeReader } from '../read/range-reader.js';
import { type Probe, Ranges } from '../split/ranges.js';
import type { Range } from '../split/range.js';
import { attribute, sortKey } from '../../dynamodb/sort-key.js';
import type { Target } from '../target.js';
import type { WriteLimiter } from '../pace/write-limiter.js';

/** Ranges that are deleted at once, where the cap allows any use of them. */
const MOST_RANGES = 16;
/** A cap that one range reaches alone, in write units a second. */
const CAP_OF_ONE_RANGE = 250;
/** Write units that must be left of a range for cutting it to pay: a second of a physical partition. */
const WORTHWHILE_UNITS = PARTITION_WRITE_UNITS;

/**
 * Deletes once whatever the target holds when it starts. What is written meanwhile may stay: verification sees it.
 * @throws Failure, or the reason of the context's signal after what was in flight has ended
 */
export async function clearTarget(
  context: DeletionContext,
  writeLimiter: WriteLimiter,
  target: Target,
  { consistent }: { consistent: boolean },
): Promise<void> {
  if (!target.sort) return deleteSingleItem(context, target);
  if (target.range.kind === 'nothing') return;
  const [first, last] = await Promise.all([
    endOfTarget(context, target, 'least', consistent),
    endOfTarget(context, target, 'greatest', consistent),
  ]);
  if (first && last) await new Pass(context, writeLimiter, target, consistent).run(first, last);
  context.signal.throwIfAborted();
}

/** One pass over the target, in as many ranges at once as pay. */
class Pass {
  readonly #running = new Set<Promise<void>>();
  readonly #flowOf = new Map<Range, Flow>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #ranges: Ranges | undefined;
  #failed: { error: unknown } | undefined;

  constructor(
    private readonly context: DeletionContext,
    private readonly writeLimiter: WriteLimiter,
    private readonly target: Target,
    private readonly consistent: boolean,
  ) {
    this.#signal = AbortSignal.any([context.signal, this.#stop.signal]);
    this.#signal.addEventListener('abort', () => writeLimiter.abandon(), { once: true });
  }

  /** Deletes all from the first to the last key, and ends when all flows have ended. */
  async run(first: Key, last: Key): Promise<void> {
    const { name, type } = this.target.sort!;
    this.#ranges = new Ranges(
      { from: sortKey(first[name]!), inclusive: true, to: sortKey(last[name]!) },
      {
        type,
        most: () => this.#mostRanges() - this.#draining,
        worthwhile: () => this.#worthwhile(),
        probe: this.#probe,
      },
    );
    for (const range of this.#ranges.open) this.#start(range, undefined);
    while (this.#running.size > 0) await Promise.race(this.#running);
    if (this.#failed) throw this.#failed.error;
  }

  /** Only without an LSI do the items of one partition key lie in several physical partitions. */
  #mostRanges(): number {
    if (this.target.localIndexes > 0) return 1;
    const cap = this.writeLimiter.rateControl.cap.unitsPerSecond ?? Infinity;
    return Math.max(1, Math.min(MOST_RANGES, Math.floor(cap / CAP_OF_ONE_RANGE)));
  }

  /** Flows that have read all of their range, and hold keys that are still to be deleted. */
  get #draining(): number {
    return this.#flowOf.size - [...this.#flowOf.keys()].filter((range) => !range.ended).length;
  }

  #worthwhile(): number {
    return Math.max(2, WORTHWHILE_UNITS / meanWriteUnits(this.context.pageSize.meanBytes ?? 0));
  }

  readonly #probe: Probe = async (from, to, direction) => {
    const page = await query(this.context, this.target, {
      ...between(this.target, attribute(from), attribute(to)),
      ConsistentRead: this.consistent,
      ScanIndexForward: direction === 'forwards',
      Limit: 1,
    });
    const key: AttributeValue | undefined = page.keys[0]?.[this.target.sort!.name];
    return key && sortKey(key);
  };

  #start(range: Range, from: Range | undefined): void {
    const { context, writeLimiter, target, consistent } = this;
    const flow = writeLimiter.rateControl.join(context.clock.now(), from && this.#flowOf.get(from));
    this.#flowOf.set(range, flow);
    const reader = new RangeReader(range, {
      context,
      target,
      consistent,
      writes: () => ({
        capped: writeLimiter.rateControl.cap.unitsPerSecond !== undefined,
        comfortable: writeLimiter.rateControl.comfortable(flow),
      }),
      onPage: () => this.#grow(),
    });
    const run = new RangeDeleter({
      context,
      target,
      writeLimiter,
      flow,
      reader,
      signal: this.#signal,
      onError: this.#onError,
    });
    this.#track(
      run.run().then(() => {
        writeLimiter.rateControl.leave(flow);
        this.#flowOf.delete(range);
        this.#grow();
      }),
    );
  }

  /** Starts as many flows more as there are ranges worth cutting. */
  #grow(): void {
    this.#track(this.#splitAll());
  }

  async #splitAll(): Promise<void> {
    try {
      while (!this.#signal.aborted) {
        const split = await this.#ranges!.split();
        if (!split) return;
        this.#start(split.range, split.from);
      }
    } catch (error) {
      this.#onError(error);
    }
  }

  readonly #onError = (error: unknown): void => {
    this.#failed ??= { error };
    this.#stop.abort();
  };

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }
}
