import { BATCH_ITEMS, type BatchOutcome, sendBatch } from './batch-write.js';
import type { Engine } from '../context.js';
import { canonicalText, type Key, keyValue } from '../../dynamodb/key-value.js';
import type { Pending } from './page-cost.js';
import type { Lane } from '../pace/rate-group.js';
import type { RangeReader } from '../read/range-reader.js';
import { fullJitter } from '../retry/retry-policy.js';
import type { Target } from '../target.js';
import type { Turnstile } from '../pace/write-limiter.js';

/** Requests of one lane that may be on their way at once. */
const MOST_IN_FLIGHT = 8;

export interface LaneOptions {
  engine: Engine;
  target: Target;
  turnstile: Turnstile;
  lane: Lane;
  reader: RangeReader;
  /** Aborts when nothing new is to be sent. */
  signal: AbortSignal;
  onError: (error: unknown) => void;
}

/** Deletes what one range holds: keys in the order in which they were read, and first those that must be sent again. */
export class LaneRun {
  readonly #options: LaneOptions;
  readonly #again: Pending[] = [];
  readonly #flying = new Set<Promise<void>>();
  #keys: readonly Pending[] = [];
  #at = 0;
  #attempt = 0;
  #small = false;

  constructor(options: LaneOptions) {
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
    const { engine, turnstile, lane, signal } = this.#options;
    const batch = this.#nextBatch();
    const units = batch.reduce((sum, { lot }) => sum + lot.mean, 0);
    const ticket = await turnstile.admit(lane, units, mostUnits(batch));
    if (!ticket) return;
    await engine.mayWrite();
    if (signal.aborted) return turnstile.done(ticket, { acknowledged: 0, refused: 0 });
    const sent = this.#send(batch, units)
      .then((outcome) => turnstile.done(ticket, outcome))
      .catch((error: unknown) => {
        turnstile.done(ticket, { acknowledged: 0, refused: 0, unknown: true });
        this.#options.onError(error);
      });
    const flying = sent.finally(() => this.#flying.delete(flying));
    this.#flying.add(flying);
  }

  /** As many as one request takes comfortably; under a cap only such that were read together. */
  #nextBatch(): Pending[] {
    const { turnstile, lane } = this.#options;
    const comfortable = turnstile.pace.comfortable(lane);
    const capped = turnstile.pace.cap.unitsPerSecond !== undefined;
    const batch: Pending[] = [];
    let units = 0;
    while (batch.length < (this.#small ? 1 : BATCH_ITEMS)) {
      const next = this.#again[0] ?? this.#keys[this.#at];
      if (next === undefined) break;
      units += next.lot.mean;
      if (batch.length > 0 && (units > comfortable || (capped && next.lot !== batch[0]!.lot))) break;
      batch.push(next);
      if (this.#again.length > 0) this.#again.shift();
      else this.#at++;
    }
    this.#small = false;
    return batch;
  }

  async #send(batch: readonly Pending[], units: number) {
    const { engine, target, turnstile } = this.#options;
    const outcome = await sendBatch(
      engine,
      target,
      batch.map(({ key }) => key),
    );
    const left = stillPending(batch, outcome, target);
    const refused = left.reduce((sum, { lot }) => sum + lot.mean, 0);
    const done = outcome.failed ? 0 : (outcome.consumed ?? units - refused);
    if (!outcome.failed) spend(batch, left, done);
    this.#again.unshift(...left);
    const paced = outcome.failed === undefined || outcome.failed === 'pace';
    // Only an exception carries the reason, and only a request of which nothing was done is answered by one.
    if (paced && left.length > 0 && done > 0) this.#small = turnstile.pace.wantsReason(engine.clock.now());
    if (paced) this.#attempt = 0;
    else await this.#backOff();
    return {
      acknowledged: done,
      refused: paced ? refused : 0,
      unknown: outcome.unknown,
      reasons: outcome.reasons,
    };
  }

  /** For faults of the server and the way to it. What is throttled is slowed by the pace. */
  async #backOff(): Promise<void> {
    const { clock, signal } = this.#options.engine;
    const delay = fullJitter(this.#attempt++, () => clock.random());
    await clock.sleep(delay, signal);
  }
}

function mostUnits(batch: readonly Pending[]): number {
  const counts = new Map<Pending['lot'], number>();
  for (const { lot } of batch) counts.set(lot, (counts.get(lot) ?? 0) + 1);
  return [...counts].reduce((sum, [lot, count]) => sum + lot.atMost(count), 0);
}

/** Which of the batch must be sent again. */
function stillPending(batch: readonly Pending[], { left, failed }: BatchOutcome, target: Target): Pending[] {
  if (failed) return [...batch];
  if (left.length === 0) return [];
  const text = (key: Key): string => canonicalText(keyValue(key[target.sort!.name])!);
  const unprocessed = new Set(left.map(text));
  return batch.filter(({ key }) => unprocessed.has(text(key)));
}

/** What was done of a batch leaves its lots. */
function spend(batch: readonly Pending[], left: readonly Pending[], units: number): void {
  const waiting = new Set(left);
  const done = batch.filter((pending) => !waiting.has(pending));
  for (const { lot } of done) lot.spend(1, units / done.length);
}
