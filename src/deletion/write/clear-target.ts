import { meanWriteUnits } from '../../dynamodb/capacity.js';
import { PARTITION_WRITE_UNITS } from '../../dynamodb/limits.js';
import type { DeletionContext } from '../context.js';
import type { Agreement } from '../pace/consumption-sample.js';
import type { Flow } from '../pace/flow.js';
import type { WriteLimiter } from '../pace/write-limiter.js';
import { between, endOfTarget, query } from '../read/query.js';
import { RangeReader } from '../read/range-reader.js';
import type { Bounds, Range } from '../split/range.js';
import { mostRanges, worthwhile } from '../split/range-count.js';
import { type Probe, Ranges } from '../split/ranges.js';
import type { SortedTarget, Target } from '../target.js';
import { RangeDeleter } from './range-deleter.js';
import { deleteSingleItem } from './single-delete.js';

/** How much of a cap or a share, in write units per second, one range alone can use up. */
const CAP_PER_RANGE = 250;
/** The write units that a range must still contain for a split to pay: what a physical partition takes in a second. */
const WORTHWHILE_UNITS = PARTITION_WRITE_UNITS;

/**
 * One pass: deletes whatever the target contains when the pass starts. Items written meanwhile may stay; verification finds them.
 * @throws Failure; or, once all in-flight requests are answered, the reason of the context's signal
 */
export async function clearTarget(
  context: DeletionContext,
  writeLimiter: WriteLimiter,
  target: Target,
  { consistent }: { consistent: boolean },
): Promise<void> {
  if (target.kind === 'single item') {
    await deleteSingleItem(context, target, { consistent });
    return;
  }
  if (target.range.kind === 'nothing') return;
  const [from, to] = await Promise.all([
    endOfTarget(context, target, 'least', consistent),
    endOfTarget(context, target, 'greatest', consistent),
  ]);
  if (from && to) await new Pass({ context, writeLimiter, target, consistent }, { from, inclusive: true, to }).run();
  context.signal.throwIfAborted();
}

interface PassOptions {
  context: DeletionContext;
  writeLimiter: WriteLimiter;
  target: SortedTarget;
  consistent: boolean;
}

/** Deletes a target in as many concurrent ranges as pay off. */
class Pass {
  readonly #options: PassOptions;
  readonly #ranges: Ranges;
  /** Ranges with keys that have not been read or deleted yet. */
  readonly #flowOf = new Map<Range, Flow>();
  readonly #agreement: Agreement = { inARow: 0 };
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #failed: { error: unknown } | undefined;

  constructor(options: PassOptions, whole: Bounds) {
    const { context, writeLimiter } = options;
    this.#options = options;
    this.#ranges = new Ranges(whole, {
      most: () => this.#mostRanges() - this.#draining,
      worthwhile: (open, left) => {
        const least = Math.max(2, WORTHWHILE_UNITS / this.#itemUnits);
        return worthwhile(least, { open, left, partitions: writeLimiter.partitions() });
      },
      probe: this.#probe,
    });
    this.#signal = AbortSignal.any([context.signal, this.#stop.signal]);
    this.#signal.addEventListener('abort', () => writeLimiter.abandon(), { once: true });
  }

  /** Ends when all ranges are deleted, or when nothing more may be sent and every request is answered. */
  async run(): Promise<void> {
    for (const range of this.#ranges.open) this.#start(range, undefined);
    while (this.#running.size > 0) await Promise.race(this.#running);
    if (this.#failed) throw this.#failed.error;
  }

  /** With a local index, all items with one partition key are in one physical partition, so more ranges would not be faster. */
  #mostRanges(): number {
    const { target, writeLimiter } = this.#options;
    if (target.localIndexes > 0) return 1;
    const most = mostRanges({ partitions: writeLimiter.partitions(), itemUnits: this.#itemUnits });
    return Math.max(1, Math.min(most, Math.floor(writeLimiter.most / CAP_PER_RANGE)));
  }

  /** The mean write units of an item; before the first page, those of the smallest. */
  get #itemUnits(): number {
    return meanWriteUnits(this.#options.context.pageSize.meanBytes ?? 0);
  }

  /** Ranges that have been read to their end, but have keys that are not deleted yet. */
  get #draining(): number {
    return [...this.#flowOf.keys()].filter((range) => range.ended).length;
  }

  readonly #probe: Probe = async (from, to, direction) => {
    const { context, target, consistent } = this.#options;
    const { keys } = await query(context, target, { condition: between(from, to), consistent, direction, limit: 1 });
    return keys[0];
  };

  /** @param parent - the range that this one was split off from */
  #start(range: Range, parent: Range | undefined): void {
    const { context, writeLimiter, target, consistent } = this.#options;
    const flow = writeLimiter.join(parent && this.#flowOf.get(parent));
    this.#flowOf.set(range, flow);
    const reader = new RangeReader(range, {
      context,
      target,
      consistent,
      writes: () => ({
        capped: writeLimiter.cap !== undefined,
        comfortable: writeLimiter.preferredUnits(flow),
        ranges: this.#flowOf.size,
      }),
      onPage: () => this.#grow(),
    });
    const deleter = new RangeDeleter({
      context,
      target,
      writeLimiter,
      flow,
      reader,
      agreement: this.#agreement,
      signal: this.#signal,
      onError: this.#onError,
    });
    this.#track(
      deleter.run().then(() => {
        writeLimiter.leave(flow);
        this.#flowOf.delete(range);
        this.#grow();
      }),
    );
  }

  /** Starts more ranges as long as one is worth splitting. */
  #grow(): void {
    this.#track(this.#splitAll());
  }

  async #splitAll(): Promise<void> {
    try {
      while (!this.#signal.aborted) {
        const split = await this.#ranges.split();
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
