import type { ObservedJob } from '../../api/hooks.js';
import type { Report } from '../../api/report.js';
import { EXIT_CODES, STATE_OF_EXIT_CODE } from '../../api/exit-codes.js';
import { type FinishedState, isFinishedState, type Mode } from '../../api/states.js';
import type { Message } from '../messages.js';
import { parseWholeSeconds } from '../time.js';
import { trueCondition } from './job-status.js';

/** How a run ended. */
export interface RunOutcome {
  state: FinishedState;
  message: Message;
  time: Date | undefined;
}

const SUCCESS: Readonly<Record<Mode, FinishedState>> = { Execute: 'PartitionDeleted', DryRun: 'DryRunComplete' };

/** `failed with exit code 5 matching FailJob rule at index 2`: the Job controller's message when podFailurePolicy fails a Job. */
const FAIL_JOB_EXIT_CODE = /failed with exit code (\d+) matching FailJob rule/;

/**
 * The outcome of a Job that is Complete or Failed; undefined while it is neither. `report` is the last one of this run. It
 * refines only BackoffLimitExceeded, which does not name the cause, and only if it is the final report of this very Job. That of an
 * attempt that failed may still be the last one of a Job that is Complete.
 */
export function outcomeOfJob(
  job: ObservedJob,
  mode: Mode,
  report: Partial<Report> | undefined,
): RunOutcome | undefined {
  const own = report?.jobUID === job.metadata.uid && report.final === true ? report : undefined;
  const complete = trueCondition(job, 'Complete');
  if (complete) {
    const time = parseWholeSeconds(complete.lastTransitionTime) ?? parseWholeSeconds(job.status?.completionTime);
    const proof = own && outcomeOfReport(own, mode).isSuccess ? own : undefined;
    return { state: SUCCESS[mode], message: successMessage(mode, proof), time };
  }
  const failed = trueCondition(job, 'Failed');
  if (!failed) return undefined;
  const state = failureState(failed.reason, failed.message, own);
  const message = { meaningOf: state, detail: firstText(own?.message, failed.message) };
  return { state, message, time: parseWholeSeconds(failed.lastTransitionTime) };
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

function successMessage(mode: Mode, own: Partial<Report> | undefined): Message {
  if (mode === 'DryRun' && own?.progress?.itemsFound === undefined) return { key: 'countIsInTheLog' };
  if (mode === 'Execute' && own?.verifiedEmpty !== true) return { key: 'proofIsInTheLog' };
  const detail = firstText(own?.message);
  if (detail === undefined) return { meaningOf: SUCCESS[mode] };
  return { key: mode === 'DryRun' ? 'itemsAreCounted' : 'partitionIsDeleted', detail };
}

/** The outcome in a final report. */
export function outcomeOfReport(report: Partial<Report>, mode: Mode): RunOutcome & { isSuccess: boolean } {
  const state = reportedState(report, mode);
  const isSuccess = state === SUCCESS[mode];
  const message: Message = isSuccess
    ? successMessage(mode, report)
    : { meaningOf: state, detail: firstText(report.message) };
  return { state, message, time: parseWholeSeconds(report.time), isSuccess };
}

function reportedState({ outcome, exitCode }: Partial<Report>, mode: Mode): FinishedState {
  const ofTheOtherMode = mode === 'Execute' ? SUCCESS.DryRun : SUCCESS.Execute;
  if (outcome !== undefined && isFinishedState(outcome) && outcome !== ofTheOtherMode) return outcome;
  if (exitCode === EXIT_CODES.done) return SUCCESS[mode];
  return (exitCode === undefined ? undefined : STATE_OF_EXIT_CODE[exitCode]) ?? 'WorkerFailed';
}

function firstText(...texts: (string | undefined)[]): string | undefined {
  return texts.find((text) => text !== undefined && text !== '');
}
