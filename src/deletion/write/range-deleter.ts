import { BATCH_ITEMS } from '../../dynamodb/limits.js';
import type { DeletionContext } from '../context.js';
import { type Accounted, type Agreement, ConsumptionSample } from '../pace/consumption-sample.js';
import type { Flow, RequestResult } from '../pace/flow.js';
import type { WriteLimiter } from '../pace/write-limiter.js';
import type { RangeReader } from '../read/range-reader.js';
import { fullJitter } from '../retry/backoff.js';
import type { SortedTarget } from '../target.js';
import { sendBatch } from './batch-write.js';
import { RefusedKeys } from './refused-keys.js';
import type { PageCost, Pending } from '../read/page-cost.js';

/** The maximum number of in-flight requests for one range. */
const MAX_IN_FLIGHT = 8;

export interface RangeDeleterOptions {
  context: DeletionContext;
  target: SortedTarget;
  writeLimiter: WriteLimiter;
  flow: Flow;
  reader: Pick<RangeReader, 'take'>;
  /** Shared with the other ranges of the pass. */
  agreement: Agreement;
  /** Aborts when nothing more may be sent. */
  signal: AbortSignal;
  onError: (error: unknown) => void;
}

/**
 * Deletes the items of one range in the order in which they were read, except that batches which failed go first, and that refused
 * keys go along with others.
 */
export class RangeDeleter {
  readonly #options: RangeDeleterOptions;
  /** Of batches that failed as a whole, for another reason than throttling. */
  readonly #failed: Pending[] = [];
  readonly #refused = new RefusedKeys();
  readonly #consumption: ConsumptionSample;
  readonly #inFlight = new Set<Promise<void>>();
  #page: Pending[] = [];
  /** The number of consecutive failed requests, for the backoff. */
  #failures = 0;
  /** Whether the next request is a single delete, so that a refusal carries a reason. */
  #askForReason = false;

  constructor(options: RangeDeleterOptions) {
    this.#options = options;
    this.#consumption = new ConsumptionSample(() => options.context.clock.random(), options.agreement);
  }

  /** Ends when the range is deleted, or when nothing more may be sent and every request is answered. Never rejects. */
  async run(): Promise<void> {
    const { signal, onError } = this.#options;
    try {
      while (!signal.aborted) {
        if (this.#inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.#inFlight);
        else if (this.#hasNew() || this.#refused.isFull) await this.#sendNext();
        else if (await this.#readPage()) continue;
        else if (this.#refused.waiting.length > 0) await this.#sendNext();
        else if (this.#inFlight.size > 0) await Promise.race(this.#inFlight);
        else return;
      }
    } catch (error) {
      onError(error);
    } finally {
      await Promise.all(this.#inFlight);
    }
  }

  async #readPage(): Promise<boolean> {
    const page = await this.#options.reader.take();
    if (page === undefined) return false;
    this.#page = page;
    return true;
  }

  /** Whether there is anything to send besides refused keys. */
  #hasNew(): boolean {
    return this.#failed.length > 0 || this.#page.length > 0;
  }

  async #sendNext(): Promise<void> {
    const { context, writeLimiter, flow, signal } = this.#options;
    const batch = this.#nextBatch();
    const atMost = mostUnits(batch);
    context.retryPolicy.patience.asks(atMost);
    const ticket = await writeLimiter.admit(flow, meanUnits(batch), atMost);
    if (!ticket) return;
    await context.mayWrite(signal);
    if (signal.aborted) {
      writeLimiter.done(ticket, { acknowledged: 0, refused: 0 });
      return;
    }
    const sent = this.#send(batch)
      .then((result) => writeLimiter.done(ticket, result))
      .catch((error: unknown) => {
        writeLimiter.done(ticket, { acknowledged: 0, refused: 0, unknown: true });
        this.#options.onError(error);
      });
    const inFlight = sent.finally(() => this.#inFlight.delete(inFlight));
    this.#inFlight.add(inFlight);
  }

  /**
   * The size that suits one request. Under a cap, only items of one page, because they share one bound on their cost.
   * @throws Failure GuardRefused, if there is something to send and no more items may be deleted
   */
  #nextBatch(): Pending[] {
    const { budget } = this.#options.context;
    const most = this.#askForReason ? 1 : BATCH_ITEMS;
    const refusedFirst = this.#askForReason || this.#refused.isFull || !this.#hasNew();
    this.#askForReason = false;
    const batch: Pending[] = [];
    const retries: Pending[] = [];
    while (batch.length < most) {
      const source = this.#nextSource(refusedFirst, retries.length);
      const next = source[0];
      if (next === undefined || !this.#fits(batch, next)) break;
      // What is sent again is reserved already.
      if (source === this.#page && !budget.reserve()) break;
      batch.push(next);
      if (source === this.#refused.waiting) retries.push(next);
      source.shift();
    }
    if (batch.length === 0) throw budget.refusal();
    if (!refusedFirst && retries.length > 0) this.#refused.sent(retries);
    return batch;
  }

  /** Whether a key may join a batch; the first always may. */
  #fits(batch: readonly Pending[], next: Pending): boolean {
    const [first] = batch;
    if (first === undefined) return true;
    const { writeLimiter, flow } = this.#options;
    const units = batch.reduce((sum, { cost }) => sum + cost.mean, next.cost.mean);
    return units <= writeLimiter.preferredUnits(flow) && (writeLimiter.cap === undefined || next.cost === first.cost);
  }

  /** Where the next key of a batch comes from. */
  #nextSource(refusedFirst: boolean, retries: number): Pending[] {
    const { waiting } = this.#refused;
    if (refusedFirst && waiting.length > 0) return waiting;
    if (this.#failed.length > 0) return this.#failed;
    return this.#refused.mayGo(retries, this.#options.context.clock.now()) ? waiting : this.#page;
  }

  /** Sends a batch, and takes back what was not deleted. */
  async #send(batch: readonly Pending[]): Promise<RequestResult> {
    const { context, target, writeLimiter } = this.#options;
    const isKnown = batch.every(({ cost }) => cost.isKnown);
    const asks = this.#consumption.asks(!isKnown || writeLimiter.needsConsumption());
    const atMost = mostUnits(batch);
    const sent = await sendBatch(context, target, batch, asks);
    const { left, failed, unknown, reasons } = sent;
    const refused = meanUnits(left);
    const expected = failed ? 0 : meanUnits(batch) - refused;
    const accounted = this.#consumption.answered(asks, expected, sent.consumed, isKnown);
    this.#count(accounted);
    const { ofPartition: acknowledged, ofIndexes, isEstimate } = accounted;
    // A cap that is set later must hold whatever was consumed.
    const consumed = failed || !isEstimate ? accounted.total : atMost;
    if (!failed) spend(batch, left, isEstimate ? batch.length - left.length : accounted.total);
    const fault = failed !== undefined && failed !== 'throttled';
    if (fault) this.#failed.unshift(...left);
    this.#refused.answered(batch, fault ? [] : left, context.clock.now());
    if (fault) {
      await this.#backOff();
      return { acknowledged, consumed, refused: 0, unknown, reasons };
    }
    this.#failures = 0;
    // Only an exception carries a reason, and DynamoDB throws one only if it processed nothing of the request.
    if (left.length > 0 && acknowledged > 0) this.#askForReason = writeLimiter.wantsReason();
    return { acknowledged, consumed, ofIndexes, refused, unknown, reasons };
  }

  #count({ counted, isEstimate }: Accounted): void {
    const { counters } = this.#options.context;
    counters.writeUnits += counted;
    if (isEstimate && counted > 0) counters.writeUnitsEstimated = true;
  }

  /** For faults of the server or the network. Throttled requests are slowed down by the rate control instead. */
  async #backOff(): Promise<void> {
    const { clock, signal } = this.#options.context;
    const delay = fullJitter(this.#failures++, () => clock.random());
    await clock.sleep(delay, signal);
  }
}

/** The write units that deleting these items is expected to consume. */
const meanUnits = (pending: readonly Pending[]): number => pending.reduce((sum, { cost }) => sum + cost.mean, 0);

/** The most write units that deleting these items consumes. */
function mostUnits(pending: readonly Pending[]): number {
  const counts = new Map<PageCost, number>();
  for (const { cost } of pending) counts.set(cost, (counts.get(cost) ?? 0) + 1);
  return [...counts].reduce((sum, [cost, count]) => sum + cost.atMost(count), 0);
}

/** Subtracts the processed part of a batch from the costs of its pages. */
function spend(batch: readonly Pending[], left: readonly Pending[], units: number): void {
  const waiting = new Set(left);
  const done = batch.filter((pending) => !waiting.has(pending));
  for (const { cost } of done) cost.spend(1, units / done.length);
}
