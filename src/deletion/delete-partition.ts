import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EXIT_CODES } from '../api/states.js';
import type { Progress, TargetIdentity } from '../api/status.js';
import { clearTarget } from './write/clear-target.js';
import { countTarget } from './verify/count.js';
import type { Engine } from './context.js';
import { nameOf } from '../dynamodb/errors.js';
import { canonicalText } from '../dynamodb/key-value.js';
import type { Outcome } from './outcome.js';
import { Failure, Interruption } from '../api/failure.js';
import type { Caps, Clock, Log } from './runtime.js';
import { Pace } from './pace/rate-control.js';
import { PageSize } from './pace/page-size.js';
import { preflight } from './preflight.js';
import { ReadGate } from './pace/read-limiter.js';
import { Patience } from './retry/retry-policy.js';
import { Tally } from './counters.js';
import type { AskedTarget, Target } from './target.js';
import { Turnstile } from './pace/write-limiter.js';
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
export async function deletePartition(options: DeletionOptions): Promise<Outcome> {
  const { asked, clock, log, caps = {} } = options;
  const tally = new Tally();
  const engine: Engine = {
    client: options.client,
    clock,
    log,
    caps,
    signal: options.signal ?? new AbortController().signal,
    patience: new Patience(clock, log, options.renewCredentials),
    tally,
    reads: new ReadGate(clock, () => caps.maxReadUnitsPerSecond),
    pageSize: new PageSize(),
    mayWrite: async () => {
      const asked = clock.now();
      await options.mayWrite?.();
      // A pause is nobody's failure: the time without progress starts anew.
      if (clock.now() - asked >= PAUSE_MS) engine.patience.progressed();
    },
    onProgress: () => options.onProgress?.(() => tally.progress(), tally.throttled),
  };
  let identity: TargetIdentity | undefined;
  const end = (rest: Pick<Outcome, 'exitCode' | 'message'> & Partial<Outcome>): Outcome => ({
    verifiedEmpty: false,
    ...rest,
    progress: tally.progress(),
    ...(identity ? { target: identity } : {}),
  });
  try {
    const target = await preflight(engine, asked);
    identity = { tableId: target.tableId, digest: options.digest(canonicalText(target.partition.value)) };
    await options.onTarget?.(identity);
    engine.patience.progressed();
    return end(asked.mode === 'DryRun' ? await count(engine, target) : await execute(engine, target));
  } catch (error) {
    return end(describeEnd(error, log));
  }
}

async function count(engine: Engine, target: Target) {
  const estimatedWriteUnits = await countTarget(engine, target);
  return {
    state: 'DryRunComplete' as const,
    exitCode: EXIT_CODES.done,
    message: `${items(engine.tally.itemsFound)} found; nothing was deleted`,
    ...(estimatedWriteUnits ? { estimatedWriteUnits } : {}),
  };
}

async function execute(engine: Engine, target: Target) {
  const cap = () => engine.caps.maxWriteUnitsPerSecond;
  const pace = new Pace({ now: engine.clock.now(), tableLimit: target.writeLimit, cap: cap() });
  const turnstile = new Turnstile(pace, engine.clock, cap);
  for (let pass = 1; pass <= MAX_PASSES; pass++) {
    await clearTarget(engine, turnstile, target, { consistent: pass > 1 });
    if (await isEmpty(engine, target)) {
      const { itemsDeleted, atLeast } = engine.tally;
      return {
        state: 'PartitionDeleted' as const,
        exitCode: EXIT_CODES.done,
        message: `${atLeast ? 'at least ' : ''}${items(itemsDeleted)} deleted; a consistent read found nothing left`,
        verifiedEmpty: true,
      };
    }
    engine.log.warn({ pass }, 'a consistent read found items that came after the deletion began');
  }
  throw new Failure(
    'Incomplete',
    `the target holds items again after ${MAX_PASSES} passes: something is still writing; stop it and try again`,
  );
}

const items = (count: number): string => (count === 1 ? '1 item' : `${count} items`);

/** The outcome that an error amounts to, without the text of one that nobody expected. */
export function describeEnd(error: unknown, log: Log): Pick<Outcome, 'exitCode' | 'message'> & Partial<Outcome> {
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
