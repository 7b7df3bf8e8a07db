import { LAST_APPLIED_ANNOTATION } from '../../../../src/api/names.js';
import { isPaused } from '../../../../src/operator/rules/is-paused.js';
import { seconds } from '../../../support/builders.js';
import { CREATED, currentJob, JOB, OBJECTION, ruleTable, RUNNING, SEEN } from './rule-table.js';

const set = { ...SEEN, startTime: CREATED, restart: undefined, completionTime: undefined, verifiedEmpty: undefined };
const decision = { set, nonCompliance: undefined, wakes: [undefined], jobs: [{ pause: JOB }] };
const refused = { ...decision, nonCompliance: OBJECTION, wakes: [seconds(300)] };
const suspended = currentJob({ isSuspended: true, isPaused: true });

const SUSPENDED_BY_US: typeof JOB = {
  ...JOB,
  metadata: { ...JOB.metadata, annotations: { [LAST_APPLIED_ANNOTATION]: '{"spec":{"suspend":true}}' } },
};

const leaving = {
  ...decision,
  state: 'Suspending',
  message: { key: 'jobIsPausing' },
  jobs: [{ drain: JOB }],
  wakes: [undefined, seconds(300)],
} as const;

ruleTable(isPaused, [
  { why: 'does not apply without spec.suspend', given: { job: RUNNING }, decision: undefined },
  { why: 'does not apply without a Job', given: { wantsSuspension: true }, decision: undefined },
  {
    why: 'asks the worker to stop',
    given: { wantsSuspension: true, job: RUNNING },
    decision: { ...decision, state: 'Suspending', message: { key: 'jobIsPausing' } },
  },
  {
    why: 'is Suspended once the worker has stopped',
    given: { wantsSuspension: true, job: suspended },
    decision: { ...decision, state: 'Suspended', message: { key: 'jobIsPaused' } },
  },
  {
    why: 'adds PolicyCompliant if policy would not let it run',
    given: { wantsSuspension: true, job: suspended, objection: OBJECTION },
    decision: { ...refused, state: 'Suspended', message: { key: 'jobIsPaused' } },
  },
  ...(['Suspended', 'Suspending'] as const).map((recorded) => ({
    why: `stays paused after ${recorded} if policy forbids resuming`,
    given: { job: suspended, objection: OBJECTION, recorded },
    decision: { ...refused, state: 'Suspended', message: { key: 'jobIsHeldBack' } } as const,
  })),
  {
    why: 'stays Suspending while its pod is still stopping, if policy forbids resuming',
    given: { job: currentJob({ isSuspended: true }), objection: OBJECTION, recorded: 'Suspending' },
    decision: { ...refused, state: 'Suspending', message: { key: 'jobIsPausing' } },
  },
  {
    why: 'a pause that we wrote and nobody has recorded yet is ours: an answer without it would resume the Job',
    given: { job: { ...suspended, observed: SUSPENDED_BY_US }, objection: OBJECTION, recorded: 'Pending' },
    decision: { ...refused, state: 'Suspended', message: { key: 'jobIsHeldBack' }, jobs: [{ pause: SUSPENDED_BY_US }] },
  },
  {
    why: 'a pause that nobody recorded is not ours: Kueue may end it, whatever policy says',
    given: { job: suspended, objection: OBJECTION, recorded: 'Pending' },
    decision: undefined,
  },
  {
    why: 'policy does not stop what runs',
    given: { job: RUNNING, objection: OBJECTION, recorded: 'Suspended' },
    decision: undefined,
  },
  {
    why: 'a Job in a queue leaves it',
    given: { wantsSuspension: true, job: currentJob({ queue: 'q' }) },
    decision: leaving,
  },
  {
    why: 'unless no suspension reaches it: then it is paused where it is',
    given: {
      wantsSuspension: true,
      job: currentJob({
        queue: 'q',
        draining: { stopping: [], dropping: [JOB], abandoned: [], deadline: undefined },
      }),
    },
    decision: { ...decision, state: 'Suspending', message: { key: 'jobIsPausing' } },
  },
  {
    why: 'and goes on leaving when it need not pause any longer: Kueue does not let it back',
    given: { job: currentJob({ isOutOfQueue: true, isSuspended: true }) },
    decision: leaving,
  },
  {
    why: 'unless somebody resumed it by hand',
    given: { job: currentJob({ isOutOfQueue: true }) },
    decision: undefined,
  },
  {
    why: 'a queue is left alone with its own suspensions',
    given: { job: currentJob({ queue: 'q', isSuspended: true, isPaused: true }), recorded: 'Running' },
    decision: undefined,
  },
  {
    why: 'does not apply when the pause has ended',
    given: { job: suspended, recorded: 'Suspended' },
    decision: undefined,
  },
]);
