import type { Interruption } from '../api/failure.js';

/** How a worker is asked to stop: by a signal or by the fence. The first of them determines the reason. */
export interface Shutdown {
  signal: AbortSignal;
  stop: (why: Interruption) => void;
  /** Resolves when the time for draining is over, with the reason of the shutdown. */
  overdue: Promise<Interruption>;
  /** Removes the signal handlers. */
  release: () => void;
}

/** An answer of the API server. */
export interface ApiAnswer {
  status: number;
  /** Parsed; undefined if the answer is not JSON. */
  body: unknown;
}

/** Sends a merge patch to the parent. Rejects if there is no answer. */
export type PatchParent = (patch: object, options: { dryRun: boolean }) => Promise<ApiAnswer>;
