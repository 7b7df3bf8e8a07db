import type { Settings } from '../../api/settings.js';
import type { Spec } from '../../api/spec.js';
import type { Violation } from '../../api/validate.js';
import { policyViolations } from '../policy.js';

/** Why no Job may be created or resumed: the schema or the operator's policy rejects the spec. */
export interface Objection {
  state: 'InvalidTarget' | 'PolicyViolation';
  message: string;
}

export function objectionTo(
  spec: Spec | undefined,
  violations: readonly Violation[],
  settings: Settings,
): Objection | undefined {
  if (!spec)
    return {
      state: 'InvalidTarget',
      message: violations.map(({ path, message }) => `${path}: ${message}`).join('; '),
    };
  const forbidden = policyViolations(spec, settings);
  return forbidden.length === 0 ? undefined : { state: 'PolicyViolation', message: forbidden.join('; ') };
}
