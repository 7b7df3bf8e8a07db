import { addSeconds } from '../time.js';
import { ended } from './ended.js';
import type { Decision, Situation } from './rule.js';

/** How often an objection is checked again: settings, and the operator's version, can change while the resource does not. */
export const POLICY_RESYNC_SECONDS = 300;

/** No Job is created for a spec that the schema or the policy rejects. */
export function specIsRefused(situation: Situation): Decision | undefined {
  const { objection, changedJob, now } = situation;
  if (!objection) return undefined;
  const { state, message } = objection;
  if (state === 'InvalidTarget')
    return { ...ended(situation, { state, message: { meaningOf: state, detail: message }, time: now }), jobs: [] };
  return {
    state,
    message: { key: state === 'UnsupportedSpec' ? 'specIsUnsupported' : 'specIsForbidden', reasons: message },
    jobs: changedJob ? [{ keep: changedJob }] : [],
    wakes: [addSeconds(now, POLICY_RESYNC_SECONDS)],
  };
}
