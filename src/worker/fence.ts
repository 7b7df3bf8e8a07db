import { EXIT_CODES } from '../api/exit-codes.js';
import type { Mode } from '../api/states.js';
import type { TargetIdentity } from '../api/status.js';
import { isSameTarget } from './parent.js';
import { fieldsOf, type LiveParent, readLiveParent } from './live-parent.js';

/**
 * The fence: when a worker must stop because the resource that it works for, its parent, no longer wants it. A worker may outlive
 * its Job, for instance on a node that has lost its network. So it keeps asking the API server for the live parent, using a PATCH
 * with `dryRun=All`, which writes nothing. This file contains the rules; `fence-watch.ts` sends the requests and applies the rules.
 */

/** How often a worker checks its parent, in milliseconds. */
export const FENCE_PERIOD_MS = 5_000;
/** How long an answer is valid, in milliseconds. Without a valid one the worker writes nothing. */
export const FENCE_LIMIT_MS = 20_000;
/** How long the worker waits for an answer, in milliseconds, from its start or from the last one. Then the attempt ends. */
export const FENCE_PATIENCE_MS = 120_000;

export type FenceAnswer =
  | { kind: 'parent'; parent: unknown }
  /** The parent no longer exists, or another resource has its name. */
  | { kind: 'gone' }
  /** No answer, or one that says nothing about the parent, such as a refusal: then it has an HTTP status. */
  | { kind: 'none'; why: string; status?: number };

/** The worker to which the rules apply. */
export interface FenceSelf {
  parentUID: string;
  jobUID: string;
  mode: Mode;
  /** The target that this worker found; absent until it has found one. */
  target?: TargetIdentity | undefined;
}

/** What a worker remembers from one answer to the next. */
export interface FenceMemory {
  /** Time of the last answer on a monotonic clock, in milliseconds; absent before the first. */
  lastAnswer?: number | undefined;
  /** `status.job.uid` has at some point been this worker's own Job. */
  wasOwn: boolean;
}

export const NO_MEMORY: FenceMemory = { wasOwn: false };

/** `stop`: drain, then exit with this code; `final` means that no other attempt may follow. */
export type FenceVerdict = { kind: 'go' } | { kind: 'stop'; exitCode: number; final: boolean; message: string };

/** The rules for stopping, as one value, so that tests can replace it with a fence that is deliberately broken. */
export interface Fence {
  verdict: typeof fenceVerdict;
  mayWrite: typeof mayWrite;
  mustGiveUp: typeof mustGiveUp;
  endedBefore: typeof endedBefore;
}

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

/** What an HTTP answer to such a PATCH means. `body` is parsed JSON, or undefined if it is not JSON. */
export function fenceAnswer(status: number, body: unknown): FenceAnswer {
  const { metadata, reason, details, message } = fieldsOf(body);
  if (status === 200)
    return fieldsOf(metadata).uid === undefined
      ? { kind: 'none', status, why: 'HTTP 200 without the object' }
      : { kind: 'parent', parent: body };
  // A 404 without a Status comes from an API server that does not serve this kind, for instance while it starts.
  if (status === 404 && reason === 'NotFound' && fieldsOf(details).name) return { kind: 'gone' };
  const invalid = status === 422 ? invalidFields(details) : [];
  if (invalid.includes('metadata.uid')) return { kind: 'gone' };
  // Whatever else makes an API server refuse, a missing right or an admission policy, says nothing about the parent. Its words
  // about invalid fields could hold their values, and one of them is the key.
  const words = invalid.length > 0 ? `invalid: ${invalid.join(', ')}` : typeof message === 'string' ? message : '';
  return { kind: 'none', status, why: `HTTP ${status}${words === '' ? '' : `: ${words.slice(0, MAX_WHY)}`}` };
}

/** Characters of the API server's words that are kept. */
const MAX_WHY = 300;

/** The fields that an Invalid answer complains of. */
function invalidFields(details: unknown): string[] {
  const { causes } = fieldsOf(details);
  return Array.isArray(causes)
    ? causes.map((cause) => fieldsOf(cause).field).filter((field) => typeof field === 'string')
    : [];
}

/** Whether a worker may start a new write: only on a fresh answer. */
export function mayWrite({ lastAnswer }: FenceMemory, now: number): boolean {
  return lastAnswer !== undefined && now - lastAnswer < FENCE_LIMIT_MS;
}

/** Whether a worker that began at `began` has waited long enough for an answer. */
export function mustGiveUp({ lastAnswer = -Infinity }: FenceMemory, began: number, now: number): boolean {
  return now - Math.max(began, lastAnswer) >= FENCE_PATIENCE_MS;
}

/**
 * What an answer means for the worker that asked.
 * @param askedAt - on the clock of `memory.lastAnswer`; an answer to a later question may have come before
 */
export function fenceVerdict(
  memory: FenceMemory,
  answer: FenceAnswer,
  self: FenceSelf,
  askedAt: number,
): { memory: FenceMemory; verdict: FenceVerdict } {
  const lastAnswer = Math.max(memory.lastAnswer ?? askedAt, askedAt);
  switch (answer.kind) {
    case 'none':
      return { memory, verdict: GO };
    case 'gone':
      return { memory: { ...memory, lastAnswer }, verdict: refuse('the DdbctlDpJob is gone') };
    case 'parent': {
      const parent = readLiveParent(answer.parent, self.mode);
      const wasOwn = memory.wasOwn || (parent.sameRun && parent.jobUID === self.jobUID);
      return { memory: { lastAnswer, wasOwn }, verdict: judge(parent, self, wasOwn) };
    }
  }
}

/** The rules, in order: the first one that holds decides. */
const RULES: readonly {
  holds: (parent: LiveParent, self: FenceSelf, wasOwn: boolean) => boolean;
  verdict: FenceVerdict;
}[] = [
  {
    holds: (parent, self) => parent.uid !== self.parentUID,
    verdict: refuse('the DdbctlDpJob is gone, and another one has its name'),
  },
  {
    holds: ({ target, report }, self) =>
      [target, report?.target].some((recorded) => recorded && self.target && !isSameTarget(recorded, self.target)),
    verdict: refuse(
      'the target differs from the one recorded in status.target, or reported by an earlier worker: the table was re-created, or the key or the account changed',
    ),
  },
  { holds: (parent) => parent.isDeleting, verdict: interrupt('the DdbctlDpJob is being deleted') },
  { holds: (parent) => parent.isCancelled, verdict: interrupt('the DdbctlDpJob was cancelled') },
  { holds: (parent) => parent.isSuspended, verdict: interrupt('the DdbctlDpJob was suspended') },
  // A change from DryRun to Execute approves the deletion; it takes effect after the dry run.
  {
    holds: (parent, self) => self.mode === 'Execute' && parent.mode !== 'Execute',
    verdict: interrupt("the DdbctlDpJob's mode has changed"),
  },
  { holds: (parent) => parent.isFinished, verdict: interrupt('this run has already finished') },
  // When a Job is recorded as lost, job.uid is cleared before its successor may start. The pod may have started after that.
  {
    holds: ({ sameRun, jobUID, seenJobs }, self, wasOwn) =>
      sameRun && (jobUID === undefined ? wasOwn || seenJobs.includes(self.jobUID) : jobUID !== self.jobUID),
    verdict: interrupt('this pod has outlived its Job'),
  },
];

export const WORKERS_FENCE: Fence = { verdict: fenceVerdict, mayWrite, mustGiveUp, endedBefore };

/** How an earlier attempt of this Job has ended for good, although the Job started another one. */
export type EarlierEnd = EarlierVerification | { kind: 'refused'; message: string };

export interface EarlierVerification {
  kind: 'verified';
  at: string;
  receipt?: string | undefined;
}

/**
 * What an earlier attempt of this very Job reported as its end. The Job starts another pod all the same, if the node was lost before
 * the kubelet could tell of the exit, or if another container of the pod failed.
 */
export function endedBefore({ report }: LiveParent, { mode, jobUID }: FenceSelf): EarlierEnd | undefined {
  if (mode !== 'Execute' || report?.final !== true || report.mode !== mode || report.jobUID !== jobUID)
    return undefined;
  if (report.outcome === 'GuardRefused') return { kind: 'refused', message: report.message ?? '' };
  const verified = report.outcome === 'PartitionDeleted' && report.verifiedEmpty;
  return verified ? { kind: 'verified', at: report.time ?? 'an unknown time', receipt: report.receipt } : undefined;
}

function judge(parent: LiveParent, self: FenceSelf, wasOwn: boolean): FenceVerdict {
  return RULES.find(({ holds }) => holds(parent, self, wasOwn))?.verdict ?? GO;
}
