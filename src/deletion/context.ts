import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PageSize } from './pace/page-size.js';
import type { Caps, Clock, Log } from './runtime.js';
import type { ReadGate } from './pace/read-limiter.js';
import type { Patience } from './retry/retry-policy.js';
import type { Tally } from './counters.js';

/** What every step of one run shares. */
export interface Engine {
  client: Pick<DynamoDBClient, 'send'>;
  clock: Clock;
  log: Log;
  caps: Caps;
  /** Aborts when the worker must drain, with an `Interruption` as its reason. */
  signal: AbortSignal;
  patience: Patience;
  tally: Tally;
  reads: ReadGate;
  pageSize: PageSize;
  /** Resolves when a new write may be sent. */
  mayWrite: () => Promise<void>;
  onProgress: () => void;
}
