import { FENCE_LIMIT_MS, FENCE_PERIOD_MS } from '../../../src/worker/fence.js';
import { conditionOf } from './condition.js';
import type { ApiObject } from './objects.js';
import type { Worker } from './worker.js';

/** From the stop of new writes to the last one that is still in flight. */
const IN_FLIGHT_MS = 400;
/** How long a pod that reaches the API server may take to see what its fence must see. */
export const FENCE_SIGHT_MS = FENCE_PERIOD_MS + 200 + IN_FLIGHT_MS;
/** The same for a pod that does not reach it. */
export const FENCE_BLIND_MS = FENCE_LIMIT_MS + 500 + IN_FLIGHT_MS;

type Reason = 'gone' | 'deleted' | 'cancelled' | 'suspended' | 'finished';

/** Since when each parent has shown what a fence must stop for. */
export class FenceSight {
  #since = new Map<string, Map<string, number>>();

  parentChanged(uid: string, parent: ApiObject | undefined, now: number): void {
    const { spec = {}, status = {} } = parent ?? {};
    const job = (status.job as { uid?: unknown } | undefined)?.uid;
    const shown: Record<Reason, boolean> = {
      gone: parent === undefined,
      deleted: parent?.metadata.deletionTimestamp !== undefined,
      cancelled: spec.cancel === true,
      suspended: spec.suspend === true,
      finished: parent !== undefined && conditionOf(parent, 'Finished')?.status === 'True' && status.mode === 'Execute',
    };
    const before = this.#since.get(uid);
    const since = new Map<string, number>();
    for (const [reason, holds] of Object.entries(shown)) if (holds) since.set(reason, before?.get(reason) ?? now);
    if (typeof job === 'string' && status.mode === 'Execute') since.set(`job ${job}`, before?.get(`job ${job}`) ?? now);
    this.#since.set(uid, since);
  }

  /** Why this worker should have stopped by now; undefined if it should not have. */
  late({ memory, target, fenced }: Worker, now: number, wasLost: boolean): string | undefined {
    if (!fenced) return undefined;
    if (memory.lastAnswer === undefined) return 'without an answer';
    if (now - memory.lastAnswer > FENCE_BLIND_MS) return `${now - memory.lastAnswer} ms after the last answer`;
    const limit = wasLost ? FENCE_BLIND_MS : FENCE_SIGHT_MS;
    for (const [reason, since] of this.#since.get(target.parentUID) ?? [])
      if (reason !== `job ${target.jobUID}` && now - since > limit) return `${now - since} ms after: ${reason}`;
    return undefined;
  }
}
