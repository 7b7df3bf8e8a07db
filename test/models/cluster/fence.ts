import { fenceVerdict, mayWrite } from '../../../src/worker/fence.js';

/** The worker's fence: the real one, or one that is deliberately broken. */
export interface Fence {
  verdict: typeof fenceVerdict;
  mayWrite: typeof mayWrite;
}

export const workersFence: Fence = { verdict: fenceVerdict, mayWrite };
