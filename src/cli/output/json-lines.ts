import { EXIT_CODES } from '../../api/exit-codes.js';
import type { Parent } from '../../worker/parent.js';
import type { RunOutput } from './output.js';
import { workerLogger } from '../process/logger.js';

const PROGRESS_MS = 5_000;

/** Shows a run as JSON lines on stdout. */
export function jsonLines(
  parent: Parent | undefined,
  log = workerLogger(parent ? { namespace: parent.namespace, parent: parent.name } : {}),
): RunOutput {
  return {
    log,
    showProgress: ({ progress, counted, throttled }) => {
      const fields = () => ({ ...progress(), counted: counted(), throttled: throttled() });
      const timer = setInterval(() => log.info(fields(), 'progress'), PROGRESS_MS);
      return () => clearInterval(timer);
    },
    showOutcome: ({ state, message, target, ...rest }) => {
      const level = rest.exitCode === EXIT_CODES.done ? 'info' : state === undefined ? 'warn' : 'error';
      // The digest conceals the partition value only if its key is a parent's uid.
      log[level]({ outcome: state, ...rest, ...(parent && { target }) }, message);
    },
  };
}
