import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Progress, TargetIdentity } from '../api/status.js';
import { Counters } from './counters.js';
import { ItemBudget } from './item-budget.js';
import { PageSize } from './pace/page-size.js';
import type { ReadLimiter } from './pace/read-limiter.js';
import type { Limits } from './limits.js';
import { RetryPolicy } from './retry/retry-policy.js';
import { SameTable } from './same-table.js';
import type { Scope } from './scope.js';
import type { Caps, Clock, Log } from './runtime.js';
import type { AskedTarget } from './target.js';

export interface DeletionOptions {
  /** An SDK client with `maxAttempts: 1`, because this program does its own retries. */
  client: Pick<DynamoDBClient, 'send'>;
  asked: AskedTarget;
  clock: Clock;
  log: Log;
  /** Initial capacity limits; `Deletion.setCaps` changes them. */
  caps?: Caps;
  /** Aborted with an `Interruption` to drain. */
  signal?: AbortSignal;
  /** Computes a pseudonym of the key from its canonical text. */
  digest: (canonicalKey: string) => string;
  /**
   * Called once, before any item is read or written; may throw a Failure or an Interruption. Where an earlier attempt has verified
   * that the target is empty, it says when: then nothing is deleted.
   */
  onTarget?: (identity: TargetIdentity, scope: Scope) => Promise<{ verifiedAt: string } | undefined>;
  /** Called with the counts and the number of throttled requests after every page, batch and refusal, so it must be cheap. */
  onProgress?: (progress: () => Progress, throttled: number) => void;
  /** Resolves when a new write may be sent. */
  mayWrite?: () => Promise<void>;
  /**
   * Calls back about every second, until the function that it returns is called. Absent: only failures end the deletion's patience,
   * and the table's capacity is asked for once.
   */
  everySecond?: (look: () => void) => () => void;
  /** Called when credentials have expired or were denied, before the next attempt. */
  renewCredentials?: () => void;
  /** Of all attempts, given this one's progress. Defaults to this one's. */
  total?: (own: Progress) => Progress;
  /** The endpoint of `client`, for messages. */
  endpoint?: string;
  /** Called with what keeps the deletion from its table, and with undefined once nothing does. */
  onObstacle?: (why: string | undefined) => void;
}

/** What all steps of one deletion share. */
export interface DeletionContext {
  client: Pick<DynamoDBClient, 'send'>;
  clock: Clock;
  log: Log;
  /** Aborts when the worker must drain, with an `Interruption` as its reason. */
  signal: AbortSignal;
  retryPolicy: RetryPolicy;
  counters: Counters;
  /** How many items may still be deleted. */
  budget: ItemBudget;
  readLimiter: ReadLimiter;
  pageSize: PageSize;
  /** Resolves when a new write may be sent, and then the table is still the same one; or when the signal aborts. */
  mayWrite: (wanted?: AbortSignal) => Promise<void>;
  sameTable: SameTable;
  /** To be called after every page, batch and refusal: passes the counts on to `DeletionOptions.onProgress`. */
  notifyProgress: () => void;
  onObstacle: (why: string | undefined) => void;
}

/** @param limits - passed in, because they change while the deletion runs */
export function createContext(
  options: DeletionOptions,
  limits: Pick<Limits, 'readLimiter' | 'writeUnitsPerSecond' | 'leftPercent'>,
): DeletionContext {
  const { client, clock, log, signal = new AbortController().signal, renewCredentials, endpoint } = options;
  const onObstacle = (why: string | undefined) => options.onObstacle?.(why);
  const counters = new Counters(() => limits.leftPercent);
  const caps = { writeCap: () => limits.writeUnitsPerSecond, readCap: () => limits.readLimiter.cap };
  const notifyProgress = () => options.onProgress?.(() => counters.progress(), counters.throttled);
  const onThrottled = () => {
    counters.throttled++;
    notifyProgress();
  };
  const shared = { renewCredentials, endpoint, ...caps };
  const onAnswer = () => sameTable.answered();
  const retryPolicy = new RetryPolicy(clock, log, { ...shared, onThrottled, onObstacle, onAnswer });
  const { tableName } = options.asked;
  const newPolicy = () => policyOnceFound(clock, log, shared);
  const sameTable: SameTable = new SameTable({ client, clock, signal, tableName, newPolicy });
  const mayWrite = async (wanted: AbortSignal = signal) => {
    // A pause is not a lack of progress.
    await retryPolicy.patience.during(async () => options.mayWrite?.());
    await sameTable.beforeWrite(wanted);
  };
  return {
    client,
    clock,
    log,
    signal,
    retryPolicy,
    counters,
    budget: new ItemBudget(options.asked.maxItems),
    readLimiter: limits.readLimiter,
    pageSize: new PageSize(),
    mayWrite,
    sameTable,
    notifyProgress,
    onObstacle,
  };
}

/** For a request after the table was found: its endpoint is known. */
function policyOnceFound(...[clock, log, hooks]: ConstructorParameters<typeof RetryPolicy>): RetryPolicy {
  const policy = new RetryPolicy(clock, log, hooks);
  policy.succeeded();
  return policy;
}
