import type { CurrentJob } from '../observe/current-job.js';
import { addSeconds } from '../time.js';
import { POLICY_RESYNC_SECONDS } from './spec-is-refused.js';
import type { Decision, Situation, StatusChange } from './rule.js';
import { seen } from './seen.js';

/** The part of a decision shared by all Jobs that have not ended, whether running or paused. */
export function goesOn(
  { status, objection, now }: Situation,
  job: CurrentJob,
): Required<Pick<Decision, 'set' | 'wakes'>> & Pick<Decision, 'nonCompliance'> {
  const started: StatusChange = status.startTime === undefined ? { startTime: job.startTime } : {};
  return {
    set: { ...seen(job), ...started, restart: undefined, completionTime: undefined, verifiedEmpty: undefined },
    nonCompliance: objection,
    wakes: [objection && addSeconds(now, POLICY_RESYNC_SECONDS)],
  };
}
