import t from 'tap';
import { RESTARTS_ANNOTATION } from '../../../../src/api/names.js';
import { type CurrentJob, findCurrentJob, readCurrentJob } from '../../../../src/operator/observe/current-job.js';
import { NO_REPORTS, type Reports } from '../../../../src/operator/observe/report.js';
import { readResource } from '../../../../src/operator/observe/resource.js';
import { jobStatus, NOW, observedJob, request, statusAfter } from '../../../support/builders.js';
import { like } from '../../../support/like.js';

t.test('which Job is the current one', async (t) => {
  const ours = observedJob();
  const count = observedJob({ mode: 'DryRun' });
  const resource = readResource(request().parent);
  for (const [jobs, found, reason] of [
    [[], undefined, 'none'],
    [[observedJob({ name: 'other' })], undefined, 'our label and another name'],
    [[observedJob({ metadata: { labels: {} } })], undefined, 'our name without the label'],
    [[count], undefined, "another run's"],
    [[count, ours], ours, 'ours'],
  ] as const)
    t.equal(findCurrentJob(jobs, resource), found, reason);
});

const read = (job: ReturnType<typeof observedJob>, status?: unknown, reports: Partial<Reports> = {}): CurrentJob =>
  readCurrentJob(job, readResource(request({ status }).parent), { ...NO_REPORTS, ...reports }, NOW, NOW);
const at = (time: string): Date => new Date(`2026-11-23T${time}Z`);
const running = observedJob({ account: null, status: jobStatus.running });
const whileRunning = statusAfter(request({}, running));

const { status: _none, ...withoutStatus } = observedJob();

const rows: [why: string, job: ReturnType<typeof observedJob>, status: unknown, read: Partial<CurrentJob>][] = [
  ['its name and uid', running, {}, { name: running.metadata.name, uid: 'job-1', observed: running }],
  ['a running pod', running, {}, { readyPods: 1, failedPods: 0, isSuspended: false, isPaused: false }],
  ['a failed pod', observedJob({ status: jobStatus.retrying }), {}, { readyPods: 0, failedPods: 1 }],
  ['no counts yet', observedJob(), {}, { readyPods: 0, failedPods: 0, hasPod: false }],
  ['a pod that is being started', observedJob({ status: jobStatus.podStarting }), {}, { hasPod: true }],
  ['a pod that is stopping', observedJob({ status: { ready: 0, terminating: 1 } }), {}, { hasPod: true }],
  ['pods that a quota refuses', observedJob({ status: { ready: 0, terminating: 0 } }), {}, { hasPod: false }],
  ['no status at all', withoutStatus, {}, { readyPods: 0, startTime: undefined }],
  [
    'suspended, with a pod',
    observedJob({ suspend: true, status: jobStatus.suspendedDraining }),
    {},
    { isSuspended: true, isPaused: false },
  ],
  [
    'suspended, without one',
    observedJob({ suspend: true, status: jobStatus.suspended }),
    {},
    { isSuspended: true, isPaused: true },
  ],
  ['an end', observedJob({ status: jobStatus.exited(5) }), {}, { outcome: { state: 'TableNotFound' } as never }],
  ['this very Job was running', running, whileRunning, { wasRunning: true }],
  ['another was', running, { ...whileRunning, job: { name: 'x', uid: 'job-0' } }, { wasRunning: false }],
  ['no Job is recorded', running, { ...whileRunning, job: undefined }, { wasRunning: false }],
  ['it was not running', running, { ...whileRunning, conditions: [] }, { wasRunning: false }],
  ['its times', running, {}, { creationTime: at('02:10:01'), startTime: at('02:10:01'), slowAt: at('02:12:01') }],
  ['not started: slow since its creation', observedJob(), {}, { startTime: undefined, slowAt: at('02:12:01') }],
  [
    'a resumed Job starts again',
    observedJob({ status: { ...jobStatus.running, startTime: '2026-11-23T02:10:31Z' } }),
    {},
    { slowAt: at('02:12:31') },
  ],
  [
    'no times at all',
    observedJob({ metadata: { creationTimestamp: undefined as never } }),
    {},
    { creationTime: undefined, slowAt: undefined },
  ],
  ['how far it has come to rest', running, {}, { draining: { stopping: [running], abandoned: [] } as never }],
  ...(
    [
      ['3', 3],
      ['', 0],
      ['-1', undefined],
      ['1.5', undefined],
      ['many', undefined],
      ['2147483647', 2147483647],
      ['2147483648', undefined],
    ] as const
  ).map(
    ([text, restarts]) =>
      [
        `restarts "${text}"`,
        observedJob({ metadata: { annotations: { [RESTARTS_ANNOTATION]: text } } }),
        {},
        { restarts },
      ] as [string, ReturnType<typeof observedJob>, unknown, Partial<CurrentJob>],
  ),
  ['no annotations', observedJob({ metadata: { annotations: undefined as never } }), {}, { restarts: undefined }],
];

for (const [why, job, status, expected] of rows)
  t.test(why, async (t) => {
    t.same(like(read(job, status), expected), expected);
  });

t.test('whether its worker has reached its table', async (t) => {
  const withToken = observedJob({ status: jobStatus.running });
  const target = { tableId: 't', digest: 'ab'.repeat(32) };
  const reached = { jobUID: 'job-1', target };
  const waits = { jobUID: 'job-1', waitingFor: 'why' };
  for (const [why, job, status, reports, hasReached, obstacle] of [
    ['without a token, nobody can say', running, {}, {}, true, undefined],
    ['with one, nothing has been reported', withToken, {}, {}, false, undefined],
    ['it has reported a target', withToken, {}, { report: reached }, true, undefined],
    ['so has one whose clock is ahead', withToken, {}, { strayReport: reached }, true, undefined],
    ['another Job has', withToken, {}, { report: { ...reached, jobUID: 'job-0' } }, false, undefined],
    ['it was running already', withToken, whileRunning, {}, true, undefined],
    ['it waits', withToken, {}, { report: waits }, false, 'why'],
    ['another pod of it was running, and this one waits', withToken, whileRunning, { report: waits }, false, 'why'],
    ['it waited, and has reached it', withToken, {}, { report: { ...waits, target } }, true, undefined],
    ['it waited, and has an end', withToken, {}, { report: { ...waits, final: true } }, false, undefined],
  ] as const)
    t.same(like(read(job, status, reports), { hasReached, obstacle }), { hasReached, obstacle }, why);
});
