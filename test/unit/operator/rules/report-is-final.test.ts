import { reportIsFinal } from '../../../../src/operator/rules/report-is-final.js';
import { OUTCOME, ruleTable, RUNNING } from './rule-table.js';

ruleTable(reportIsFinal, [
  { why: 'does not apply without a final report', given: {}, decision: undefined },
  {
    why: 'does not apply while the Job is observed: the report may be forged',
    given: { reportedEnd: OUTCOME, job: RUNNING },
    decision: undefined,
  },
  {
    why: 'records the reported end once the Job is gone',
    given: { reportedEnd: OUTCOME },
    decision: {
      state: 'TableNotFound',
      message: { text: 'gone' },
      set: { completionTime: OUTCOME.time, restart: undefined },
      jobs: [],
    },
  },
]);
