import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { EXIT_CODES } from '../api/exit-codes.js';
import { Failure } from '../api/failure.js';
import type { Progress, TargetIdentity } from '../api/status.js';
import { canonicalText } from '../dynamodb/key-value.js';
import { tableCapacity } from '../dynamodb/table-capacity.js';
import { createContext, type DeletionContext, type DeletionOptions } from './context.js';
import { type AttemptOutcome, type Ending, endingOf } from './outcome.js';
import { CapacityWatch } from './capacity-watch.js';
import { Limits } from './limits.js';
import { preflight } from './preflight.js';
import { scopeOf } from './scope.js';
import { Watchdog } from './retry/watchdog.js';
import type { Caps } from './runtime.js';
import type { Target } from './target.js';
import { countTarget } from './verify/count.js';
import { isEmpty } from './verify/is-empty.js';
import { clearTarget } from './write/clear-target.js';

export type { DeletionOptions } from './context.js';

/** After this many passes, the target counts as still being written to. */
const MAX_PASSES = 3;

/** A deletion in progress. */
export interface Deletion {
  /** Never rejects: whatever happens is an outcome, with an exit code for Kubernetes. */
  readonly outcome: Promise<AttemptOutcome>;
  /** Replaces both capacity limits. */
  setCaps: (caps: Caps) => void;
}

/** Deletes (or, in a dry run, counts) every item of the target, and proves that the target is empty. */
export function startDeletion(options: DeletionOptions): Deletion {
  const run = new DeletionRun(options);
  return { outcome: run.attempt(), setCaps: (caps) => run.setCaps(caps) };
}

class DeletionRun {
  readonly #options: DeletionOptions;
  readonly #context: DeletionContext;
  readonly #gaveUp = new AbortController();
  readonly #everySecond: NonNullable<DeletionOptions['everySecond']>;
  #watch: CapacityWatch | undefined;
  #identity: TargetIdentity | undefined;
  readonly #limits: Limits;

  constructor(options: DeletionOptions) {
    this.#options = options;
    const { clock, log, caps = {}, everySecond = () => () => {} } = options;
    this.#everySecond = everySecond;
    this.#limits = new Limits({ clock, log, caps });
    const { signal } = this.#gaveUp;
    this.#context = createContext(
      { ...options, signal: options.signal ? AbortSignal.any([options.signal, signal]) : signal },
      this.#limits,
    );
  }

  setCaps(caps: Caps): void {
    this.#limits.setCaps(caps);
  }

  async attempt(): Promise<AttemptOutcome> {
    const { counters, retryPolicy, clock, log } = this.#context;
    const watchdog = new Watchdog({
      clock,
      patience: retryPolicy.patience,
      everySecond: this.#everySecond,
      giveUp: (why) => this.#giveUp(why),
    });
    let ending: Ending;
    try {
      ending = await Promise.race([this.#run(), watchdog.overdue]);
    } catch (error) {
      ending = endingOf(error, log);
    } finally {
      watchdog.stop();
      this.#watch?.stop();
    }
    const target = this.#identity;
    return { verifiedEmpty: false, ...ending, progress: counters.progress(), ...(target ? { target } : {}) };
  }

  /** What is in flight may never be answered, so the counts are lower bounds. */
  #giveUp(why: Failure): void {
    this.#context.counters.atLeast = true;
    this.#gaveUp.abort(why);
  }

  async #run(): Promise<Ending> {
    const { asked } = this.#options;
    const { retryPolicy } = this.#context;
    const target = await preflight(this.#context, asked);
    this.#limits.setCapacity(target.capacity);
    this.#watch = new CapacityWatch({
      context: this.#context,
      tableName: asked.tableName,
      everySecond: this.#everySecond,
      onTable: (table) => this.#seen(table),
    });
    const identity = (this.#identity = this.#identify(target));
    const scope = scopeOf(target, this.#options.digest);
    const verified = await retryPolicy.patience.during(async () => this.#options.onTarget?.(identity, scope));
    retryPolicy.progressed();
    const ending = await this.#carryOut(target, verified?.verifiedAt);
    // What was found is what there is in this table, and not in another of its name.
    await this.#context.sameTable.confirm(ending.message);
    return ending;
  }

  #carryOut(target: Target, verifiedAt: string | undefined): Promise<Ending> {
    if (verifiedAt !== undefined) return this.#confirm(target, verifiedAt);
    return this.#options.asked.mode === 'DryRun' ? this.#count(target) : this.#deleteUntilEmpty(target);
  }

  #seen(table: TableDescription): void {
    const refusal = this.#context.sameTable.refusal(table);
    if (refusal) this.#giveUp(refusal);
    else this.#limits.setCapacity(tableCapacity(table));
  }

  #identify({ tableId, partition }: Target): TargetIdentity {
    return { tableId, digest: this.#options.digest(canonicalText(partition.value)) };
  }

  /** An earlier attempt has verified that the target is empty. What is there now is not what was to be deleted. */
  async #confirm(target: Target, verifiedAt: string): Promise<Ending> {
    if (!(await isEmpty(this.#context, target)))
      throw new Failure(
        'GuardRefused',
        `the target was verified empty at ${verifiedAt}; what is there now was written later; nothing of it was deleted`,
      );
    return {
      state: 'PartitionDeleted',
      exitCode: EXIT_CODES.done,
      message: `verified empty at ${verifiedAt}, and a consistent read still finds nothing`,
      verifiedEmpty: true,
    };
  }

  async #count(target: Target): Promise<Ending> {
    const estimatedWriteUnits = await countTarget(this.#context, target);
    const { itemsFound } = this.#context.counters;
    const { maxItems = Infinity } = this.#options.asked;
    const beyond = itemsFound > maxItems ? `, more than the ${maxItems} that may be deleted (maxItems)` : '';
    return {
      state: 'DryRunComplete',
      exitCode: EXIT_CODES.done,
      message: `${items(itemsFound)} found${beyond}; nothing was deleted`,
      ...(estimatedWriteUnits ? { estimatedWriteUnits } : {}),
    };
  }

  /** Repeats passes over the target until a consistent read finds it empty. */
  async #deleteUntilEmpty(target: Target): Promise<Ending> {
    const { counters, budget, log } = this.#context;
    const { total = (own: Progress) => own } = this.#options;
    budget.begin(total({}));
    const writeLimiter = this.#limits.writeLimiter();
    for (let pass = 1; pass <= MAX_PASSES; pass++) {
      // An item that an eventually consistent read still shows is gone already, and would count against the budget.
      await clearTarget(this.#context, writeLimiter, target, { consistent: pass > 1 || budget.isLimited });
      if (await isEmpty(this.#context, target)) return deleted(total(counters.progress()));
      log.warn({ pass }, 'a consistent read found remaining items');
    }
    throw new Failure(
      'Incomplete',
      `the target holds items again after ${MAX_PASSES} passes: something is still writing to it; stop that and try again`,
    );
  }
}

/** The target was proved empty. */
function deleted({ itemsDeleted = 0, atLeast = false }: Progress): Ending {
  return {
    state: 'PartitionDeleted',
    exitCode: EXIT_CODES.done,
    message: `${atLeast ? 'at least ' : ''}${items(itemsDeleted)} deleted; a consistent read found nothing left`,
    verifiedEmpty: true,
  };
}

const items = (count: number): string => (count === 1 ? '1 item' : `${count} items`);
