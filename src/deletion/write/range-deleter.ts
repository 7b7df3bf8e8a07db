import { BATCH_ITEMS } from '../../dynamodb/limits.js';
import { type BatchResult, sendBatch } from './batch-write.js';
import type { DeletionContext } from '../context.js';
import { canonicalText, type Key, keyValue } from '../../dynamodb/key-value.js';
import type { Pending } from './page-cost.js';
import type { Flow } from '../pace/rate-group.js';
import type { RangeReader } from '../read/range-reader.js';
import { fullJitter } from '../retry/backoff.js';
import type { Target } from '../target.js';
import type { WriteLimiter } from '../pace/write-limiter.js';

/** Requests of one flow that may be on their way at once. */
const MOST_IN_FLIGHT = 8;

export interface RangeDeleterOptions {
  context: DeletionContext;
  target: Target;
  writeLimiter: WriteLimiter;
  flow: Flow;
  reader: RangeReader;
  /** Aborts when nothing new is to be sent. */
  signal: AbortSignal;
  onError: (error: unknown) => void;
}

/** Deletes what one range holds: keys in the order in which they were read, and first those that must be sent again. */
export class RangeDeleter {
  readonly #options: RangeDeleterOptions;
  readonly #again: Pending[] = [];
  readonly #flying = new Set<Promise<void>>();
  #keys: readonly Pending[] = [];
  #at = 0;
  #attempt = 0;
  #small = false;

  constructor(options: RangeDeleterOptions) {
    this.#options = options;
  }

  /** Ends when the range is deleted, or nothing new is to be sent and all that was sent is answered. Never rejects. */
  async run(): Promise<void> {
    const { signal, onError } = this.#options;
    try {
      while (!signal.aborted) {
        if (this.#flying.size >= MOST_IN_FLIGHT) await Promise.race(this.#flying);
        else if (this.#again.length > 0 || this.#at < this.#keys.length) await this.#sendNext();
        else if (await this.#read()) continue;
        else if (this.#flying.size > 0) await Promise.race(this.#flying);
        else return;
      }
    } catch (error) {
      onError(error);
    } finally {
      await Promise.all(this.#flying);
    }
  }

  async #read(): Promise<boolean> {
    const page = await this.#options.reader.take();
    if (page === undefined) return false;
    this.#keys = page;
    this.#at = 0;
    return true;
  }

  async #sendNext(): Promise<void> {
    const { context, writeLimiter, flow, signal } = this.#options;
    const batch = this.#nextBatch();
    const units = batch.reduce((sum, { cost }) => sum + cost.mean, 0);
    const ticket = await writeLimiter.admit(flow, units, mostUnits(batch));
    if (!ticket) return;
    await context.mayWrite();
    if (signal.aborted) return writeLimiter.done(ticket, { acknowledged: 0, refused: 0 });
    const sent = this.#send(batch, units)
      .then((outcome) => writeLimiter.done(ticket, outcome))
      .catch((error: unknown) => {
        writeLimiter.done(ticket, { acknowledged: 0, refused: 0, unknown: true });
        this.#options.onError(error);
      });
    const flying = sent.finally(() => this.#flying.delete(flying));
    this.#flying.add(flying);
  }

  /** As many as one request takes comfortably; under a cap only such that were read together. */
  #nextBatch(): Pending[] {
    const { writeLimiter, flow } = this.#options;
    const comfortable = writeLimiter.rateControl.comfortable(flow);
    const capped = writeLimiter.rateControl.cap.unitsPerSecond !== undefined;
    const batch: Pending[] = [];
    let units = 0;
    while (batch.length < (this.#small ? 1 : BATCH_ITEMS)) {
      const next = this.#again[0] ?? this.#keys[this.#at];
      if (next === undefined) break;
      units += next.cost.mean;
      if (batch.length > 0 && (units > comfortable || (capped && next.cost !== batch[0]!.cost))) break;
      batch.push(next);
      if (this.#again.length > 0) this.#again.shift();
      else this.#at++;
    }
    this.#small = false;
    return batch;
  }

  async #send(batch: readonly Pending[], units: number) {
    const { context, target, writeLimiter } = this.#options;
    const outcome = await sendBatch(
      context,
      target,
      batch.map(({ key }) => key),
    );
    const left = stillPending(batch, outcome, target);
    const refused = left.reduce((sum, { cost }) => sum + cost.mean, 0);
    const done = outcome.failed ? 0 : (outcome.consumed ?? units - refused);
    if (!outcome.failed) spend(batch, left, done);
    this.#again.unshift(...left);
    const paced = outcome.failed === undefined || outcome.failed === 'throttled';
    // Only an exception carries the reason, and only a request of which nothing was done is answered by one.
    if (paced && left.length > 0 && done > 0) this.#small = writeLimiter.rateControl.wantsReason(context.clock.now());
    if (paced) this.#attempt = 0;
    else await this.#backOff();
    return {
      acknowledged: done,
      refused: paced ? refused : 0,
      unknown: outcome.unknown,
      reasons: outcome.reasons,
    };
  }

  /** For faults of the server and the way to it. What is throttled is slowed by the rate control. */
  async #backOff(): Promise<void> {
    const { clock, signal } = this.#options.context;
    const delay = fullJitter(this.#attempt++, () => clock.random());
    await clock.sleep(delay, signal);
  }
}

function mostUnits(batch: readonly Pending[]): number {
  const counts = new Map<Pending['cost'], number>();
  for (const { cost } of batch) counts.set(cost, (counts.get(cost) ?? 0) + 1);
  return [...counts].reduce((sum, [cost, count]) => sum + cost.atMost(count), 0);
}

/** Which of the batch must be sent again. */
function stillPending(batch: readonly Pending[], { left, failed }: BatchResult, target: Target): Pending[] {
  if (failed) return [...batch];
  if (left.length === 0) return [];
  const text = (key: Key): string => canonicalText(keyValue(key[target.sort!.name])!);
  const unprocessed = new Set(left.map(text));
  return batch.filter(({ key }) => unprocessed.has(text(key)));
}

/** What was done of a batch leaves its costs. */
function spend(batch: readonly Pending[], left: readonly Pending[], units: number): void {
  const waiting = new Set(left);
  const done = batch.filter((pending) => !waiting.has(pending));
  for (const { cost } of done) cost.spend(1, units / done.length);
}
