import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PageSize } from './pace/page-size.js';
import type { Caps, Clock, Log } from './runtime.js';
import type { ReadLimiter } from './pace/read-limiter.js';
import type { RetryPolicy } from './retry/retry-policy.js';
import type { Counters } from './counters.js';

/** What every step of one run shares. */
export interface DeletionContext {
  client: Pick<DynamoDBClient, 'send'>;
  clock: Clock;
  log: Log;
  caps: Caps;
  /** Aborts when the worker must drain, with an `Interruption` as its reason. */
  signal: AbortSignal;
  retryPolicy: RetryPolicy;
  counters: Counters;
  readLimiter: ReadLimiter;
  pageSize: PageSize;
  /** Resolves when a new write may be sent. */
  mayWrite: () => Promise<void>;
  onProgress: () => void;
}
