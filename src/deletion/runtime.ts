/** What the deletion is handed from outside, so that it never reaches for it itself. Times are in milliseconds. */
export interface Clock {
  /** A time that only moves forwards. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1 */
  random(): number;
}

/** Structured logging, as pino does it. No field and no message ever holds a key's value. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Limits on consumed capacity, in units per second; undefined means no limit. */
export interface Caps {
  maxWriteUnitsPerSecond?: number | undefined;
  maxReadUnitsPerSecond?: number | undefined;
}
