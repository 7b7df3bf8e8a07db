import { runHasFinished } from '../../../../src/operator/rules/run-has-finished.js';
import { seconds } from '../../../support/builders.js';
import { CREATED, currentJob, JOB, NEW, OUTCOME, ruleTable, RUNNING, SEEN } from './rule-table.js';

const recorded = { state: 'Cancelled', message: { text: 'as said' }, time: undefined } as const;
const finished = {
  finished: 'Cancelled',
  end: recorded,
  status: { completionTime: '2026-11-23T02:10:30Z' },
} as const;
const said = { state: 'Cancelled', message: { text: 'as said' } } as const;
const seen = { ...SEEN, startTime: CREATED, restart: undefined };
const ended = currentJob({ outcome: OUTCOME });
const draining = { stopping: [JOB], dropping: [], abandoned: [], deadline: seconds(300) };
const other = { ...finished.status, job: { name: 'sample', uid: 'job-0' } };

const COUNT = { itemsFound: 7, completionTime: '2026-11-23T02:10:30Z' };

ruleTable(runHasFinished, [
  { why: 'does not apply while the status says that the run continues', given: { job: ended }, decision: undefined },
  {
    why: 'keeps the record once the Job is gone',
    given: finished,
    decision: { ...said, set: { restart: undefined }, jobs: [] },
  },
  {
    why: 'drains an unfinished Job',
    given: { ...finished, finished: 'TableNotFound', job: currentJob({ draining }) },
    decision: { ...said, set: seen, jobs: [{ drain: JOB }], abandoned: [], wakes: [seconds(300)] },
  },
  {
    why: 'drops a Job that does not drain in time',
    given: {
      ...finished,
      job: currentJob({ draining: { stopping: [], dropping: [], abandoned: ['x'], deadline: undefined } }),
    },
    decision: { ...said, set: seen, jobs: [], abandoned: ['x'], wakes: [undefined] },
  },
  {
    why: 'stays Cancelled even if the Job has ended',
    given: {
      ...finished,
      job: { ...ended, draining: { stopping: [], dropping: [], abandoned: [], deadline: undefined } },
    },
    decision: { ...said, set: seen, jobs: [], abandoned: [], wakes: [undefined] },
  },
  {
    why: 'takes the end from the Job, and keeps the Job without a TTL forever',
    given: { ...finished, finished: 'WorkerFailed', job: ended },
    decision: {
      state: 'TableNotFound',
      message: { text: 'gone' },
      set: seen,
      jobs: [{ keep: JOB }],
      wakes: [undefined],
    },
  },
  {
    why: 'keeps the Job until its TTL has passed',
    given: { ...finished, finished: 'WorkerFailed', job: ended, expiry: seconds(1) },
    decision: {
      state: 'TableNotFound',
      message: { text: 'gone' },
      set: seen,
      jobs: [{ keep: JOB }],
      wakes: [seconds(1)],
    },
  },
  {
    why: 'drops the Job once its TTL has passed',
    given: { ...finished, finished: 'WorkerFailed', job: ended, expiry: NEW.now },
    decision: { state: 'TableNotFound', message: { text: 'gone' }, set: seen, jobs: [], wakes: [undefined] },
  },
  {
    why: 'does not keep a Job that runs, whatever its TTL',
    given: { ...finished, finished: 'WorkerFailed', job: { ...RUNNING, draining }, expiry: seconds(1) },
    decision: { ...said, set: seen, jobs: [{ drain: JOB }], abandoned: [], wakes: [seconds(300)] },
  },
  {
    why: 'another Job than the recorded one changes no end: somebody else made it, or a cache is behind',
    given: { ...finished, finished: 'WorkerFailed', status: other, job: ended },
    decision: { ...said, set: { restart: undefined }, jobs: [{ keep: JOB }], wakes: [undefined] },
  },
  {
    why: 'and is drained, unless it has ended',
    given: { ...finished, finished: 'WorkerFailed', status: other, job: { ...RUNNING, draining } },
    decision: {
      ...said,
      set: { restart: undefined },
      jobs: [{ drain: JOB }],
      abandoned: [],
      wakes: [seconds(300)],
    },
  },
  {
    why: 'keeps the message of a count that was recorded',
    given: {
      finished: 'DryRunComplete',
      end: { ...recorded, state: 'DryRunComplete' },
      status: { ...finished.status, dryRun: { itemsFound: 7, completionTime: '2026-11-23T02:10:30Z' } },
      counted: { itemsFound: 7, completionTime: '2026-11-23T02:10:30Z' },
      job: currentJob({ outcome: { ...OUTCOME, state: 'DryRunComplete' } }),
    },
    decision: {
      state: 'DryRunComplete',
      message: { text: 'as said' },
      set: { ...seen, dryRun: { itemsFound: 7, completionTime: '2026-11-23T02:10:30Z' } },
      jobs: [{ keep: JOB }],
      wakes: [undefined],
    },
  },
  {
    why: 'keeps the message of a proof that was recorded, although its report is gone',
    given: {
      finished: 'PartitionDeleted',
      end: { ...recorded, state: 'PartitionDeleted' },
      status: { ...finished.status, verifiedEmpty: true },
      job: currentJob({ outcome: { ...OUTCOME, state: 'PartitionDeleted' } }),
    },
    decision: {
      state: 'PartitionDeleted',
      message: { text: 'as said' },
      set: { ...seen, verifiedEmpty: true },
      jobs: [{ keep: JOB }],
      wakes: [undefined],
    },
  },
  {
    why: 'the Job is the recorded one: what it shows is recorded',
    given: { ...finished, status: { ...finished.status, job: SEEN.job }, job: { ...RUNNING, draining } },
    decision: { ...said, set: seen, jobs: [{ drain: JOB }], abandoned: [], wakes: [seconds(300)] },
  },
  {
    why: 'a count that was not recorded is as its Job tells',
    given: {
      finished: 'DryRunComplete',
      end: { ...recorded, state: 'DryRunComplete' },
      status: finished.status,
      job: currentJob({ outcome: { ...OUTCOME, state: 'DryRunComplete' } }),
    },
    decision: {
      state: 'DryRunComplete',
      message: { text: 'gone' },
      set: { ...seen, dryRun: { completionTime: OUTCOME.time } },
      jobs: [{ keep: JOB }],
      wakes: [undefined],
    },
  },
  {
    why: 'a success that was not proved is as its Job tells',
    given: {
      finished: 'PartitionDeleted',
      end: { ...recorded, state: 'PartitionDeleted' },
      status: finished.status,
      job: currentJob({ outcome: { ...OUTCOME, state: 'PartitionDeleted' } }),
    },
    decision: {
      state: 'PartitionDeleted',
      message: { text: 'gone' },
      set: { ...seen, verifiedEmpty: undefined },
      jobs: [{ keep: JOB }],
      wakes: [undefined],
    },
  },
  ...(
    [
      ['a Job that ended otherwise than its recorded count', 'DryRunComplete', { dryRun: COUNT }],
      ['a Job that ended otherwise than its recorded proof', 'PartitionDeleted', { verifiedEmpty: true }],
      ['a Job that failed after a count', 'TableNotFound', { dryRun: COUNT }],
      ['a Job that failed after a proof', 'TableNotFound', { verifiedEmpty: true }],
    ] as const
  ).map(([what, state, record]) => ({
    why: `${what} is believed`,
    given: {
      finished: state,
      end: { ...recorded, state },
      status: { ...finished.status, ...record },
      job: ended,
    },
    decision: {
      state: 'TableNotFound' as const,
      message: { text: 'gone' },
      set: seen,
      jobs: [{ keep: JOB }],
      wakes: [undefined],
    },
  })),
]);
