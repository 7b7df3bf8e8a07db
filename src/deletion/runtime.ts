/** Passed in from outside, so that the deletion itself never uses the process's clock. Times are in milliseconds. */
export interface Clock {
  /** Monotonic time. */
  now(): number;
  /** Resolves after `ms`, or immediately when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A random number x: 0 ≤ x < 1. */
  random(): number;
}

/** Structured logging with pino's signature. No field or message ever contains a key's value. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Limits on consumed capacity, in units per second; undefined means no limit. */
export interface Caps {
  maxWriteUnitsPerSecond?: number | undefined;
  maxReadUnitsPerSecond?: number | undefined;
}
