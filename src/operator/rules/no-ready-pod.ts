import type { CurrentJob } from '../observe/current-job.js';
import type { Decision, Situation } from './rule.js';

/**
 * What to say of a Job that has had no ready pod for too long. Its pods tell why; but where none exists, because a quota, an admission
 * policy or a missing service account keeps it from being created, only the Job's own events do.
 */
export function noReadyPod(
  { name: job, hasPod }: CurrentJob,
  since: Date,
  { namespace }: Situation['parent'],
): Decision['message'] {
  return { key: hasPod ? 'jobHasNoReadyPod' : 'jobHasNoPod', job, since, namespace };
}
