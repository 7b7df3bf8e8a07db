import { REPORT_ANNOTATION } from '../api/names.js';
import { COMPACT_JWS, MAX_RECEIPT } from '../api/receipt.js';
import { type Mode, MODES } from '../api/states.js';
import type { Progress, TargetIdentity } from '../api/status.js';
import type { Caps } from '../deletion/runtime.js';

type Fields = Record<string, unknown>;

/** An object's fields; none if the value is not an object. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** A cap that is there and is none says nothing of what is wanted: it must not be taken for one that was removed. */
type LiveCaps = Record<keyof Caps, number | 'unreadable' | undefined>;

/** The parts of a live parent that matter to its worker. Fields of the wrong type are ignored. */
export interface LiveParent {
  uid: unknown;
  isDeleting: boolean;
  isCancelled: boolean;
  isSuspended: boolean;
  mode: Mode | undefined;
  caps: LiveCaps;
  /** Whether its status describes the worker's run. */
  sameRun: boolean;
  isFinished: boolean;
  jobUID: string | undefined;
  target: TargetIdentity | undefined;
  /** Progress that the status shows for this run; undefined if it shows none. */
  progress: Progress | undefined;
  /** The Jobs whose reports count, by uid. */
  seenJobs: readonly string[];
  /** Those of them that belong to the worker's run. */
  jobsOfRun: readonly string[];
  /** Items that the dry run counted. */
  counted: number | undefined;
  /** The report in its annotation, if that belongs to this very resource. */
  report: LiveReport | undefined;
}

/** The parts of a report that matter to a later attempt. */
interface LiveReport {
  mode: string | undefined;
  jobUID: string | undefined;
  final: boolean;
  outcome: string | undefined;
  verifiedEmpty: boolean;
  message: string | undefined;
  /** Absent if it is none, or too long. */
  receipt: string | undefined;
  target: TargetIdentity | undefined;
  /** Absent if it is not a time. */
  time: string | undefined;
  progress: Progress | undefined;
  /** It is the last one of its attempt: only such a report has an exit code. */
  isLast: boolean;
}

export function readLiveParent(value: unknown, mode: Mode): LiveParent {
  const parent = fieldsOf(value);
  const [metadata, spec, status] = [fieldsOf(parent.metadata), fieldsOf(parent.spec), fieldsOf(parent.status)];
  const sameRun = (status.mode ?? mode) === mode;
  const conditions = Array.isArray(status.conditions) ? status.conditions.map(fieldsOf) : [];
  const seen = Array.isArray(status.seenJobs) ? status.seenJobs.map(fieldsOf) : [];
  return {
    uid: metadata.uid,
    isDeleting: metadata.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null,
    isCancelled: spec.cancel === true,
    isSuspended: spec.suspend === true,
    mode: MODES.find((known) => known === (spec.mode ?? 'Execute')),
    caps: {
      maxWriteUnitsPerSecond: capOf(spec.maxWriteUnitsPerSecond),
      maxReadUnitsPerSecond: capOf(spec.maxReadUnitsPerSecond),
      capacitySharePercent: capOf(spec.capacitySharePercent, 100),
    },
    sameRun,
    isFinished: sameRun && conditions.some((condition) => condition.type === 'Finished' && condition.status === 'True'),
    jobUID: textOf(fieldsOf(status.job).uid),
    target: targetOf(status.target),
    progress: sameRun ? progressOf(status.progress) : undefined,
    seenJobs: uidsOf(seen),
    jobsOfRun: uidsOf(seen.filter((job) => job.mode === mode)),
    counted: amount(fieldsOf(status.dryRun).itemsFound),
    report: ownReport(metadata),
  };
}

const uidsOf = (jobs: readonly Fields[]): string[] => jobs.flatMap(({ uid }) => textOf(uid) ?? []);

function targetOf(value: unknown): TargetIdentity | undefined {
  const { tableId, digest } = fieldsOf(value);
  return typeof tableId === 'string' && typeof digest === 'string' ? { tableId, digest } : undefined;
}

function ownReport({ uid, annotations }: Fields): LiveReport | undefined {
  const report = fieldsOf(parsed(fieldsOf(annotations)[REPORT_ANNOTATION]));
  if (uid === undefined || report.parentUID !== uid) return undefined;
  const time = textOf(report.time);
  return {
    mode: textOf(report.mode),
    jobUID: textOf(report.jobUID),
    final: report.final === true,
    outcome: textOf(report.outcome),
    verifiedEmpty: report.verifiedEmpty === true,
    message: textOf(report.message),
    receipt: receiptOf(report.receipt),
    target: targetOf(report.target),
    time: time !== undefined && TIME.test(time) ? time : undefined,
    progress: progressOf(report.progress),
    isLast: amount(report.exitCode) !== undefined,
  };
}

/** As the worker writes times. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

const RECEIPT = new RegExp(COMPACT_JWS);
const receiptOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= MAX_RECEIPT && RECEIPT.test(value) ? value : undefined;

function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const amount = (value: unknown, least = 0, most = Infinity): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
    ? (value as number)
    : undefined;

const capOf = (value: unknown, most?: number): LiveCaps[keyof Caps] =>
  value === undefined ? undefined : (amount(value, 1, most) ?? 'unreadable');

function progressOf(value: unknown): Progress | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = fieldsOf(value);
  const [itemsFound = 0, itemsDeleted = 0, writeUnits = 0, readUnits = 0] = (
    ['itemsFound', 'itemsDeleted', 'writeUnits', 'readUnits'] as const
  ).map((field) => amount(fields[field]));
  return {
    itemsFound,
    itemsDeleted,
    writeUnits,
    readUnits,
    ...(fields.atLeast === true && { atLeast: true }),
    ...(fields.writeUnitsEstimated === true && { writeUnitsEstimated: true }),
  };
}
