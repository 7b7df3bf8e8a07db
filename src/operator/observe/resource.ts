import type { CompositeRequest } from '../../api/hooks.js';
import type { Spec } from '../../api/spec.js';
import { type FinishedState, isFinishedState, type Mode, MODES, type State, STATES } from '../../api/states.js';
import type { Status } from '../../api/status.js';
import { INT32_MAX } from '../../api/patterns.js';
import { readStatus, specViolations, type Violation } from '../../api/validate.js';
import { runOf } from '../run-name.js';

/** What a DdbctlDpJob says, read so that whatever the API server stored gets a decision. */
export interface Resource {
  parent: CompositeRequest['parent']['metadata'];
  /** The spec, where it passes its schema and rules; else what is wrong with it. */
  spec: Spec | undefined;
  violations: readonly Violation[];
  wantsSuspension: boolean;
  wantsCancellation: boolean;
  ttlSeconds: number | undefined;
  mode: Mode;
  run: string;
  /** The stored status, whichever run it speaks of. */
  stored: Status;
  /** What of the stored status holds for this run. */
  status: Status;
  /** The state that the status gives this run. */
  recorded: State | undefined;
  /** Set when the status says that this run has finished. */
  finished: FinishedState | undefined;
}

export function readResource({ metadata, spec, status }: CompositeRequest['parent']): Resource {
  const violations = specViolations(spec);
  const raw = (typeof spec === 'object' && spec !== null ? spec : {}) as Record<string, unknown>;
  const stored = readStatus(status);
  const mode = modeOf(raw.mode, stored);
  const speaksOfThisRun = (stored.mode ?? mode) === mode;
  return {
    parent: metadata,
    spec: violations.length === 0 ? (spec as Spec) : undefined,
    violations,
    wantsSuspension: raw.suspend === true,
    wantsCancellation: raw.cancel === true,
    ttlSeconds: asSeconds(raw.ttlSecondsAfterFinished),
    mode,
    run: runOf(metadata.uid, mode),
    stored,
    status: speaksOfThisRun ? stored : carriedOver(stored),
    recorded: speaksOfThisRun ? recordedState(stored) : undefined,
    finished: speaksOfThisRun ? finishedState(stored, mode) : undefined,
  };
}

/** A mode that this version does not know leaves a run as it is: the one that the status speaks of. */
function modeOf(mode: unknown, stored: Status): Mode {
  if (mode === undefined) return 'Execute';
  return MODES.find((known) => known === mode) ?? stored.mode ?? 'Execute';
}

/** What outlives a run: the identity of the target, and what was counted. */
function carriedOver({ target, dryRun, conditions }: Status): Status {
  return { ...(target && { target }), ...(dryRun && { dryRun }), ...(conditions && { conditions }) };
}

function recordedState({ conditions }: Status): State | undefined {
  const reason = conditions?.find(({ type }) => type === 'Finished')?.reason;
  return STATES.find((state) => state === reason);
}

/** Whether a stored status says that a condition holds. */
export function isTrue({ conditions }: Status, type: string): boolean {
  return conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

/** Finished is what the condition says, also with a reason that a newer version wrote. */
function finishedState(status: Status, mode: Mode): FinishedState | undefined {
  if (!isTrue(status, 'Finished')) return undefined;
  const recorded = recordedState(status);
  if (recorded !== undefined && isFinishedState(recorded)) return recorded;
  if (isTrue(status, 'Succeeded')) return mode === 'DryRun' ? 'DryRunComplete' : 'PartitionDeleted';
  return 'WorkerFailed';
}

/** As the CRD bounds it: beyond that there is no date any more. */
function asSeconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= INT32_MAX ? value : undefined;
}
