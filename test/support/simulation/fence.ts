import type { Mode } from '../../../src/api/states.js';
import type { ApiObject } from './objects.js';

/** What a `PATCH …?dryRun=All` came back with. */
export type FenceAnswer =
  { kind: 'parent'; parent: ApiObject } | { kind: 'gone' } | { kind: 'forbidden' } | { kind: 'none' };

export interface FenceSelf {
  mode: Mode;
  jobUID: string;
  /** Milliseconds, of a clock that only goes forward. */
  now: number;
}

export interface FenceState {
  lastAnswer: number | undefined;
  /** status.job.uid was this worker's own Job once. */
  wasOwn: boolean;
}

export type FenceVerdict = 'go' | 'hold' | 'drain-4' | 'drain-143';

/** How long the last answer is good for. */
export const FENCE_LIMIT_MS = 20_000;
export const FENCE_PERIOD_MS = 5_000;

export type Fence = (
  state: FenceState,
  answer: FenceAnswer,
  self: FenceSelf,
) => { state: FenceState; verdict: FenceVerdict };

/** The fence of the design, for the model worker. */
export const designFence: Fence = (state, answer, self) => {
  if (answer.kind === 'forbidden') return { state, verdict: 'go' };
  if (answer.kind === 'none') return { state, verdict: mayWrite(state, self.now) ? 'go' : 'hold' };
  if (answer.kind === 'gone') return { state: { ...state, lastAnswer: self.now }, verdict: 'drain-4' };
  const { metadata, spec = {}, status = {} } = answer.parent;
  const jobUID = (status['job'] as { uid?: string } | undefined)?.uid;
  const next: FenceState = { lastAnswer: self.now, wasOwn: state.wasOwn || jobUID === self.jobUID };
  const mode = spec['mode'] ?? 'Execute';
  const sameRun = (status['mode'] ?? 'Execute') === self.mode;
  const conditions = Array.isArray(status['conditions']) ? (status['conditions'] as unknown[]) : [];
  const finished = sameRun && conditions.some((condition) => isTrue(condition, 'Finished'));
  // The record of a lost Job clears job.uid; the successor's stands there only after that.
  const replaced = sameRun && (jobUID === undefined ? next.wasOwn : jobUID !== self.jobUID);
  const stop =
    metadata.deletionTimestamp !== undefined ||
    spec['cancel'] === true ||
    spec['suspend'] === true ||
    // An approval waits for the count: a DryRun goes on. A mode that nobody knows leaves a run as it is, as in sync.
    (mode === 'DryRun' && self.mode === 'Execute') ||
    finished ||
    replaced;
  return { state: next, verdict: stop ? 'drain-143' : 'go' };
};

const isTrue = (condition: unknown, type: string): boolean => {
  const { type: is, status } = (condition ?? {}) as { type?: string; status?: string };
  return is === type && status === 'True';
};

export const mayWrite = ({ lastAnswer }: FenceState, now: number): boolean =>
  lastAnswer === undefined || now - lastAnswer < FENCE_LIMIT_MS;
