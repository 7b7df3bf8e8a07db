/** What the deletion needs of the outside, so that it never reaches for it itself. Milliseconds throughout. */
export interface Clock {
  /** Milliseconds on a clock that only goes forwards. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1 */
  random(): number;
}

/** Structured logging as pino has it. No field and no message ever holds the value of a key. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Limits on what may be consumed, in units per second. Read at every use: they change while a deletion runs. */
export interface Caps {
  maxWriteUnitsPerSecond?: number | undefined;
  maxReadUnitsPerSecond?: number | undefined;
}
