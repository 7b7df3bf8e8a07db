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

/** The user's limits on consumed capacity. */
export interface Caps {
  /** Units per second; undefined means no limit. */
  maxWriteUnitsPerSecond?: number | undefined;
  maxReadUnitsPerSecond?: number | undefined;
  /** Of what the table is provisioned with; undefined means the default. */
  capacitySharePercent?: number | undefined;
}
