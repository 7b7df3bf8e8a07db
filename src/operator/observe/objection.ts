import type { Settings } from '../../api/settings.js';
import type { Spec } from '../../api/spec.js';
import type { Violation } from '../../api/validate.js';
import { policyViolations } from '../policy.js';
import type { Counted } from './dry-run.js';

/** Why no Job may be created or resumed: the schema or the operator's policy rejects the spec. */
export interface Objection {
  state: 'InvalidTarget' | 'UnsupportedSpec' | 'PolicyViolation';
  message: string;
}

export function objectionTo(
  spec: Spec | undefined,
  violations: readonly Violation[],
  settings: Settings,
  counted?: Counted,
): Objection | undefined {
  if (!spec)
    return {
      state: isFinal(violations) ? 'InvalidTarget' : 'UnsupportedSpec',
      message: violations.map(({ path, message }) => `${path}: ${message}`).join('; '),
    };
  const forbidden = [...policyViolations(spec, settings), ...uncounted(spec, settings, counted)];
  return forbidden.length === 0 ? undefined : { state: 'PolicyViolation', message: forbidden.join('; ') };
}

/** Nobody has seen how much would be deleted. */
function uncounted({ mode }: Spec, { requireDryRun }: Settings, counted: Counted | undefined): string[] {
  if (!requireDryRun || mode === 'DryRun' || counted?.completionTime !== undefined) return [];
  return [
    "spec.mode Execute needs a completed count, which this resource does not have (the operator's REQUIRE_DRY_RUN): create a new DdbctlDpJob with mode: DryRun, and set mode: Execute once it is DryRunComplete",
  ];
}

/**
 * Only a wrong target is an end, because it can never be changed. Anything else can be corrected; and what is unknown, even in the
 * target, may be a field of a newer version that another replica knows already.
 */
function isFinal(violations: readonly Violation[]): boolean {
  return violations.every(({ unknown }) => unknown === undefined) && violations.some(({ path }) => TARGET.test(path));
}

const TARGET = /^spec($|\.ddbCtlDpJob\b)/;
