import type { Clock, Log } from '../../src/deletion/ports.js';

/** A clock whose time passes only while somebody sleeps on it: hours go by in a test without a wait. */
export class VirtualClock implements Clock {
  #now = 0;
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
    const wake = this.#now + ms;
    // A turn of the event loop, so that answers from sockets come in between.
    await new Promise((resolve) => setImmediate(resolve));
    this.#now = Math.max(this.#now, wake);
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
