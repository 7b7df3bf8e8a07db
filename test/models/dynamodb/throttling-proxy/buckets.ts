/** Reasons that DynamoDB gives for throttling. Source: ThrottlingReason of the API reference. */
export type Reason =
  `${'Table' | 'Index'}${'Read' | 'Write'}${'ProvisionedThroughput' | 'AccountLimit' | 'KeyRangeThroughput' | 'MaxOnDemandThroughput'}Exceeded`;

export interface BucketOptions {
  unitsPerSecond: number;
  /** How much can be saved up, in seconds of the rate; by default a quarter. */
  burstSeconds?: number;
}

/**
 * A token bucket that may go into debt: a request that finds it above zero gets the whole item, however large, and later requests
 * wait until the debt is paid back. The caller provides the clock, in milliseconds.
 */
export class TokenBucket {
  readonly #rate: number;
  readonly #size: number;
  #tokens: number;
  #at: number | undefined;

  constructor({ unitsPerSecond, burstSeconds = 0.25 }: BucketOptions) {
    this.#rate = unitsPerSecond;
    this.#size = unitsPerSecond * burstSeconds;
    this.#tokens = this.#size;
  }

  /** Whether anything is admitted now. */
  open(now: number): boolean {
    const elapsed = this.#at === undefined ? 0 : Math.max(0, now - this.#at);
    this.#tokens = Math.min(this.#size, this.#tokens + (elapsed / 1000) * this.#rate);
    this.#at = now;
    return this.#tokens > 0;
  }

  charge(units: number): void {
    this.#tokens -= units;
  }
}

/** A bucket and the reason that it gives when it is empty. */
export interface Gate {
  bucket: TokenBucket;
  reason: Reason;
}

/** Takes `units` from all gates or from none. @returns the reason of the first closed gate, or undefined if taken */
export function admit(gates: readonly Gate[], units: number, now: number): Reason | undefined {
  const shut = gates.find(({ bucket }) => !bucket.open(now));
  if (shut === undefined) for (const { bucket } of gates) bucket.charge(units);
  return shut?.reason;
}
