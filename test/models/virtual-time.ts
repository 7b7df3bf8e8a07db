import { onAbort } from '../../src/dynamodb/on-abort.js';
import type { Clock } from '../../src/deletion/runtime.js';

/** Something that will happen, unless it is cancelled first. */
export interface Planned {
  at: number;
  order: number;
  run: () => void;
  cancelled: boolean;
}

export interface VirtualTimeOptions {
  /** Where `random` comes from; 0.5 unless given. */
  random?: () => number;
  /** Sleepers wake as late as with a real timer: after whole milliseconds, and up to half a millisecond more. */
  lateTimers?: boolean;
  /** Time passes by itself, one event per turn of the event loop, so that answers from real sockets come in between. */
  unattended?: boolean;
}

/**
 * The one virtual clock of all models: a heap of what will happen, in milliseconds since the start. Events at the same time
 * happen in the order in which they were planned. Time passes in one of three ways: `runUntil` for models of plain callbacks,
 * `advanceTo` and `runWhile` where promises have to settle between two events, and `unattended` beside real sockets.
 */
export class VirtualTime implements Clock {
  /** How many events have happened. */
  steps = 0;
  /** How many times `sleep` was called. */
  sleeps = 0;
  readonly random: () => number;
  readonly #lateTimers: boolean;
  readonly #unattended: boolean;
  #now = 0;
  #order = 0;
  #heap: Planned[] = [];
  #scheduled = false;
  #unsettled = false;
  #failed: { error: unknown } | undefined;

  constructor({ random = () => 0.5, lateTimers = false, unattended = false }: VirtualTimeOptions = {}) {
    this.random = random;
    this.#lateTimers = lateTimers;
    this.#unattended = unattended;
  }

  now(): number {
    return this.#now;
  }

  /** Advances time in one step, without letting anything happen. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Plans an event in whole milliseconds from now. */
  after(delay: number, run: () => void): Planned {
    return this.#plan(this.#now + Math.max(0, Math.round(delay)), run);
  }

  /** Resolves after exactly that time, fractions included. */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#plan(this.#now + milliseconds, resolve));
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    this.sleeps++;
    const late = this.#lateTimers ? Math.max(1, Math.ceil(milliseconds)) + this.random() / 2 : milliseconds;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        planned.cancelled = true;
        takeBack?.();
        resolve();
      };
      const planned = this.#plan(this.#now + late, wake);
      const takeBack = signal && onAbort(signal, wake);
    });
  }

  /** Starts something asynchronous that waits for nothing but this time. */
  spawn(work: () => Promise<void>): void {
    this.settle();
    work().catch((error: unknown) => (this.#failed ??= { error }));
  }

  /** Signals that promises were settled: before the next event, `advanceTo` lets their consequences run. */
  settle(): void {
    this.#unsettled = true;
  }

  /** As `runUntil`, for a world in which promises wait for this time: what they lead to comes before the next event. */
  async advanceTo(end: number): Promise<void> {
    await this.#seeToPromises();
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#happen();
      if (this.#unsettled) await this.#seeToPromises();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Runs everything that is planned up to and including `end`; then the time is `end`. For a world without promises. */
  runUntil(end: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) this.#happen();
    this.#now = Math.max(this.#now, end);
  }

  /** Runs one event after the other, each after all settled promises have run, until nothing is planned or `goOn` is false. */
  async runWhile(goOn: () => boolean): Promise<void> {
    for (;;) {
      await this.#seeToPromises();
      if (!goOn() || this.#heap.length === 0) return;
      this.#happen();
    }
  }

  async #seeToPromises(): Promise<void> {
    this.#unsettled = false;
    await new Promise<void>((resolve) => process.nextTick(resolve));
    if (this.#failed) throw this.#failed.error;
  }

  #plan(at: number, run: () => void): Planned {
    const planned: Planned = { at, order: this.#order++, run, cancelled: false };
    this.#push(planned);
    if (this.#unattended) this.#schedule();
    return planned;
  }

  #happen(): void {
    const next = this.#heap[0]!;
    this.#pop();
    if (next.cancelled) return;
    this.#now = Math.max(this.#now, next.at);
    this.steps++;
    next.run();
  }

  #schedule(): void {
    if (this.#scheduled || this.#heap.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      while (this.#heap[0]?.cancelled) this.#pop();
      if (this.#heap.length > 0) this.#happen();
      this.#schedule();
    });
  }

  #before(a: Planned, b: Planned): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(planned);
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (!this.#before(planned, heap[above]!)) break;
      heap[index] = heap[above]!;
      index = above;
    }
    heap[index] = planned;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && this.#before(heap[below + 1]!, heap[below]!)) below++;
      if (!this.#before(heap[below]!, last)) break;
      heap[index] = heap[below]!;
      index = below;
    }
    heap[index] = last;
  }
}
