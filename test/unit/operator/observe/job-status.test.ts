import t from 'tap';
import { RUN_LABEL } from '../../../../src/api/names.js';
import {
  jobIsDrained,
  jobIsFinished,
  runLabel,
  suspendedSince,
  suspensionIsDrained,
  trueCondition,
} from '../../../../src/operator/observe/job-status.js';
import { jobStatus, observedJob } from '../../../support/builders.js';

const { status: _none, ...bare } = observedJob();
const condition = (type: string, status = 'True') => ({ conditions: [{ type, status }] });
const isTrue = (type: string) => ({ type, status: 'True' });

for (const [why, job, finished, paused] of [
  ['a new Job has no status', observedJob(), false, false],
  ['or none at all', bare, false, false],
  ['a running one', observedJob({ status: jobStatus.running }), false, false],
  [
    'SuccessCriteriaMet is not the end: a pod may still be ending',
    observedJob({ status: jobStatus.succeeding }),
    false,
    false,
  ],
  ['nor is FailureTarget', observedJob({ status: jobStatus.failing('x') }), false, false],
  ['Complete', observedJob({ status: jobStatus.complete }), true, false],
  ['Failed', observedJob({ status: jobStatus.exited(5) }), true, false],
  ['a condition that is not True', observedJob({ status: condition('Complete', 'False') }), false, false],
  ['just suspended: the old counts', observedJob({ suspend: true, status: jobStatus.running }), false, false],
  ['suspended before it was ever started', observedJob({ suspend: true }), false, false],
  ['a pod is still terminating', observedJob({ suspend: true, status: jobStatus.suspendedDraining }), false, false],
  ['a pod is active', observedJob({ suspend: true, status: { ...jobStatus.suspended, active: 1 } }), false, false],
  ['suspended, and no pod is left', observedJob({ suspend: true, status: jobStatus.suspended }), false, true],
  [
    'its end is about to be shown',
    observedJob({ suspend: true, status: { conditions: ['Suspended', 'SuccessCriteriaMet'].map(isTrue) } }),
    false,
    false,
  ],
  [
    'also if it fails',
    observedJob({ suspend: true, status: { conditions: ['Suspended', 'FailureTarget'].map(isTrue) } }),
    false,
    false,
  ],
  ['without any counts', observedJob({ suspend: true, status: condition('Suspended') }), false, true],
  ['resumed: the condition is an old one', observedJob({ status: jobStatus.suspended }), false, false],
] as const)
  t.test(why, async (t) => {
    t.equal(jobIsFinished(job), finished, 'finished');
    t.equal(suspensionIsDrained(job), paused, 'paused and drained');
    t.equal(jobIsDrained(job), finished || paused, 'drained');
  });

t.test('since when a Job is suspended', async (t) => {
  const time = new Date('2026-11-23T02:10:30Z');
  for (const [job, since, reason] of [
    [observedJob({ suspend: true, status: jobStatus.suspended }), time, 'its transition'],
    [observedJob({ status: jobStatus.suspended }), undefined, 'it was resumed'],
    [observedJob({ suspend: true }), undefined, 'the Job controller has not seen it yet'],
    [observedJob({ suspend: true, status: condition('Suspended') }), undefined, 'a transition without a time'],
    [
      observedJob({
        suspend: true,
        status: { conditions: [{ type: 'Suspended', status: 'True', lastTransitionTime: null as never }] },
      }),
      undefined,
      'Go writes a time that was never set as null',
    ],
  ] as const)
    t.same(suspendedSince(job), since, reason);
});

t.test('labels and conditions that may not be there', async (t) => {
  t.equal(runLabel(observedJob({ metadata: { labels: { [RUN_LABEL]: 'r' } } })), 'r');
  t.equal(runLabel({ ...bare, metadata: { name: 'x', uid: 'u' } }), undefined);
  t.equal(trueCondition(bare, 'Complete'), undefined);
});
