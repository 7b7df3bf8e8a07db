import { restartIsScheduled } from '../../../../src/operator/rules/restart-is-scheduled.js';
import { NOW, seconds } from '../../../support/builders.js';
import { NAME, ruleTable } from './rule-table.js';

ruleTable(restartIsScheduled, [
  { why: 'none is', given: {}, decision: undefined },
  {
    why: 'its time is waited for, and the record stays to the letter',
    given: { recordedRestart: { notBefore: seconds(1), ordinal: 2 } },
    decision: {
      state: 'Restarting',
      message: { key: 'jobWasLost', job: NAME, ordinal: 2, time: seconds(1) },
      jobs: [],
      set: { job: { name: NAME } },
      wakes: [seconds(1)],
    },
  },
  {
    why: 'then the Job is created again, and counts how often',
    given: { recordedRestart: { notBefore: NOW, ordinal: 2 } },
    decision: {
      state: 'Restarting',
      message: { key: 'jobIsCreatedAgain', ordinal: 2 },
      jobs: [{ create: { restarts: 2 } }],
      set: { job: { name: NAME } },
      wakes: [seconds(30)],
    },
  },
]);
