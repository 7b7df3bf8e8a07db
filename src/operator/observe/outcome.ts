import type { ObservedJob } from '../../api/hooks.js';
import type { Report } from '../../api/report.js';
import { EXIT_CODES, STATE_OF_EXIT_CODE } from '../../api/exit-codes.js';
import { type FinishedState, isFinishedState, meaningOf, type Mode } from '../../api/states.js';
import { trueCondition } from './job-status.js';
import { formatTime, parseTime } from '../time.js';

export interface RunOutcome {
  state: FinishedState;
  message: string;
  /** When it came to be so, RFC 3339. */
  time: string | undefined;
}

const SUCCESS: Readonly<Record<Mode, FinishedState>> = { Execute: 'PartitionDeleted', DryRun: 'DryRunComplete' };

/** What a success means in few words, before what the worker says itself. */
const BRIEFLY: Readonly<Record<Mode, string>> = {
  Execute: 'The partition is deleted',
  DryRun: 'Nothing was written; set mode: Execute to delete',
};

/** `failed with exit code 5 matching FailJob rule at index 2`: so the Job controller words what podFailurePolicy did. */
const FAIL_JOB_EXIT_CODE = /failed with exit code (\d+) matching FailJob rule/;

/**
 * The end of a Job that is Complete or Failed; undefined while it is neither. `report` is the last one of this run. It refines
 * only BackoffLimitExceeded, which says nothing of the cause, and only when it is the final one of this very Job.
 */
export function outcomeOfJob(
  job: ObservedJob,
  mode: Mode,
  report: Partial<Report> | undefined,
): RunOutcome | undefined {
  const own = report?.jobUID === job.metadata.uid && report.final === true ? report : undefined;
  const complete = trueCondition(job, 'Complete');
  if (complete) {
    const time = normalized(complete.lastTransitionTime) ?? normalized(job.status?.completionTime);
    return { state: SUCCESS[mode], message: successMessage(mode, own), time };
  }
  const failed = trueCondition(job, 'Failed');
  if (!failed) return undefined;
  const state = failureState(failed.reason, failed.message, own);
  return { state, message: say(state, own?.message, failed.message), time: normalized(failed.lastTransitionTime) };
}

function failureState(reason: string | undefined, message = '', own: Partial<Report> | undefined): FinishedState {
  switch (reason) {
    case 'PodFailurePolicy':
      return STATE_OF_EXIT_CODE[Number(FAIL_JOB_EXIT_CODE.exec(message)?.[1])] ?? 'WorkerFailed';
    case 'DeadlineExceeded':
      return 'DeadlineExceeded';
    case 'BackoffLimitExceeded':
      return own?.outcome === 'Incomplete' || own?.outcome === 'WorkerFailed' ? own.outcome : 'BackoffLimitExceeded';
    default:
      return 'WorkerFailed';
  }
}

function successMessage(mode: Mode, own: Partial<Report> | undefined): string {
  if (mode === 'DryRun' && own?.progress?.itemsFound === undefined)
    return "The count is in the pod's log: the worker may not report. Give it the service account ddbctl-worker (manifests/worker) to see it here";
  return own?.message ? `${BRIEFLY[mode]}: ${own.message}` : meaningOf(SUCCESS[mode]);
}

/** The end that a final report tells of, for a run whose Job is gone. */
export function outcomeOfReport(report: Partial<Report>, mode: Mode): RunOutcome {
  const state = reportedState(report, mode);
  const message = state === SUCCESS[mode] ? successMessage(mode, report) : say(state, report.message);
  return { state, message, time: normalized(report.time) };
}

function reportedState({ outcome, exitCode }: Partial<Report>, mode: Mode): FinishedState {
  const otherModes = mode === 'Execute' ? SUCCESS.DryRun : SUCCESS.Execute;
  if (outcome !== undefined && isFinishedState(outcome) && outcome !== otherModes) return outcome;
  if (exitCode === EXIT_CODES.done) return SUCCESS[mode];
  return (exitCode === undefined ? undefined : STATE_OF_EXIT_CODE[exitCode]) ?? 'WorkerFailed';
}

function say(state: FinishedState, ...details: (string | undefined)[]): string {
  const detail = details.find((text) => text !== undefined && text !== '');
  return detail === undefined ? meaningOf(state) : `${meaningOf(state)}: ${detail}`;
}

function normalized(text: string | undefined): string | undefined {
  const time = parseTime(text);
  return time && formatTime(time);
}
