import { readReport, readStatus, specViolations, type Violation } from '../../api/validate.js';
import type { CompositeRequest, ObservedJob } from '../../api/hooks.js';
import { JOBS, REPORT_ANNOTATION } from '../../api/names.js';
import type { Report } from '../../api/report.js';
import type { Spec } from '../../api/spec.js';
import { type FinishedState, isFinishedState, type Mode, MODES, type State, STATES } from '../../api/states.js';
import type { Status } from '../../api/status.js';
import { INT32_MAX } from '../../api/patterns.js';
import { jobName, runOf } from '../run-name.js';
import { runLabel } from './job-status.js';

/** What a request says, read so that whatever the API server stored gets a decision. */
export interface Observed {
  parent: CompositeRequest['parent']['metadata'];
  /** The spec, where it passes its schema and rules; else what is wrong with it. */
  spec: Spec | undefined;
  violations: Violation[];
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
  /** The report in the parent's annotation, when it is of this uid and mode. */
  report: Partial<Report> | undefined;
  /** The report in the parent's annotation, when it is of this uid and tells of a DryRun that came before this run. */
  countReport: Partial<Report> | undefined;
  /** The uid that the report names, when it is another's. */
  foreignUID: string | undefined;
  /** The Job of this run. */
  current: ObservedJob | undefined;
  /** Every other Job of this parent. */
  others: ObservedJob[];
}

export function read({ parent, children }: CompositeRequest): Observed {
  const { metadata } = parent;
  const violations = specViolations(parent.spec);
  const raw = (typeof parent.spec === 'object' && parent.spec !== null ? parent.spec : {}) as Record<string, unknown>;
  const stored = readStatus(parent.status);
  const mode = modeOf(raw['mode'], stored);
  const run = runOf(metadata.uid, mode);
  const speaksOfThisRun = (stored.mode ?? mode) === mode;
  const status = speaksOfThisRun ? stored : carriedOver(stored);
  const recorded = speaksOfThisRun ? recordedState(stored) : undefined;
  const report = readReport(metadata.annotations?.[REPORT_ANNOTATION]);
  const own = report?.parentUID === metadata.uid ? report : undefined;
  const jobs = Object.values(children[JOBS] ?? {});
  const current = currentJob(jobs, run, jobName(metadata.name, run), status.job?.uid);
  return {
    parent: metadata,
    spec: violations.length === 0 ? (parent.spec as Spec) : undefined,
    violations,
    wantsSuspension: raw['suspend'] === true,
    wantsCancellation: raw['cancel'] === true,
    ttlSeconds: asSeconds(raw['ttlSecondsAfterFinished']),
    mode,
    run,
    stored,
    status,
    recorded,
    finished: finishedState(stored, speaksOfThisRun, recorded, mode),
    report: own?.mode === mode ? own : undefined,
    countReport: own?.mode === 'DryRun' && mode === 'Execute' ? own : undefined,
    foreignUID: report?.parentUID !== metadata.uid ? report?.parentUID : undefined,
    current,
    others: jobs.filter((job) => job !== current),
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

function recordedState(status: Status): State | undefined {
  const reason = status.conditions?.find(({ type }) => type === 'Finished')?.reason;
  return STATES.find((state) => state === reason);
}

/** Finished is what the condition says, also with a reason that a newer version wrote. */
function finishedState(
  status: Status,
  speaksOfThisRun: boolean,
  recorded: State | undefined,
  mode: Mode,
): FinishedState | undefined {
  const is = (type: string): boolean =>
    status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
  if (!speaksOfThisRun || !is('Finished')) return undefined;
  if (recorded !== undefined && isFinishedState(recorded)) return recorded;
  if (is('Succeeded')) return mode === 'DryRun' ? 'DryRunComplete' : 'PartitionDeleted';
  return 'WorkerFailed';
}

/** By the label, not the name; of several, the one that the status knows, then the one that we would have made. */
function currentJob(
  jobs: readonly ObservedJob[],
  run: string,
  name: string,
  knownUID: string | undefined,
): ObservedJob | undefined {
  const candidates = jobs.filter((job) => runLabel(job) === run);
  return (
    candidates.find((job) => job.metadata.uid === knownUID) ??
    candidates.find((job) => job.metadata.name === name) ??
    candidates.sort((a, b) => (a.metadata.uid < b.metadata.uid ? -1 : 1))[0]
  );
}

/** As the CRD bounds it: beyond that there is no date any more. */
function asSeconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= INT32_MAX ? value : undefined;
}
