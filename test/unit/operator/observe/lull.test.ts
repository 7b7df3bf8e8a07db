import t from 'tap';
import type { Report } from '../../../../src/api/report.js';
import { lullOf } from '../../../../src/operator/observe/lull.js';
import { jobStatus, NOW, observedJob, seconds } from '../../../support/builders.js';

const at = (offset: number): string => seconds(offset).toISOString();
const idle = observedJob({ status: jobStatus.podStarting });
const { status: _none, ...withoutStatus } = idle;
const failed = observedJob({ status: jobStatus.retrying });
const job = { name: 'sample', uid: 'job-1' };
const running = { status: { job }, recorded: 'Running' as const };
const since = (offset: number, recorded: 'Running' | 'Pending' | 'Retrying' = 'Running') => ({
  status: { job, notReadySince: at(offset) },
  recorded,
});
const report = (offset: number, fields: Partial<Report> = {}): Partial<Report> => ({
  jobUID: 'job-1',
  time: at(offset),
  ...fields,
});
const lull = (offset: number, fields: object = {}) => ({
  since: seconds(offset),
  slowAt: seconds(offset + 120),
  isSlow: offset <= -120,
  record: seconds(offset),
  workerHasEnded: false,
  ...fields,
});

for (const [why, observed, resource, said, expected] of [
  ['a pod is ready', observedJob({ status: jobStatus.running }), running, undefined, undefined],
  ['none was ready yet', idle, { status: { job }, recorded: 'Pending' }, undefined, undefined],
  ['another Job was', idle, { ...running, status: { job: { name: 'x', uid: 'job-0' } } }, undefined, undefined],
  ['somebody suspended it', observedJob({ suspend: true }), running, undefined, undefined],
  ['the first look without a report', idle, running, undefined, lull(0)],
  ['and without a status of the Job', withoutStatus, running, undefined, lull(0)],
  ['a look later', idle, since(-60), undefined, lull(-60)],
  ['for two minutes', idle, since(-120), undefined, lull(-120)],
  ['and further on, when the state has changed', idle, since(-900, 'Pending'), undefined, lull(-900)],
  ['a record from a clock that is ahead', idle, since(40), undefined, lull(0)],
  ['a report of a moment ago costs no write', idle, running, report(-5), lull(-5, { record: undefined })],
  ['until it is two minutes old', idle, running, report(-120), lull(-120)],
  ['or the look is late', idle, running, report(-180), lull(-180)],
  ['one that is older tells nothing', idle, running, report(-181), lull(0)],
  ['nor does one of another Job', idle, running, { ...report(-5), jobUID: 'job-0' }, lull(0)],
  ['what is recorded is not changed by a report', idle, since(-60), report(-5), lull(-60)],
  ['a failed pod changes the state, so it is recorded at once', failed, running, report(-5), lull(-5)],
  ['and kept while the Job retries', failed, since(-30, 'Retrying'), undefined, lull(-30)],
  [
    'the worker has reported its end',
    idle,
    since(-120),
    report(-120, { final: true }),
    lull(-120, { workerHasEnded: true }),
  ],
  [
    'a failed worker did, and another pod is on its way',
    failed,
    since(-120),
    report(-120, { final: true }),
    lull(-120),
  ],
] as const)
  t.strictSame(lullOf(observed, resource, said, NOW), expected, why);
