import t from 'tap';
import type { Report } from '../../../../src/api/report.js';
import type { Mode } from '../../../../src/api/states.js';
import { textOf } from '../../../../src/operator/messages.js';
import { outcomeOfJob, outcomeOfReport } from '../../../../src/operator/observe/outcome.js';
import { jobStatus, observedJob } from '../../../support/builders.js';

type JobStatus = NonNullable<Parameters<typeof observedJob>[0]>['status'];
const ENDED = new Date('2026-11-23T02:10:30Z');
const NO_REPORT = /its report is missing/;
const conditions = (...items: object[]) =>
  ({ conditions: items.map((item) => ({ status: 'True', ...item })) }) as JobStatus;
const own = (fields: Partial<Report>): Partial<Report> => ({ jobUID: 'job-1', final: true, exitCode: 0, ...fields });

const jobs: {
  why: string;
  status: JobStatus;
  mode?: Mode;
  report?: Partial<Report>;
  state: string | undefined;
  message?: RegExp;
  time?: Date | undefined;
}[] = [
  { why: 'a running Job has no outcome', status: jobStatus.running, state: undefined },
  { why: 'nor one that is failing', status: jobStatus.failing('x'), state: undefined },
  { why: 'Complete', status: jobStatus.complete, state: 'PartitionDeleted', message: NO_REPORT, time: ENDED },
  {
    why: 'Complete, with what the worker says',
    status: jobStatus.complete,
    report: own({ message: '12 items', verifiedEmpty: true }),
    state: 'PartitionDeleted',
    message: /^The partition is deleted: 12 items$/,
  },
  {
    why: 'Complete, and its report has no words',
    status: jobStatus.complete,
    report: own({ verifiedEmpty: true }),
    state: 'PartitionDeleted',
    message: /nothing left$/,
  },
  {
    why: 'Complete, and its report does not say that it has verified',
    status: jobStatus.complete,
    report: own({ message: '12 items' }),
    state: 'PartitionDeleted',
    message: NO_REPORT,
  },
  {
    why: 'but not what it said before its end',
    status: jobStatus.complete,
    report: own({ message: '12 items', final: false, verifiedEmpty: true }),
    state: 'PartitionDeleted',
    message: NO_REPORT,
  },
  {
    why: "nor another Job's words",
    status: jobStatus.complete,
    report: own({ message: '12 items', jobUID: 'job-0', verifiedEmpty: true }),
    state: 'PartitionDeleted',
    message: NO_REPORT,
  },
  {
    why: 'a condition without a time: the completion time of the Job',
    status: { ...conditions({ type: 'Complete' }), completionTime: '2026-11-23T02:10:30.4Z' },
    state: 'PartitionDeleted',
    time: ENDED,
  },
  { why: 'no time at all', status: conditions({ type: 'Complete' }), state: 'PartitionDeleted', time: undefined },
  {
    why: 'a count that nobody could report',
    status: jobStatus.complete,
    mode: 'DryRun',
    state: 'DryRunComplete',
    message: /^The count is only in the pod's log/,
  },
  {
    why: 'a count that was reported',
    status: jobStatus.complete,
    mode: 'DryRun',
    report: own({ progress: { itemsFound: 3 } }),
    state: 'DryRunComplete',
    message: /^The items were counted/,
  },
  {
    why: 'a count, where only the report of an attempt that failed has come',
    status: jobStatus.complete,
    mode: 'DryRun',
    report: own({ outcome: 'Incomplete', exitCode: 3, progress: { itemsFound: 3 }, message: 'throttled' }),
    state: 'DryRunComplete',
    message: /^The count is only in the pod's log/,
  },
  {
    why: 'a count with what the worker says',
    status: jobStatus.complete,
    mode: 'DryRun',
    report: own({ progress: { itemsFound: 3 }, message: '3 items' }),
    state: 'DryRunComplete',
    message: /^Nothing was written; .*: 3 items$/,
  },
  { why: 'an exit code that ends the run', status: jobStatus.exited(5), state: 'TableNotFound', time: ENDED },
  { why: 'an exit code of a newer worker', status: jobStatus.exited(77), state: 'WorkerFailed' },
  {
    why: 'a text that another Kubernetes wrote',
    status: jobStatus.failed('PodFailurePolicy', 'something else'),
    state: 'WorkerFailed',
    message: /see its log: something else$/,
  },
  { why: 'no text', status: conditions({ type: 'Failed', reason: 'PodFailurePolicy' }), state: 'WorkerFailed' },
  { why: 'the deadline', status: jobStatus.failed('DeadlineExceeded'), state: 'DeadlineExceeded' },
  { why: 'the backoff limit', status: jobStatus.failed('BackoffLimitExceeded'), state: 'BackoffLimitExceeded' },
  ...(['Incomplete', 'WorkerFailed'] as const).map((outcome) => ({
    why: `the backoff limit, and the worker said ${outcome}`,
    status: jobStatus.failed('BackoffLimitExceeded', 'kubernetes'),
    report: own({ outcome, message: 'worker' }),
    state: outcome,
    message: /: worker$/,
  })),
  {
    why: 'the backoff limit, and the worker claims a success',
    status: jobStatus.failed('BackoffLimitExceeded'),
    report: own({ outcome: 'PartitionDeleted' }),
    state: 'BackoffLimitExceeded',
  },
  { why: 'a reason of a newer Kubernetes', status: jobStatus.failed('Novel'), state: 'WorkerFailed' },
];

for (const { why, status, mode = 'Execute', report, state, message, ...rest } of jobs)
  t.test(`a Job: ${why}`, async (t) => {
    const outcome = outcomeOfJob(observedJob({ status: status ?? {} }), mode, report);
    t.equal(outcome?.state, state);
    if (message && outcome) t.match(textOf(outcome.message), message);
    if ('time' in rest) t.same(outcome?.time, rest.time);
  });

const reports: [why: string, report: Partial<Report>, mode: Mode, state: string, message?: RegExp][] = [
  ['the outcome that it names', { outcome: 'AccessDenied' }, 'Execute', 'AccessDenied', /permissions$/],
  ['with its words', { outcome: 'AccessDenied', message: 'PutItem' }, 'Execute', 'AccessDenied', /: PutItem$/],
  ['empty words are none', { outcome: 'AccessDenied', message: '' }, 'Execute', 'AccessDenied', /permissions$/],
  ['a success', { outcome: 'PartitionDeleted', verifiedEmpty: true }, 'Execute', 'PartitionDeleted', /nothing left$/],
  ["the other mode's success is none", { outcome: 'DryRunComplete', exitCode: 3 }, 'Execute', 'Incomplete'],
  ['nor is a deletion one of a count', { outcome: 'PartitionDeleted', exitCode: 0 }, 'DryRun', 'DryRunComplete'],
  ['exit code 0', { exitCode: 0 }, 'Execute', 'PartitionDeleted'],
  ['another exit code', { exitCode: 4 }, 'Execute', 'GuardRefused'],
  ['an exit code of a newer worker', { exitCode: 77 }, 'Execute', 'WorkerFailed'],
  ['nothing', {}, 'Execute', 'WorkerFailed'],
  ['an outcome of a newer worker', { outcome: 'Novel' as never }, 'Execute', 'WorkerFailed'],
];

for (const [why, report, mode, state, message] of reports)
  t.test(`a report: ${why}`, async (t) => {
    const outcome = outcomeOfReport({ time: '2026-11-23T02:10:30.9Z', ...report }, mode);
    t.equal(outcome.state, state);
    t.same(outcome.time, ENDED);
    if (message) t.match(textOf(outcome.message), message);
  });
