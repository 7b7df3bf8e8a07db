import { FENCE_LIMIT_MS, FENCE_PERIOD_MS } from '../../../src/worker/fence.js';
import { conditionOf } from './condition.js';
import type { ApiObject, Json } from './objects.js';
import { SLOWEST_WRITE_MS, type Worker } from './worker.js';

/** How long a pod that reaches the API server may take to see what its fence must see, and how long one that does not. */
const SIGHT_MS = FENCE_PERIOD_MS + 200;
const BLIND_MS = FENCE_LIMIT_MS + 500;
/** From the last write that a pod sends to its effect. */
export const IN_FLIGHT_MS = SLOWEST_WRITE_MS + 400;
/** The same until nothing that the pod has sent takes effect any more. */
export const FENCE_SIGHT_MS = SIGHT_MS + IN_FLIGHT_MS;
export const FENCE_BLIND_MS = BLIND_MS + IN_FLIGHT_MS;

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
    const show = (reason: string): void => void since.set(reason, before?.get(reason) ?? now);
    // Its Job was recorded as lost: its successor may start after the restart delay.
    if (job === undefined && status.mode === 'Execute') for (const seen of seenIn(status)) show(`lost ${seen}`);
    if (typeof job === 'string' && status.mode === 'Execute') show(`job ${job}`);
    this.#since.set(uid, since);
  }

  /** Why this worker should not send anything now; undefined if it should not have. */
  late({ memory, target, fenced, refusedAt }: Worker, now: number, wasLost: boolean): string | undefined {
    if (!fenced) return undefined;
    if (memory.lastAnswer === undefined) return 'without an answer';
    if (now - memory.lastAnswer > BLIND_MS) return `${now - memory.lastAnswer} ms after the last answer`;
    const limit = wasLost || now - refusedAt < BLIND_MS ? BLIND_MS : SIGHT_MS;
    for (const [reason, since] of this.#since.get(target.parentUID) ?? [])
      if (concerns(target.jobUID, reason) && now - since > limit) return `${now - since} ms after: ${reason}`;
    return undefined;
  }
}

/** A Job that is recorded concerns the pods of all others, and one that is lost its own. */
const concerns = (own: string, reason: string): boolean =>
  reason.startsWith('lost ') ? reason === `lost ${own}` : reason !== `job ${own}`;

/** The uids of the deletion's Jobs that were seen. */
function seenIn({ seenJobs }: Json): string[] {
  const seen = Array.isArray(seenJobs) ? (seenJobs as ({ uid?: unknown; mode?: unknown } | null)[]) : [];
  return seen.flatMap((job) => (job?.mode === 'Execute' && typeof job.uid === 'string' ? job.uid : []));
}
