import type { Progress } from '../../api/status.js';
import type { AttemptOutcome } from '../../deletion/outcome.js';
import type { Log } from '../../deletion/runtime.js';

/** A running attempt, as functions that return its latest numbers. */
export interface Attempt {
  mode: 'counting' | 'deleting';
  progress: () => Progress;
  /** The number of requests that were throttled, wholly or in part. */
  throttled: () => number;
  /** The number of items that an earlier dry run counted. */
  counted: () => number | undefined;
}

/** Where a run is shown: as JSON lines for log collectors, or as a progress bar for a person. */
export interface RunOutput {
  log: Log;
  /** Shows the progress of an attempt until the returned function is called. */
  showProgress: (attempt: Attempt) => () => void;
  /** Shows how the run ended. Nothing is shown after it. */
  showOutcome: (outcome: AttemptOutcome) => void;
}
