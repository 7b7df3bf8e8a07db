import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EXIT_CODES } from '../api/states.js';
import type { Progress, TargetIdentity } from '../api/status.js';
import { clearTarget } from './write/clear-target.js';
import { countTarget } from './verify/count.js';
import type { DeletionContext } from './context.js';
import { nameOf } from '../dynamodb/errors.js';
import { canonicalText } from '../dynamodb/key-value.js';
import type { AttemptOutcome } from './outcome.js';
import { Failure, Interruption } from '../api/failure.js';
import type { Caps, Clock, Log } from './runtime.js';
import { RateControl } from './pace/rate-control.js';
import { PageSize } from './pace/page-size.js';
import { preflight } from './preflight.js';
import { ReadLimiter } from './pace/read-limiter.js';
import { RetryPolicy } from './retry/retry-policy.js';
import { Counters } from './counters.js';
import type { AskedTarget, Target } from './target.js';
import { WriteLimiter } from './pace/write-limiter.js';
import { isEmpty } from './verify/is-empty.js';

/** Passes over the target before it is given up that something else keeps writing there. */
const MAX_PASSES = 3;

/** From when on a wait for leave to write counts as a pause, in milliseconds. */
const PAUSE_MS = 1_000;

export interface DeletionOptions {
  /** SDK client with `maxAttempts: 1`: every retry is ours. */
  client: Pick<DynamoDBClient, 'send'>;
  asked: AskedTarget;
  clock: Clock;
  log: Log;
  /** Limits; may be changed while it runs. */
  caps?: Caps;
  /** Aborted with an `Interruption` to drain. */
  signal?: AbortSignal;
  /** A pseudonym of the key, from its canonical text. */
  digest: (canonicalKey: string) => string;
  /** Called once, before anything is read or written: may throw a Failure. */
  onTarget?: (identity: TargetIdentity) => Promise<void>;
  /** Called with the counts so far after every page and batch: has to be cheap. */
  onProgress?: (progress: () => Progress, throttled: number) => void;
  /** Resolves when a new write may be sent. */
  mayWrite?: () => Promise<void>;
  /** Takes new credentials after the old ones have expired. */
  renewCredentials?: () => void;
}

/**
 * Deletes (or, as a DryRun, counts) every item of the target and proves it empty. Never throws: whatever happens is an outcome,
 * with the exit code that tells it to Kubernetes.
 */
export async function deletePartition(options: DeletionOptions): Promise<AttemptOutcome> {
  const { asked, clock, log, caps = {} } = options;
  const counters = new Counters();
  const context: DeletionContext = {
    client: options.client,
    clock,
    log,
    caps,
    signal: options.signal ?? new AbortController().signal,
    retryPolicy: new RetryPolicy(clock, log, options.renewCredentials),
    counters,
    readLimiter: new ReadLimiter(clock, () => caps.maxReadUnitsPerSecond),
    pageSize: new PageSize(),
    mayWrite: async () => {
      const asked = clock.now();
      await options.mayWrite?.();
      // A pause is nobody's failure: the time without progress starts anew.
      if (clock.now() - asked >= PAUSE_MS) context.retryPolicy.progressed();
    },
    onProgress: () => options.onProgress?.(() => counters.progress(), counters.throttled),
  };
  let identity: TargetIdentity | undefined;
  const end = (rest: Pick<AttemptOutcome, 'exitCode' | 'message'> & Partial<AttemptOutcome>): AttemptOutcome => ({
    verifiedEmpty: false,
    ...rest,
    progress: counters.progress(),
    ...(identity ? { target: identity } : {}),
  });
  try {
    const target = await preflight(context, asked);
    identity = { tableId: target.tableId, digest: options.digest(canonicalText(target.partition.value)) };
    await options.onTarget?.(identity);
    context.retryPolicy.progressed();
    return end(asked.mode === 'DryRun' ? await count(context, target) : await execute(context, target));
  } catch (error) {
    return end(describeEnd(error, log));
  }
}

async function count(context: DeletionContext, target: Target) {
  const estimatedWriteUnits = await countTarget(context, target);
  return {
    state: 'DryRunComplete' as const,
    exitCode: EXIT_CODES.done,
    message: `${items(context.counters.itemsFound)} found; nothing was deleted`,
    ...(estimatedWriteUnits ? { estimatedWriteUnits } : {}),
  };
}

async function execute(context: DeletionContext, target: Target) {
  const cap = () => context.caps.maxWriteUnitsPerSecond;
  const rateControl = new RateControl({ now: context.clock.now(), tableLimit: target.writeLimit, cap: cap() });
  const writeLimiter = new WriteLimiter(rateControl, context.clock, cap);
  for (let pass = 1; pass <= MAX_PASSES; pass++) {
    await clearTarget(context, writeLimiter, target, { consistent: pass > 1 });
    if (await isEmpty(context, target)) {
      const { itemsDeleted, atLeast } = context.counters;
      return {
        state: 'PartitionDeleted' as const,
        exitCode: EXIT_CODES.done,
        message: `${atLeast ? 'at least ' : ''}${items(itemsDeleted)} deleted; a consistent read found nothing left`,
        verifiedEmpty: true,
      };
    }
    context.log.warn({ pass }, 'a consistent read found items that came after the deletion began');
  }
  throw new Failure(
    'Incomplete',
    `the target holds items again after ${MAX_PASSES} passes: something is still writing; stop it and try again`,
  );
}

const items = (count: number): string => (count === 1 ? '1 item' : `${count} items`);

/** The outcome that an error amounts to, without the text of one that nobody expected. */
export function describeEnd(
  error: unknown,
  log: Log,
): Pick<AttemptOutcome, 'exitCode' | 'message'> & Partial<AttemptOutcome> {
  if (error instanceof Failure) return { state: error.state, exitCode: error.exitCode, message: error.message };
  if (error instanceof Interruption) {
    const { state, exitCode, message } = error;
    return { ...(state ? { state } : {}), exitCode, message };
  }
  // The text of an error that nobody expected could hold a key: its name and where it was thrown do not.
  const frames = error instanceof Error ? (error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []) : [];
  log.warn({ error: nameOf(error), frames: frames.slice(0, 12) }, 'an unexpected error');
  return { state: 'WorkerFailed', exitCode: EXIT_CODES.bug, message: `an unexpected error: ${nameOf(error)}` };
}
