import type { FinishedState } from '../api/states.js';
import type { Progress, TargetIdentity } from '../api/status.js';

/** How a run of the worker ended. `state` is absent where it was interrupted: that is no outcome. */
export interface AttemptOutcome {
  state?: FinishedState;
  exitCode: number;
  /** For people, without the value of any key. */
  message: string;
  /** Whether a consistent read over the whole target found nothing, after the last write. */
  verifiedEmpty: boolean;
  progress: Progress;
  target?: TargetIdentity;
  /** Of a count: the write units that the deletion would take. Absent where DynamoDB reports no capacity. */
  estimatedWriteUnits?: { min: number; max: number };
}
