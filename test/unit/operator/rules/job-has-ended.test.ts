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
  { why: 'no Job', given: {}, decision: undefined },
  { why: 'it runs', given: { job: RUNNING }, decision: undefined },
  {
    why: 'it is kept while its outcome is recorded',
    given: { job: currentJob({ outcome: OUTCOME }) },
    decision: { ...decision, wakes: [undefined] },
  },
  {
    why: 'also one whose time is over already',
    given: { job: currentJob({ outcome: OUTCOME }), expiry: seconds(-5) },
    decision: { ...decision, wakes: [seconds(-5)] },
  },
  {
    why: 'an end without a time ends now',
    given: { job: currentJob({ outcome: { ...OUTCOME, time: undefined } }) },
    decision: { ...decision, set: { ...decision.set, completionTime: NEW.now }, wakes: [undefined] },
  },
]);
