import type { Decision, Situation } from './rule.js';

/** No Job is created while it would be paused. A restart on record is that of a Job that was lost, or that left its queue. */
export function pausedBeforeStart({
  wantsSuspension,
  recordedRestart,
  unrecordedRestart,
  changedJob,
}: Situation): Decision | undefined {
  if (!wantsSuspension) return undefined;
  const wasThere = recordedRestart !== undefined || unrecordedRestart !== undefined;
  return {
    state: 'Suspended',
    message: { key: wasThere ? 'jobIsRemoved' : 'pausedBeforeStart' },
    jobs: changedJob ? [{ keep: changedJob }] : [],
  };
}
