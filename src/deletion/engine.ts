import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PageSize } from './page-size.js';
import type { Caps, Clock, Log } from './ports.js';
import type { ReadGate } from './read-gate.js';
import type { Patience } from './retry.js';
import type { Tally } from './tally.js';

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
