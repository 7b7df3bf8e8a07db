import { BATCH_ITEMS } from '../../dynamodb/limits.js';
import type { Pending } from '../read/page-cost.js';

/** At most half of a batch: the other half is for keys that have not been refused. */
const MOST_RETRIES = BATCH_ITEMS >> 1;
/** How long to wait after a refused trial before the next one, in milliseconds. */
const WAIT = { least: 50, most: 1600, factor: 2 };
/** As many as the largest page holds: with so many waiting, nothing new is sent before them. */
const MOST_WAITING = 1000;

/**
 * Keys that were refused and are to be sent again. Some may be refused for long, because an index has them all in one of its
 * partitions; if they all went first, every batch would be full of them. So they go along with new keys: a few in a batch, and one
 * such batch at a time. If all of them are accepted, the next batch takes one more; if one is refused again, it waits and takes half
 * as many.
 */
export class RefusedKeys {
  /** In the order in which they were refused. */
  readonly waiting: Pending[] = [];
  #mostAtOnce = MOST_RETRIES;
  #notBefore = -Infinity;
  #waitMs = WAIT.least;
  /** The retries that are on their way. */
  #trial: ReadonlySet<Pending> | undefined;

  /** Whether these must go before anything new. */
  get isFull(): boolean {
    return this.waiting.length >= MOST_WAITING;
  }

  /** Whether another may go along with new keys, beside `already` in the same batch. @param now - milliseconds */
  mayGo(already: number, now: number): boolean {
    return this.waiting.length > 0 && this.#trial === undefined && now >= this.#notBefore && already < this.#mostAtOnce;
  }

  /** These go along with new keys. */
  sent(retries: readonly Pending[]): void {
    this.#trial = new Set(retries);
  }

  /** A batch was answered, and these keys of it were refused. */
  answered(batch: readonly Pending[], refused: readonly Pending[], now: number): void {
    this.waiting.push(...refused);
    const trial = this.#trial;
    if (trial === undefined || !batch.some((key) => trial.has(key))) return;
    this.#trial = undefined;
    if (refused.some((key) => trial.has(key))) {
      this.#mostAtOnce = Math.max(1, Math.floor(trial.size / 2));
      this.#notBefore = now + this.#waitMs;
      this.#waitMs = Math.min(WAIT.most, this.#waitMs * WAIT.factor);
    } else {
      this.#mostAtOnce = Math.min(MOST_RETRIES, Math.max(this.#mostAtOnce, trial.size + 1));
      this.#waitMs = Math.max(WAIT.least, this.#waitMs / WAIT.factor);
    }
  }
}
