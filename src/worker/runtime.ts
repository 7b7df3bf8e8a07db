import type { Interruption } from '../api/failure.js';

/** How a worker is asked to stop: by a signal or by the fence. Whichever comes first determines the reason. */
export interface Shutdown {
  signal: AbortSignal;
  stop: (why: Interruption) => void;
  /** Resolves with the reason of the shutdown when the time for draining is over. */
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

/** Sends a merge patch to the parent. Rejects if no answer arrives. */
export type PatchParent = (patch: object, options: { dryRun: boolean }) => Promise<ApiAnswer>;
