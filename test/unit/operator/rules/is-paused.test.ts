import { isPaused } from '../../../../src/operator/rules/is-paused.js';
import { seconds } from '../../../support/builders.js';
import { CREATED, currentJob, JOB, OBJECTION, ruleTable, RUNNING, SEEN } from './rule-table.js';

const set = { ...SEEN, startTime: CREATED, restart: undefined, completionTime: undefined, verifiedEmpty: undefined };
const decision = { set, nonCompliance: undefined, wakes: [undefined], jobs: [{ pause: JOB }] };
const refused = { ...decision, nonCompliance: OBJECTION, wakes: [seconds(300)] };
const suspended = currentJob({ isSuspended: true, isPaused: true });

ruleTable(isPaused, [
  { why: 'nobody asks for it', given: { job: RUNNING }, decision: undefined },
  { why: 'no Job to pause', given: { wantsSuspension: true }, decision: undefined },
  {
    why: 'the worker is asked to stop',
    given: { wantsSuspension: true, job: RUNNING },
    decision: { ...decision, state: 'Suspending', message: { key: 'jobIsPausing' } },
  },
  {
    why: 'and has stopped',
    given: { wantsSuspension: true, job: suspended },
    decision: { ...decision, state: 'Suspended', message: { key: 'jobIsPaused' } },
  },
  {
    why: 'policy would not let it run, which is a condition of its own',
    given: { wantsSuspension: true, job: suspended, objection: OBJECTION },
    decision: { ...refused, state: 'Suspended', message: { key: 'jobIsPaused' } },
  },
  ...(['Suspended', 'Suspending'] as const).map((recorded) => ({
    why: `${recorded}, and policy does not let it be resumed`,
    given: { job: suspended, objection: OBJECTION, recorded },
    decision: { ...refused, state: 'Suspended', message: { key: 'jobIsHeldBack' } } as const,
  })),
  {
    why: 'also while its pod is still stopping',
    given: { job: currentJob({ isSuspended: true }), objection: OBJECTION, recorded: 'Suspending' },
    decision: { ...refused, state: 'Suspending', message: { key: 'jobIsPausing' } },
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
  { why: 'it is resumed', given: { job: suspended, recorded: 'Suspended' }, decision: undefined },
]);
