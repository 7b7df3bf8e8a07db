import type { Decision, Situation } from './rule.js';

/**
 * The Job that was asked for is not seen yet, but a worker reports its success. Soon either the Job is seen, whose end counts, or it
 * was removed, or somebody forged the report. Until then no Job is created: another would delete what was written since.
 */
export function reportAwaitsJob({
  job,
  impostor,
  reportedEnd,
  appearsBy,
  newJobName,
  creatingSince,
}: Situation): Decision | undefined {
  if (job || impostor || !reportedEnd || !appearsBy) return undefined;
  return {
    state: 'Pending',
    message: { key: 'reportedJobIsNotSeen', job: newJobName },
    jobs: [{ authorize: { job: newJobName } }],
    set: { job: { name: newJobName }, creatingSince },
    wakes: [appearsBy],
  };
}
