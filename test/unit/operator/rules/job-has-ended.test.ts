import { jobHasEnded } from '../../../../src/operator/rules/job-has-ended.js';
import { seconds } from '../../../support/builders.js';
import { CREATED, currentJob, JOB, NEW, OUTCOME, ruleTable, RUNNING, SEEN } from './rule-table.js';

const decision = {
  state: 'TableNotFound',
  message: { text: 'gone' },
  set: { ...SEEN, startTime: CREATED, completionTime: OUTCOME.time, restart: undefined },
  jobs: [{ keep: JOB }],
} as const;

ruleTable(jobHasEnded, [
  { why: 'does not apply without a Job', given: {}, decision: undefined },
  { why: 'does not apply while the Job runs', given: { job: RUNNING }, decision: undefined },
  {
    why: 'keeps the Job while its outcome is being recorded',
    given: { job: currentJob({ outcome: OUTCOME }) },
    decision: { ...decision, wakes: [undefined] },
  },
  {
    why: 'keeps a Job whose TTL has already passed',
    given: { job: currentJob({ outcome: OUTCOME }), expiry: seconds(-5) },
    decision: { ...decision, wakes: [seconds(-5)] },
  },
  {
    why: 'records now if the end has no time',
    given: { job: currentJob({ outcome: { ...OUTCOME, time: undefined } }) },
    decision: { ...decision, set: { ...decision.set, completionTime: NEW.now }, wakes: [undefined] },
  },
]);
