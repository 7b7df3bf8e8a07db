import { EXIT_CODES } from '../../api/exit-codes.js';
import { DRAIN_SECONDS } from '../../api/worker.js';
import type { AttemptOutcome } from '../../deletion/outcome.js';
import { Interruption } from '../../api/failure.js';
import type { Shutdown } from '../../worker/runtime.js';

const SIGNALS = {
  SIGTERM: new Interruption(
    EXIT_CODES.terminated,
    'interrupted by SIGTERM; what remains is deleted by the next attempt',
  ),
  SIGINT: new Interruption(EXIT_CODES.interrupted, 'interrupted by SIGINT; run it again to delete what remains'),
} as const;

/** Turns SIGTERM and SIGINT into a drain. A second SIGINT ends the process at once: somebody is in a hurry. */
export function drainOnSignals(): Shutdown {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let tooLate: (why: Interruption) => void;
  const overdue = new Promise<Interruption>((resolve) => (tooLate = resolve));
  const stop = (why: Interruption): void => {
    if (controller.signal.aborted) return;
    controller.abort(why);
    timer = setTimeout(() => tooLate(why), DRAIN_SECONDS * 1000);
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

/** How a run ends whose drain took too long: what was in flight is lost, so the counts are lower bounds. */
export function overdueOutcome(why: Interruption, progress: AttemptOutcome['progress']): AttemptOutcome {
  return {
    ...(why.state ? { state: why.state } : {}),
    exitCode: why.exitCode,
    message: `${why.message}; requests in flight did not end within ${DRAIN_SECONDS} s`,
    verifiedEmpty: false,
    progress: { ...progress, atLeast: true },
  };
}
