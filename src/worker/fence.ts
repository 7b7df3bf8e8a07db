import { EXIT_CODES } from '../api/exit-codes.js';
import { type Mode, MODES } from '../api/states.js';
import type { Progress, TargetIdentity } from '../api/status.js';

/**
 * The worker's fence, as decisions: what a look at the live parent (a PATCH with `dryRun=All`, which writes nothing) tells a worker
 * that may have outlived its Job. Pure, so that the simulated cluster runs the very same rules.
 */

/** How often a worker looks, in milliseconds. */
export const FENCE_PERIOD_MS = 5_000;
/** How long an answer is good for: then nothing new is written until the next. */
export const FENCE_LIMIT_MS = 20_000;

export type FenceAnswer =
  | { kind: 'parent'; parent: unknown }
  /** The parent does not exist any more, or its name is another's now. */
  | { kind: 'gone' }
  /** The API server does not let this worker look: no right, or a policy. */
  | { kind: 'refused'; why: string }
  /** No answer, or none that says anything of the parent. */
  | { kind: 'none' };

/** Who looks. */
export interface FenceSelf {
  parentUID: string;
  jobUID: string;
  mode: Mode;
  /** What this worker found its target to be; absent until it knows. */
  target?: TargetIdentity | undefined;
}

export interface FenceMemory {
  /** Time of the last answer, on a clock that only goes forwards, in milliseconds; absent: no fence is in force. */
  lastAnswer?: number | undefined;
  /** `status.job.uid` was this worker's own Job once. */
  wasOwn: boolean;
}

export const NO_MEMORY: FenceMemory = { wasOwn: false };

/** `stop`: drain, then end with this exit code; `final` where that is the end of the run. */
export type FenceVerdict = { kind: 'go' } | { kind: 'stop'; exitCode: number; final: boolean; message: string };

const GO: FenceVerdict = { kind: 'go' };
const interrupt = (message: string): FenceVerdict => ({
  kind: 'stop',
  exitCode: EXIT_CODES.terminated,
  final: false,
  message,
});
const refuse = (message: string): FenceVerdict => ({
  kind: 'stop',
  exitCode: EXIT_CODES.GuardRefused,
  final: true,
  message,
});

type Fields = Record<string, unknown>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** What an HTTP answer to such a PATCH says. `body`: as parsed, undefined where it is no JSON. */
export function fenceAnswer(status: number, body: unknown): FenceAnswer {
  if (status === 200) {
    const { metadata } = fieldsOf(body);
    return fieldsOf(metadata)['uid'] === undefined ? { kind: 'none' } : { kind: 'parent', parent: body };
  }
  const { reason, details, message } = fieldsOf(body);
  // A 404 without a Status is an API server that does not serve this resource, as it may be while it starts.
  if (status === 404) return reason === 'NotFound' && fieldsOf(details)['name'] ? { kind: 'gone' } : { kind: 'none' };
  // (401 is none: tokens are renewed, and an API server in trouble cannot tell whose they are.)
  if (status === 403) return { kind: 'refused', why: whyOf(message, status) };
  if (status === 422) {
    const causes = fieldsOf(details)['causes'];
    const otherUID = Array.isArray(causes) && causes.some((cause) => fieldsOf(cause)['field'] === 'metadata.uid');
    // Anything else that makes the object invalid, an admission policy among it, says nothing of who the parent is.
    return otherUID ? { kind: 'gone' } : { kind: 'refused', why: whyOf(message, status) };
  }
  return { kind: 'none' };
}

const whyOf = (message: unknown, status: number): string =>
  typeof message === 'string' && message !== '' ? message.slice(0, 300) : `HTTP ${status}`;

/** Whether a worker may send a new write. */
export function mayWrite({ lastAnswer }: FenceMemory, now: number): boolean {
  return lastAnswer === undefined || now - lastAnswer < FENCE_LIMIT_MS;
}

/** What an answer means for the worker that asked. `now` is of the clock of `memory.lastAnswer`. */
export function fenceVerdict(
  memory: FenceMemory,
  answer: FenceAnswer,
  self: FenceSelf,
  now: number,
): { memory: FenceMemory; verdict: FenceVerdict } {
  switch (answer.kind) {
    case 'none':
      return { memory, verdict: GO };
    case 'refused':
      // Without the right to look there is no fence: the deletion goes on.
      return { memory: { ...memory, lastAnswer: undefined }, verdict: GO };
    case 'gone':
      return { memory: { ...memory, lastAnswer: now }, verdict: refuse('the DdbctlDpJob is gone') };
    case 'parent': {
      const parent = readLiveParent(answer.parent, self.mode);
      const wasOwn = memory.wasOwn || (parent.sameRun && parent.jobUID === self.jobUID);
      return { memory: { lastAnswer: now, wasOwn }, verdict: judge(parent, self, wasOwn) };
    }
  }
}

/** Ordered: the first rule that holds decides. */
const RULES: readonly {
  holds: (parent: LiveParent, self: FenceSelf, wasOwn: boolean) => boolean;
  verdict: FenceVerdict;
}[] = [
  {
    holds: (parent, self) => parent.uid !== self.parentUID,
    verdict: refuse('the DdbctlDpJob is gone; another has its name'),
  },
  {
    holds: ({ target }, self) =>
      target !== undefined &&
      self.target !== undefined &&
      (target.tableId !== self.target.tableId || target.digest !== self.target.digest),
    verdict: refuse(
      'the target is not the one that was recorded in status.target: the table was made anew, or the key or the account changed',
    ),
  },
  { holds: (parent) => parent.isDeleting, verdict: interrupt('the DdbctlDpJob is being deleted') },
  { holds: (parent) => parent.isCancelled, verdict: interrupt('the DdbctlDpJob was cancelled') },
  { holds: (parent) => parent.isSuspended, verdict: interrupt('the DdbctlDpJob was suspended') },
  // The other way round it is an approval, which waits for the count.
  {
    holds: (parent, self) => self.mode === 'Execute' && parent.mode !== 'Execute',
    verdict: interrupt('the mode of the DdbctlDpJob is another now'),
  },
  { holds: (parent) => parent.isFinished, verdict: interrupt('this run has finished already') },
  // The record of a lost Job clears job.uid, before its successor may start.
  {
    holds: ({ sameRun, jobUID }, self, wasOwn) => sameRun && (jobUID === undefined ? wasOwn : jobUID !== self.jobUID),
    verdict: interrupt('this pod has outlived its Job'),
  },
];

function judge(parent: LiveParent, self: FenceSelf, wasOwn: boolean): FenceVerdict {
  return RULES.find(({ holds }) => holds(parent, self, wasOwn))?.verdict ?? GO;
}

/** What of a live parent matters to its worker; whatever is broken in it is ignored. */
export interface LiveParent {
  uid: unknown;
  isDeleting: boolean;
  isCancelled: boolean;
  isSuspended: boolean;
  mode: Mode | undefined;
  caps: { maxWriteUnitsPerSecond: number | undefined; maxReadUnitsPerSecond: number | undefined };
  /** Whether its status speaks of the worker's run. */
  sameRun: boolean;
  isFinished: boolean;
  jobUID: string | undefined;
  target: TargetIdentity | undefined;
  /** What earlier attempts of this run have done. */
  progress: Progress | undefined;
  /** Items that the DryRun counted. */
  counted: number | undefined;
}

export function readLiveParent(value: unknown, mode: Mode): LiveParent {
  const parent = fieldsOf(value);
  const [metadata, spec, status] = [fieldsOf(parent['metadata']), fieldsOf(parent['spec']), fieldsOf(parent['status'])];
  const sameRun = (status['mode'] ?? mode) === mode;
  const { tableId, digest } = fieldsOf(status['target']);
  const conditions = Array.isArray(status['conditions']) ? status['conditions'].map(fieldsOf) : [];
  return {
    uid: metadata['uid'],
    isDeleting: metadata['deletionTimestamp'] !== undefined && metadata['deletionTimestamp'] !== null,
    isCancelled: spec['cancel'] === true,
    isSuspended: spec['suspend'] === true,
    mode: MODES.find((known) => known === (spec['mode'] ?? 'Execute')),
    caps: {
      maxWriteUnitsPerSecond: amount(spec['maxWriteUnitsPerSecond'], 1),
      maxReadUnitsPerSecond: amount(spec['maxReadUnitsPerSecond'], 1),
    },
    sameRun,
    isFinished: sameRun && conditions.some(({ type, status }) => type === 'Finished' && status === 'True'),
    jobUID: textOf(fieldsOf(status['job'])['uid']),
    target: typeof tableId === 'string' && typeof digest === 'string' ? { tableId, digest } : undefined,
    progress: sameRun ? progressOf(fieldsOf(status['progress'])) : undefined,
    counted: amount(fieldsOf(status['dryRun'])['itemsFound']),
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const amount = (value: unknown, least = 0): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= least ? (value as number) : undefined;

function progressOf(fields: Fields): Progress | undefined {
  const [itemsFound, itemsDeleted, writeUnits, readUnits] = (
    ['itemsFound', 'itemsDeleted', 'writeUnits', 'readUnits'] as const
  ).map((field) => amount(fields[field]));
  if ([itemsFound, itemsDeleted, writeUnits, readUnits].every((value) => !value)) return undefined;
  return {
    itemsFound: itemsFound ?? 0,
    itemsDeleted: itemsDeleted ?? 0,
    writeUnits: writeUnits ?? 0,
    readUnits: readUnits ?? 0,
  };
}

/**
 * What this attempt and those before it have done together. What earlier ones found and did not delete is found again. With
 * an earlier attempt the counts are lower bounds: it may have done more than it could report.
 */
export function cumulativeProgress(before: Progress | undefined, own: Progress, mode: Mode): Progress {
  // A count starts anew: what an earlier attempt counted is counted again.
  const items = mode === 'Execute' ? (before?.itemsDeleted ?? 0) : 0;
  if (!before) return own;
  return {
    ...own,
    itemsFound: items + (own.itemsFound ?? 0),
    itemsDeleted: items + (own.itemsDeleted ?? 0),
    writeUnits: (before.writeUnits ?? 0) + (own.writeUnits ?? 0),
    readUnits: (before.readUnits ?? 0) + (own.readUnits ?? 0),
    ...(mode === 'Execute' ? { atLeast: true } : {}),
  };
}
