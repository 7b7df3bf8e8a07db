import { reportIsFinal } from '../../../../src/operator/rules/report-is-final.js';
import { OUTCOME, ruleTable, RUNNING } from './rule-table.js';

ruleTable(reportIsFinal, [
  { why: 'no final report', given: {}, decision: undefined },
  { why: 'beside its Job it may be forged', given: { reportedEnd: OUTCOME, job: RUNNING }, decision: undefined },
  {
    why: 'without its Job it is all that is known',
    given: { reportedEnd: OUTCOME },
    decision: {
      state: 'TableNotFound',
      message: { text: 'gone' },
      set: { completionTime: OUTCOME.time, restart: undefined },
      jobs: [],
    },
  },
]);
