import type { Clock } from '../runtime.js';

/** How long a deletion goes on without progress, in milliseconds: no delete accepted, no page read. */
export const WITHOUT_PROGRESS_MS = 600_000;

/**
 * Under a cap or a share, a single request may have to wait longer than that: 780 s for a write of an item of 390 KB with one index
 * at one unit a second. So many such waits are allowed for: a fault after the first costs a second.
 */
const CAP_WAITS = 3;

/** Waiting longer than this for permission to write, in milliseconds, counts as a pause. */
const PAUSE_MS = 1_000;

/** What may be consumed now, in units per second; undefined: there is no limit. */
export interface UnitCaps {
  writeCap?: (() => number | undefined) | undefined;
  readCap?: (() => number | undefined) | undefined;
}

const unlimited = (): undefined => undefined;

/** Knows how long a deletion has made no progress, and whether that is too long. */
export class Patience {
  readonly #now: Clock['now'];
  readonly #writeCap: () => number | undefined;
  readonly #readCap: () => number | undefined;
  #lastProgress: number;
  /** The most write units that one request has asked for. */
  #largestWrite = 0;
  /** The most read units that one request has consumed: the next one waits until they are paid for. */
  #largestRead = 0;
  #pauses = 0;

  constructor(now: Clock['now'], { writeCap = unlimited, readCap = unlimited }: UnitCaps = {}) {
    this.#now = now;
    this.#writeCap = writeCap;
    this.#readCap = readCap;
    this.#lastProgress = now();
  }

  /** Records that deletes were accepted, or a page was read. */
  progressed(): void {
    this.#lastProgress = this.#now();
  }

  /** Records that a write asks for so many units at most. */
  asks(units: number): void {
    this.#largestWrite = Math.max(this.#largestWrite, units);
  }

  /** Records that a read consumed so many units. */
  hasRead(units: number): void {
    this.#largestRead = Math.max(this.#largestRead, units);
  }

  /** Waits for something that neither DynamoDB nor the deletion can help: afterwards, the time starts over. */
  async during<T>(pause: () => Promise<T>): Promise<T> {
    const began = this.#now();
    this.#pauses++;
    try {
      return await pause();
    } finally {
      this.#pauses--;
      if (this.#now() - began >= PAUSE_MS) this.progressed();
    }
  }

  /** Milliseconds that may pass without progress. */
  get limit(): number {
    const write = this.#largestWrite / (this.#writeCap() ?? Infinity);
    const read = this.#largestRead / (this.#readCap() ?? Infinity);
    return Math.max(WITHOUT_PROGRESS_MS, CAP_WAITS * Math.max(write, read) * 1000);
  }

  get isOver(): boolean {
    return this.#pauses === 0 && this.#now() - this.#lastProgress >= this.limit;
  }

  /** In words, once it is over. */
  get words(): string {
    return `nothing was accepted for ${Math.round(this.limit / 60_000)} minutes`;
  }
}
