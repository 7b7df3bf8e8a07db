import type { ObservedJob } from '../../api/hooks.js';
import type { Mode } from '../../api/states.js';
import type { Status } from '../../api/status.js';
import type { Resource } from './resource.js';

export type SeenJob = NonNullable<Status['seenJobs']>[number];

/** Of how many Jobs the status remembers the uid: more than are ever of interest at once. */
const MOST_SEEN_JOBS = 8;

/** The Jobs that were seen: those that the status records, and those that are observed now. The latest come last. */
export function seenJobs(
  { stored, mode }: Resource,
  current: ObservedJob | undefined,
  count: ObservedJob | undefined,
): readonly SeenJob[] {
  const seen: SeenJob[] = [...(stored.seenJobs ?? [])];
  const add = (of: Mode | undefined, uid: string | undefined): void => {
    if (of === undefined || uid === undefined) return;
    if (!seen.some((job) => job.uid === uid && job.mode === of)) seen.push({ mode: of, uid });
  };
  // A status of an earlier version has no list.
  add(stored.mode, stored.job?.uid);
  add('DryRun', count?.metadata.uid);
  add(mode, current?.metadata.uid);
  return seen.slice(-MOST_SEEN_JOBS);
}
