import type { CompositeRequest } from '../../api/hooks.js';
import { DEFAULT_REGION } from '../../api/names.js';
import type { Spec } from '../../api/spec.js';
import { type FinishedState, isFinishedState, type Mode, MODES, type State, STATES } from '../../api/states.js';
import type { Status } from '../../api/status.js';
import { INT32_MAX } from '../../api/patterns.js';
import { readStatus, specViolations, type Violation } from '../../api/validate.js';
import { runOf } from '../run-name.js';

/** What a DdbctlDpJob says. Reading it never fails, so whatever the API server has stored gets a decision. */
export interface Resource {
  parent: CompositeRequest['parent']['metadata'];
  /** The spec if it passes its schema and rules; otherwise what is wrong with it. */
  spec: Spec | undefined;
  violations: readonly Violation[];
  /** `spec.ddbCtlDpJob` as it stands, of whatever shape: of a spec that this version refuses, too. */
  rawTarget: unknown;
  wantsSuspension: boolean;
  wantsCancellation: boolean;
  ttlSeconds: number | undefined;
  /** The table, described for a person: name, region and, if one is given, endpoint. */
  table: string;
  mode: Mode;
  run: string;
  /** The stored status, whichever run it describes. */
  stored: Status;
  /** The part of the stored status that applies to this run. */
  status: Status;
  /** The state that the status gives this run. */
  recorded: State | undefined;
  /** Set when the status says that this run has finished. */
  finished: FinishedState | undefined;
}

export function readResource({ metadata, spec, status }: CompositeRequest['parent']): Resource {
  const violations = specViolations(spec);
  const raw = fieldsOf(spec);
  const stored = readStatus(status);
  const mode = modeOf(raw.mode, stored);
  const speaksOfThisRun = (stored.mode ?? mode) === mode;
  return {
    parent: metadata,
    spec: violations.length === 0 ? (spec as Spec) : undefined,
    violations,
    rawTarget: raw.ddbCtlDpJob,
    wantsSuspension: raw.suspend === true,
    wantsCancellation: raw.cancel === true,
    ttlSeconds: asSeconds(raw.ttlSecondsAfterFinished),
    table: tableOf(raw.ddbCtlDpJob),
    mode,
    run: runOf(metadata.uid, mode),
    stored,
    status: speaksOfThisRun ? stored : carriedOver(stored),
    recorded: speaksOfThisRun ? recordedState(stored) : undefined,
    finished: speaksOfThisRun ? finishedState(stored, mode) : undefined,
  };
}

/** The fields of a value of any shape: of one that is no object, none. */
export const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** Of a spec that may be invalid: it could have been valid when its Job was made. */
function tableOf(target: unknown): string {
  const { tableName, awsRegion = DEFAULT_REGION, endpointURL } = fieldsOf(target);
  if (typeof tableName !== 'string') return '(unknown)';
  const at = typeof endpointURL === 'string' ? ` at ${endpointURL}` : '';
  return `${tableName} in ${typeof awsRegion === 'string' ? awsRegion : '(unknown)'}${at}`;
}

/** A mode unknown to this version does not change the run: the mode recorded in the status stays. */
function modeOf(mode: unknown, stored: Status): Mode {
  if (mode === undefined) return 'Execute';
  return MODES.find((known) => known === mode) ?? stored.mode ?? 'Execute';
}

/** What outlives a run: the identity of the target, the count, and which Jobs were seen. */
function carriedOver({ target, dryRun, conditions, seenJobs }: Status): Status {
  return {
    ...(target && { target }),
    ...(dryRun && { dryRun }),
    ...(conditions && { conditions }),
    ...(seenJobs && { seenJobs }),
  };
}

function recordedState({ conditions }: Status): State | undefined {
  const reason = conditions?.find(({ type }) => type === 'Finished')?.reason;
  return STATES.find((state) => state === reason);
}

/** Whether a condition is True in a stored status. */
export function isTrue({ conditions }: Status, type: string): boolean {
  return conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

/** The condition decides whether a run has finished, even if its reason was written by a newer version. */
function finishedState(status: Status, mode: Mode): FinishedState | undefined {
  if (!isTrue(status, 'Finished')) return undefined;
  const recorded = recordedState(status);
  if (recorded !== undefined && isFinishedState(recorded)) return recorded;
  if (isTrue(status, 'Succeeded')) return mode === 'DryRun' ? 'DryRunComplete' : 'PartitionDeleted';
  return 'WorkerFailed';
}

/** The CRD's upper bound: larger values do not give a valid date. */
function asSeconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= INT32_MAX ? value : undefined;
}
