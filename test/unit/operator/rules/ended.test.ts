import t from 'tap';
import type { FinishedState } from '../../../../src/api/states.js';
import { ended } from '../../../../src/operator/rules/ended.js';
import type { Situation } from '../../../../src/operator/rules/rule.js';
import { NOW, seconds } from '../../../support/builders.js';
import { CREATED, currentJob, NEW, RUNNING, SEEN } from './rule-table.js';

const END = seconds(-10);
const recorded = { completionTime: '2026-11-23T02:10:30Z', startTime: '2026-11-23T02:10:00Z' };
const COMPLETE = currentJob({ outcome: { state: 'PartitionDeleted', message: { text: 'gone' }, time: undefined } });
const VERIFIED = { jobUID: SEEN.job.uid, final: true, outcome: 'PartitionDeleted', verifiedEmpty: true } as const;
const rows: {
  why: string;
  given: Partial<Situation>;
  state?: FinishedState;
  time?: Date | undefined;
  set: object;
}[] = [
  { why: 'records the time, and removes the restart', given: {}, set: { completionTime: END, restart: undefined } },
  {
    why: 'records now if no time is known',
    given: {},
    time: undefined,
    set: { completionTime: NOW, restart: undefined },
  },
  {
    why: 'records now if the time is ahead: whoever may write a report could give any',
    given: {},
    time: new Date('9999-12-31T23:59:59Z'),
    set: { completionTime: NOW, restart: undefined },
  },
  {
    why: 'keeps the time that was recorded first',
    given: { finished: 'WorkerFailed', status: recorded },
    set: { restart: undefined },
  },
  {
    why: 'replaces a time that was recorded for a run that continues',
    given: { status: recorded },
    set: { completionTime: END, restart: undefined },
  },
  {
    why: 'adds a time to a record of the end that has none',
    given: { finished: 'WorkerFailed' },
    set: { completionTime: END, restart: undefined },
  },
  {
    why: 'records when its Job was started',
    given: { job: RUNNING },
    set: { ...SEEN, startTime: CREATED, completionTime: END, restart: undefined },
  },
  {
    why: 'records when its Job was created if it was never started',
    given: { job: currentJob({ startTime: undefined, creationTime: seconds(-60), restarts: undefined }) },
    set: { job: SEEN.job, startTime: seconds(-60), completionTime: END, restart: undefined },
  },
  {
    why: 'keeps a start that was recorded',
    given: { job: RUNNING, status: { startTime: recorded.startTime } },
    set: { ...SEEN, completionTime: END, restart: undefined },
  },
  {
    why: 'a Complete Job whose own report says so has verified that nothing is left',
    given: { job: COMPLETE, report: VERIFIED, status: recorded },
    state: 'PartitionDeleted',
    set: { ...SEEN, completionTime: END, restart: undefined, verifiedEmpty: true },
  },
  ...(
    [
      ['without a report', undefined],
      ['with the report of another Job', { ...VERIFIED, jobUID: 'job-0' }],
      ['with a report that is not final', { ...VERIFIED, final: false }],
      ['with a report that does not say so', { ...VERIFIED, verifiedEmpty: false }],
      ['with a report of another outcome', { ...VERIFIED, outcome: 'Incomplete' }],
    ] as const
  ).map(([what, report]) => ({
    why: `a Complete Job ${what} does not prove it`,
    given: { job: COMPLETE, report, status: recorded },
    state: 'PartitionDeleted' as const,
    set: { ...SEEN, completionTime: END, restart: undefined, verifiedEmpty: undefined },
  })),
  {
    why: 'the report that proves brings its receipt',
    given: { job: COMPLETE, report: { ...VERIFIED, receipt: 'a.b.c' }, status: recorded },
    state: 'PartitionDeleted',
    set: { ...SEEN, completionTime: END, restart: undefined, verifiedEmpty: true, receipt: 'a.b.c' },
  },
  {
    why: 'also after the end was recorded, by a version that knew no receipts for instance',
    given: {
      finished: 'PartitionDeleted',
      report: { ...VERIFIED, receipt: 'a.b.c' },
      status: { ...recorded, job: SEEN.job, verifiedEmpty: true },
    },
    state: 'PartitionDeleted',
    set: { restart: undefined, verifiedEmpty: true, receipt: 'a.b.c' },
  },
  {
    why: 'a receipt that is recorded stays, whatever becomes of the report',
    given: {
      finished: 'PartitionDeleted',
      report: { ...VERIFIED, receipt: 'd.e.f' },
      status: { ...recorded, job: SEEN.job, verifiedEmpty: true, receipt: 'a.b.c' },
    },
    state: 'PartitionDeleted',
    set: { restart: undefined, verifiedEmpty: true, receipt: 'a.b.c' },
  },
  ...(
    [
      ['another Job', { jobUID: 'job-0' }],
      ['an attempt that goes on', { final: false }],
      ['another outcome', { outcome: 'Incomplete' }],
      ['one that has not verified', { verifiedEmpty: false }],
    ] as const
  ).map(([whose, change]) => ({
    why: `a receipt in the report of ${whose} is not taken`,
    given: { job: COMPLETE, report: { ...VERIFIED, receipt: 'a.b.c', ...change }, status: recorded },
    state: 'PartitionDeleted' as const,
    set: { ...SEEN, completionTime: END, restart: undefined, verifiedEmpty: undefined },
  })),
  {
    why: 'nor one of a run that did not succeed',
    given: { job: RUNNING, report: { ...VERIFIED, receipt: 'a.b.c' }, status: recorded },
    set: { ...SEEN, completionTime: END, restart: undefined },
  },
  {
    why: 'the report may come after the end was recorded and the Job is gone',
    given: { finished: 'PartitionDeleted', report: VERIFIED, status: { ...recorded, job: SEEN.job } },
    state: 'PartitionDeleted',
    set: { restart: undefined, verifiedEmpty: true },
  },
  {
    why: 'but not where no Job is recorded',
    given: { finished: 'PartitionDeleted', report: VERIFIED, status: recorded },
    state: 'PartitionDeleted',
    set: { restart: undefined, verifiedEmpty: undefined },
  },
  {
    why: 'but not for a run that ended otherwise',
    given: { finished: 'Unconfirmed', report: VERIFIED, status: { ...recorded, job: SEEN.job } },
    state: 'PartitionDeleted',
    set: { restart: undefined, verifiedEmpty: undefined },
  },
  {
    why: 'keeps the recorded verification once the Job is gone',
    given: { status: { verifiedEmpty: true } },
    state: 'PartitionDeleted',
    set: { completionTime: END, restart: undefined, verifiedEmpty: true },
  },
  {
    why: 'a Job that has not ended proves nothing',
    given: { job: RUNNING, status: recorded },
    state: 'PartitionDeleted',
    set: { ...SEEN, completionTime: END, restart: undefined, verifiedEmpty: undefined },
  },
  {
    why: 'a report alone proves nothing',
    given: { report: { verifiedEmpty: true } },
    state: 'PartitionDeleted',
    set: { completionTime: END, restart: undefined, verifiedEmpty: undefined },
  },
  {
    why: 'nothing is proved without Job, report and record',
    given: {},
    state: 'PartitionDeleted',
    set: { completionTime: END, restart: undefined, verifiedEmpty: undefined },
  },
  {
    why: 'records a count and its time',
    given: { counted: { itemsFound: 7 } },
    state: 'DryRunComplete',
    set: { completionTime: END, restart: undefined, dryRun: { itemsFound: 7, completionTime: END } },
  },
  {
    why: 'keeps the time of a count that was recorded first',
    given: { counted: { itemsFound: 7, completionTime: '2026-11-23T02:00:00Z' } },
    state: 'DryRunComplete',
    set: {
      completionTime: END,
      restart: undefined,
      dryRun: { itemsFound: 7, completionTime: '2026-11-23T02:00:00Z' },
    },
  },
];

for (const { why, given, state = 'WorkerFailed', set, ...rest } of rows)
  t.test(why, async (t) => {
    const time = 'time' in rest ? rest.time : END;
    const message = { text: 'text' };
    t.strictSame(ended({ ...NEW, ...given }, { state, message, time }), { state, message, set });
  });
