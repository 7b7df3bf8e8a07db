import type { CompositeRequest, FinalizeResponse } from '../api/hooks.js';
import { JOBS } from '../api/names.js';
import { readStatus } from '../api/validate.js';
import { keptJob } from './desired/kept-job.js';
import { keptRights } from './desired/worker-rights.js';
import { drainingOf } from './observe/draining.js';
import { observedRights } from './observe/worker-rights.js';
import { answer } from './respond.js';
import { addSeconds, parseTime, pastOrNow } from './time.js';

/** Metacontroller calls when a Job goes, but not for one whose owner somebody has taken from it (`--cascade=orphan`) meanwhile. */
const GOING_RESYNC_SECONDS = 60;

/**
 * Decides when a DdbctlDpJob that is being deleted may be removed: after its Jobs have drained. The decision depends on metadata
 * and Jobs only, so a broken spec or status never blocks the removal. The status is returned unchanged because Metacontroller
 * would otherwise clear it.
 */
export function finalize({ parent, children }: CompositeRequest, _settings: unknown, now: Date): FinalizeResponse {
  const { namespace, deletionTimestamp } = parent.metadata;
  const jobs = Object.values(children[JOBS]);
  const { stopping, deadline } = drainingOf(jobs, pastOrNow(parseTime(deletionTimestamp), now), now);
  const names = stopping.map(({ metadata }) => metadata.name);
  return answer({
    parent: parent.metadata,
    content: {
      status: readStatus(parent.status),
      children: [
        ...stopping.map((job) => keptJob(job, namespace, { suspend: true })),
        ...keptRights(names, parent.metadata, observedRights(children)),
      ],
      finalized: jobs.length === 0,
    },
    wakes: [deadline ?? (jobs.length > 0 ? addSeconds(now, GOING_RESYNC_SECONDS) : undefined)],
    now,
  });
}
