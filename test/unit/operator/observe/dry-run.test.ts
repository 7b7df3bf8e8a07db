import t from 'tap';
import { OUT_OF_QUEUE, PREBUILT_WORKLOAD_LABEL, QUEUE_LABEL } from '../../../../src/api/names.js';
import type { Report } from '../../../../src/api/report.js';
import {
  awaitedCount,
  countedBefore,
  countedNow,
  countIsUnseen,
  findCountJob,
} from '../../../../src/operator/observe/dry-run.js';
import { readResource, type Resource } from '../../../../src/operator/observe/resource.js';
import { NO_REPORTS } from '../../../../src/operator/observe/report.js';
import { jobStatus, NOW, observedJob, type ParentOptions, request } from '../../../support/builders.js';

const count = observedJob({ mode: 'DryRun', uid: 'dry', status: jobStatus.running });
const counted = observedJob({ mode: 'DryRun', uid: 'dry', status: jobStatus.complete });
const deletion = observedJob({ status: jobStatus.running });
const resource = (options: ParentOptions = {}): Resource => readResource(request(options).parent);
const reports = (countReport?: Partial<Report>, report?: Partial<Report>) => ({
  ...NO_REPORTS,
  report,
  countReport,
});
const final: Partial<Report> = {
  final: true,
  jobUID: 'dry',
  outcome: 'DryRunComplete',
  time: '2026-11-23T02:10:29Z',
  progress: { itemsFound: 7 },
  estimatedWriteUnits: { min: 7, max: 9 },
};
const ITEMS = { itemsFound: 7, estimatedWriteUnits: { min: 7, max: 9 } };
const END = new Date('2026-11-23T02:10:30Z');

t.test("the count's Job", async (t) => {
  for (const [jobs, mode, found, reason] of [
    [[deletion, count], 'Execute', count, 'the Job of the DryRun of this resource'],
    [[deletion], 'Execute', undefined, 'there is none'],
    [[count], 'DryRun', undefined, 'a count has no count before it'],
  ] as const)
    t.equal(findCountJob(jobs, { ...resource(), mode }), found, reason);
});

t.test('whether an approval waits for the count', async (t) => {
  const finished = { ...resource(), finished: 'Cancelled' } as const;
  for (const [job, current, given, isAwaited, reason] of [
    [count, undefined, resource(), true, 'it still counts'],
    [undefined, undefined, resource(), false, 'there is none'],
    [counted, undefined, resource(), false, 'it has ended'],
    [count, deletion, resource(), false, 'the deletion has begun'],
    [count, undefined, resource({ status: { job: { name: 'x', uid: 'u' } } }), false, 'its Job was seen'],
    [count, undefined, resource({ spec: { cancel: true } }), false, 'it is cancelled'],
    [count, undefined, finished, false, 'it has finished'],
    [count, undefined, resource({ metadata: { deletionTimestamp: 'x' } }), false, 'the resource is being deleted'],
  ] as const)
    t.equal(awaitedCount(job, current, given)?.observed, isAwaited ? count : undefined, reason);
  const paused = observedJob({ mode: 'DryRun', suspend: true, status: jobStatus.suspended });
  const { labels } = paused.metadata;
  const queued = { ...paused, metadata: { ...paused.metadata, labels: { ...labels, [QUEUE_LABEL]: 'q' } } };
  const left = { ...queued.metadata.labels, [PREBUILT_WORKLOAD_LABEL]: OUT_OF_QUEUE };
  for (const [job, awaited, reason] of [
    [count, { isPaused: false, isInQueue: false }, 'at work'],
    [paused, { isPaused: true, isInQueue: false }, 'paused'],
    [queued, { isPaused: true, isInQueue: true }, 'a queue would resume it'],
  ] as const)
    t.same(awaitedCount(job, undefined, resource()), { observed: job, name: job.metadata.name, ...awaited }, reason);
  const outside = { ...paused, metadata: { ...paused.metadata, labels: left } };
  t.equal(awaitedCount(outside, undefined, resource()), undefined, 'taken out of its queue, it cannot go on');
});

t.test('whether a count may be there that is not seen', async (t) => {
  const approved = { mode: 'DryRun', job: { name: 'x' } };
  const over = {
    type: 'Finished',
    status: 'True',
    reason: 'x',
    message: '',
    lastTransitionTime: '2026-11-23T02:10:30Z',
  };
  for (const [job, status, report, isUnseen, reason] of [
    [undefined, approved, undefined, true, 'its Job was recorded'],
    [undefined, approved, { final: false }, true, 'it has reported, but not its end'],
    [undefined, approved, { final: true }, false, 'it has reported its end'],
    [count, approved, undefined, false, 'it is seen'],
    [undefined, { ...approved, conditions: [over] }, undefined, false, 'its end is recorded'],
    [undefined, { mode: 'DryRun' }, undefined, false, 'it never had a Job'],
    [undefined, { mode: 'Execute', job: { name: 'x' } }, undefined, false, 'the deletion itself was recorded'],
  ] as const)
    t.equal(countIsUnseen(job, resource({ status }), reports(report)), isUnseen, reason);
  t.notOk(countIsUnseen(undefined, resource({ spec: { mode: 'DryRun' }, status: approved }), reports()), 'no approval');
});

t.test('what was counted before the deletion', async (t) => {
  const { outcome: _outcome, ...nameless } = final;
  const { progress: _progress, ...uncounted } = final;
  const recorded = { itemsFound: 1, completionTime: '2026-11-23T02:10:00Z' };
  for (const [job, status, report, result, reason] of [
    [undefined, {}, undefined, undefined, 'nothing'],
    [counted, { dryRun: recorded }, final, recorded, 'what is recorded stays'],
    [
      counted,
      { dryRun: { completionTime: recorded.completionTime } },
      final,
      { ...ITEMS, completionTime: recorded.completionTime },
      'the report is late: the count is added, and the recorded time stays',
    ],
    [
      undefined,
      { dryRun: { completionTime: recorded.completionTime } },
      undefined,
      { completionTime: recorded.completionTime },
      'the report is missing',
    ],
    [
      counted,
      { dryRun: { completionTime: recorded.completionTime } },
      { ...final, outcome: 'Incomplete', exitCode: 3 },
      { completionTime: recorded.completionTime },
      'only that of an attempt that failed has come: it is no count',
    ],
    [
      counted,
      {},
      { ...final, outcome: 'Incomplete', exitCode: 3 },
      { completionTime: END },
      'the same, where nothing is recorded',
    ],
    [
      undefined,
      {},
      { ...final, time: '2026-11-23T02:11:30Z' },
      { ...ITEMS, completionTime: NOW },
      'by a clock that is ahead: now at the latest',
    ],
    [counted, {}, final, { ...ITEMS, completionTime: END }, "by the Job's end and its report"],
    [counted, {}, { ...final, jobUID: 'x' }, { completionTime: END }, "not by another Job's report"],
    [counted, {}, undefined, { completionTime: END }, 'without a report: when'],
    [count, {}, final, undefined, 'the Job has not ended, whatever its report says'],
    [undefined, {}, final, { ...ITEMS, completionTime: new Date(final.time ?? '') }, 'by the report alone'],
    [undefined, {}, { ...final, time: 'x' }, { ...ITEMS, completionTime: NOW }, 'whose time is not known'],
    [
      undefined,
      {},
      { ...nameless, exitCode: 0 },
      { ...ITEMS, completionTime: new Date(final.time ?? '') },
      'which gives its exit code only',
    ],
    [
      undefined,
      {},
      uncounted,
      { estimatedWriteUnits: final.estimatedWriteUnits, completionTime: new Date(final.time ?? '') },
      'which gives no count',
    ],
    [undefined, {}, { ...final, final: false }, undefined, 'not by one that is not final'],
    [undefined, {}, { ...final, outcome: 'Incomplete' }, undefined, 'nor by one of a failure'],
  ] as const)
    t.same(countedBefore(job, resource({ status }), reports(report), NOW), result, reason);
});

t.test('what this run counted', async (t) => {
  const dry = (options: ParentOptions = {}) => resource({ spec: { mode: 'DryRun' }, ...options });
  const dryRun = { itemsFound: 1, estimatedWriteUnits: { min: 1, max: 1 }, completionTime: '2026-11-23T02:10:00Z' };
  for (const [job, given, report, result, reason] of [
    [counted, dry(), final, ITEMS, 'as its report says'],
    [undefined, dry(), final, ITEMS, 'also when its Job is gone'],
    [counted, dry(), { ...final, final: false }, {}, 'not before it is final'],
    [counted, dry(), undefined, {}, 'no report'],
    [counted, dry(), { ...final, outcome: 'Incomplete', exitCode: 3 }, {}, 'not as an attempt that failed says'],
    [counted, dry({ status: { mode: 'DryRun', dryRun } }), undefined, dryRun, 'as recorded'],
    [
      counted,
      dry({ status: { mode: 'DryRun', dryRun } }),
      final,
      dryRun,
      'and never changes, whatever a later report says: it may be what was approved',
    ],
    [
      counted,
      dry({ status: { mode: 'DryRun', dryRun: { completionTime: dryRun.completionTime } } }),
      final,
      { ...ITEMS, completionTime: dryRun.completionTime },
      'the report is late: the count is added, and the first time stays',
    ],
  ] as const)
    t.same(countedNow(job, given, reports(undefined, report)), result, reason);
  t.same(countedNow(undefined, resource(), reports(final)), ITEMS, 'a deletion: what its count found');
});
