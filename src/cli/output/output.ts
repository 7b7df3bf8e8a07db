import type { Progress } from '../../api/status.js';
import type { Log } from '../../deletion/runtime.js';
import type { AttemptOutcome } from '../../deletion/outcome.js';

/** One attempt, while it runs. */
export interface Attempt {
  mode: 'counting' | 'deleting';
  progress: () => Progress;
  /** How often requests were refused, or done in part only. */
  throttled: () => number;
  /** What was counted before. */
  counted: () => number | undefined;
}

/** Where a run is told: as JSON lines to whoever collects logs, or as a picture to a person. */
export interface RunOutput {
  log: Log;
  /** Tells how an attempt goes on, until the function that it returns is called. */
  follow: (attempt: Attempt) => () => void;
  /** The last word. */
  end: (outcome: AttemptOutcome) => void;
}
