import type { Interruption } from '../api/failure.js';

/** How a worker is asked to stop. Whoever asks first decides the reason: a signal, or the fence. */
export interface Shutdown {
  signal: AbortSignal;
  stop: (why: Interruption) => void;
  /** Resolves when the time for draining is over. */
  overdue: Promise<Interruption>;
  /** Takes the signal handlers away. */
  release: () => void;
}

/** An answer of the API server. */
export interface ApiAnswer {
  status: number;
  /** Parsed; undefined where it is not JSON. */
  body: unknown;
}

/** Sends a merge patch to the parent. Rejects where there is no answer. */
export type PatchParent = (patch: object, options: { dryRun: boolean }) => Promise<ApiAnswer>;
