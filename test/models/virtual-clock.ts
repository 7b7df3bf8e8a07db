import type { Clock, Log } from '../../src/deletion/runtime.js';

/**
 * A clock whose time passes only while somebody sleeps on it: hours go by in a test without a wait. Sleepers wake in the order of
 * their times, one a turn of the event loop, so that answers from sockets come in between.
 */
export class VirtualClock implements Clock {
  #now = 0;
  #sleepers: { wake: number; resolve: () => void }[] = [];
  #scheduled = false;
  /** Milliseconds of every sleep, in order. */
  readonly sleeps: number[] = [];

  constructor(private readonly nextRandom: () => number = () => 0.5) {}

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.nextRandom();
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    this.sleeps.push(ms);
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const sleeper = { wake: this.#now + ms, resolve: done };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', done);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#sleepers.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#sleepers.sort((a, b) => a.wake - b.wake);
      const next = this.#sleepers[0];
      if (next) {
        this.#now = Math.max(this.#now, next.wake);
        next.resolve();
      }
      this.#schedule();
    });
  }
}

export interface Line {
  level: 'info' | 'warn';
  fields: object;
  message: string;
}

/** A log that keeps its lines. */
export function recordedLog(): Log & { lines: Line[] } {
  const lines: Line[] = [];
  return {
    lines,
    info: (fields, message) => void lines.push({ level: 'info', fields, message }),
    warn: (fields, message) => void lines.push({ level: 'warn', fields, message }),
  };
}
