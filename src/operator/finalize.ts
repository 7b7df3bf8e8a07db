import { readStatus } from '../api/validate.js';
import type { CompositeRequest, FinalizeResponse } from '../api/hooks.js';
import { JOBS } from '../api/names.js';
import { ownJobsOnly } from './desired/own-jobs-only.js';
import { drain } from './desired/drain.js';
import { parseTime, secondsUntil } from './time.js';

/**
 * Decides when a DdbctlDpJob that is being deleted may go: after its Jobs have come to rest. It decides from metadata and Jobs
 * alone, so that a broken spec or status never keeps a resource from going; the status is handed back as it is, as
 * Metacontroller would clear it otherwise.
 */
export function finalize({ parent, children }: CompositeRequest, _settings: unknown, now: Date): FinalizeResponse {
  const { namespace, deletionTimestamp } = parent.metadata;
  const jobs = Object.values(children[JOBS] ?? {});
  const deleted = parseTime(deletionTimestamp);
  const draining = drain(jobs, namespace, deleted && deleted <= now ? deleted : now, now);
  return ownJobsOnly(namespace, {
    status: readStatus(parent.status),
    children: draining.children,
    finalized: jobs.length === 0,
    ...(draining.deadline && { resyncAfterSeconds: secondsUntil(draining.deadline, now) }),
  });
}
