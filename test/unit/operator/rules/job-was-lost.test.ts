import { jobWasLost } from '../../../../src/operator/rules/job-was-lost.js';
import { seconds } from '../../../support/builders.js';
import { NAME, ruleTable, SEEN_JOBS } from './rule-table.js';

const restart = { notBefore: seconds(30), ordinal: 1 };

ruleTable(jobWasLost, [
  { why: 'does not apply when no Job was lost', given: {}, decision: undefined },
  { why: 'does not apply when a valid restart is recorded', given: { recordedRestart: restart }, decision: undefined },
  {
    why: 'only records the restart at first, and removes the uid, which stops a pod that lives on',
    given: { unrecordedRestart: restart, seenJobs: SEEN_JOBS },
    decision: {
      state: 'Restarting',
      message: { key: 'jobWasLost', job: NAME, ordinal: 1, time: seconds(30) },
      jobs: [],
      set: { job: { name: NAME }, restart },
      wakes: [seconds(30)],
    },
  },
  {
    why: 'only records a restart that is due at once: one stale look is not enough',
    given: { unrecordedRestart: { notBefore: seconds(0), ordinal: 2 }, seenJobs: SEEN_JOBS },
    decision: {
      state: 'Restarting',
      message: { key: 'jobWasLost', job: NAME, ordinal: 2, time: seconds(0) },
      jobs: [],
      set: { job: { name: NAME }, restart: { notBefore: seconds(0), ordinal: 2 } },
      wakes: [seconds(0)],
    },
  },
]);
