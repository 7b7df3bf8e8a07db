import { EXIT_CODES } from '../../api/exit-codes.js';
import { DRAIN_SECONDS } from '../../api/worker.js';
import type { AttemptOutcome } from '../../deletion/outcome.js';
import { Interruption } from '../../api/failure.js';
import type { Shutdown } from '../../worker/runtime.js';

const SIGNALS = {
  SIGTERM: new Interruption(EXIT_CODES.terminated, 'interrupted by SIGTERM; the next attempt deletes what remains'),
  SIGINT: new Interruption(EXIT_CODES.interrupted, 'interrupted by SIGINT; run it again to delete what remains'),
} as const;

/** Turns SIGTERM and SIGINT into a graceful shutdown. A second SIGINT ends the process at once. */
export function shutdownOnSignals(): Shutdown {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let giveUp: (why: Interruption) => void;
  const overdue = new Promise<Interruption>((resolve) => (giveUp = resolve));
  const stop = (why: Interruption): void => {
    if (controller.signal.aborted) return;
    controller.abort(why);
    timer = setTimeout(() => giveUp(why), DRAIN_SECONDS * 1000);
  };
  const onTerm = (): void => stop(SIGNALS.SIGTERM);
  const onInt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.interrupted);
    stop(SIGNALS.SIGINT);
  };
  process.on('SIGTERM', onTerm);
  process.on('SIGINT', onInt);
  return {
    signal: controller.signal,
    stop,
    overdue,
    release: () => {
      clearTimeout(timer);
      process.off('SIGTERM', onTerm);
      process.off('SIGINT', onInt);
    },
  };
}

/** The outcome of a run that did not finish draining in time. The effect of its last requests is unknown, so the counts are lower bounds. */
export function overdueOutcome(why: Interruption, progress: AttemptOutcome['progress']): AttemptOutcome {
  return {
    ...(why.state ? { state: why.state } : {}),
    exitCode: why.exitCode,
    message: `${why.message}; in-flight requests did not finish within ${DRAIN_SECONDS} s`,
    verifiedEmpty: false,
    progress: { ...progress, atLeast: true },
  };
}
