import t from 'tap';
import { NO_REPORTS } from '../../../../src/operator/observe/report.js';
import type { Report } from '../../../../src/api/report.js';
import type { FinishedState } from '../../../../src/api/states.js';
import { lateOutcome, recordedEnd } from '../../../../src/operator/observe/recorded-end.js';
import { readResource } from '../../../../src/operator/observe/resource.js';
import { request } from '../../../support/builders.js';

const TIME = '2026-11-23T02:10:30Z';
const resource = (finished: FinishedState | undefined, status: object = {}) => ({
  ...readResource(request({ status: { completionTime: TIME, job: { name: 'x', uid: 'job-1' }, ...status } }).parent),
  finished,
});
const late = { state: 'Incomplete', message: { text: 'late' }, time: undefined } as const;
const condition = {
  type: 'Finished',
  status: 'True',
  reason: 'Cancelled',
  message: 'as said',
  lastTransitionTime: TIME,
};

for (const [why, given, lateReport, end] of [
  ['a run that goes on', resource(undefined), undefined, undefined],
  ['also with a report', resource(undefined), late, undefined],
  [
    'as it was recorded',
    resource('Cancelled', { conditions: [condition] }),
    undefined,
    { state: 'Cancelled', message: { text: 'as said' }, time: new Date(TIME) },
  ],
  [
    'of its own condition, not of the one before it',
    resource('Cancelled', { conditions: [{ ...condition, type: 'Succeeded', message: 'no' }, condition] }),
    undefined,
    { state: 'Cancelled', message: { text: 'as said' }, time: new Date(TIME) },
  ],
  [
    'with other conditions only: what it means',
    resource('Cancelled', { conditions: [{ ...condition, type: 'Succeeded' }] }),
    undefined,
    { state: 'Cancelled', message: { meaningOf: 'Cancelled' }, time: new Date(TIME) },
  ],
  [
    'without a condition: what it means',
    resource('Cancelled'),
    undefined,
    { state: 'Cancelled', message: { meaningOf: 'Cancelled' }, time: new Date(TIME) },
  ],
  [
    'without a time',
    resource('Cancelled', { completionTime: undefined }),
    undefined,
    { state: 'Cancelled', message: { meaningOf: 'Cancelled' }, time: undefined },
  ],
  ['a late report refines it', resource('BackoffLimitExceeded'), late, late],
] as const)
  t.test(`the end of a run: ${why}`, async (t) => {
    t.same(recordedEnd(given, lateReport), end);
  });

const own: Partial<Report> = { final: true, jobUID: 'job-1', outcome: 'Incomplete' };
const reports: [
  why: string,
  finished: FinishedState | undefined,
  report: Partial<Report> | undefined,
  state?: string,
][] = [
  ['says why pods failed', 'BackoffLimitExceeded', own, 'Incomplete'],
  ['also that it was a bug', 'BackoffLimitExceeded', { ...own, outcome: 'WorkerFailed' }, 'WorkerFailed'],
  ['makes no success of a failure', 'BackoffLimitExceeded', { ...own, outcome: 'PartitionDeleted' }],
  ['changes no other end', 'DeadlineExceeded', own],
  ['of another Job', 'BackoffLimitExceeded', { ...own, jobUID: 'job-0' }],
  ['of no Job', 'BackoffLimitExceeded', { final: true, outcome: 'Incomplete' }],
  ['that is not final', 'BackoffLimitExceeded', { ...own, final: false }],
  ['of a run that goes on', undefined, own],
  ['none', 'BackoffLimitExceeded', undefined],
];

for (const [why, finished, report, state] of reports)
  t.test(`a late report ${why}`, async (t) => {
    const reported = { ...NO_REPORTS, report };
    t.equal(lateOutcome(resource(finished), reported)?.state, state);
  });

t.test('a late report of a count', async (t) => {
  const report = { ...own, outcome: 'DryRunComplete' } as const;
  const counted = { ...resource('DryRunComplete'), mode: 'DryRun' } as const;
  t.equal(lateOutcome(counted, { ...NO_REPORTS, report })?.state, 'DryRunComplete');
});

t.test('a status without a Job knows no report of its own', async (t) => {
  const given = resource('BackoffLimitExceeded', { job: undefined });
  const { jobUID: _uid, ...ofNoJob } = own;
  for (const report of [own, ofNoJob]) t.equal(lateOutcome(given, { ...NO_REPORTS, report }), undefined);
});

for (const [why, recorded, state] of [
  ['gives the proof', {}, 'PartitionDeleted'],
  ['also where a count preceded it', { dryRun: { itemsFound: 7, completionTime: TIME } }, 'PartitionDeleted'],
  ['changes nothing that is proved', { verifiedEmpty: true }, undefined],
] as const)
  t.test(`a late report of a deletion ${why}`, async (t) => {
    const report = { ...own, outcome: 'PartitionDeleted', verifiedEmpty: true } as const;
    const reported = { ...NO_REPORTS, report };
    t.equal(lateOutcome(resource('PartitionDeleted', recorded), reported)?.state, state);
  });

t.test('a count that was recorded is not refined any more', async (t) => {
  const report = { ...own, outcome: 'DryRunComplete', message: '3 items found' } as const;
  const dryRun = { itemsFound: 4000, completionTime: TIME };
  const given = { ...resource('DryRunComplete', { dryRun }), mode: 'DryRun' } as const;
  const reported = { ...NO_REPORTS, report };
  t.equal(lateOutcome(given, reported), undefined);
});
