import { restartIsScheduled } from '../../../../src/operator/rules/restart-is-scheduled.js';
import { formatTime } from '../../../../src/operator/time.js';
import { NOW, seconds } from '../../../support/builders.js';
import { NAME, ruleTable, SEEN_JOBS } from './rule-table.js';

ruleTable(restartIsScheduled, [
  { why: 'does not apply when no restart is recorded', given: {}, decision: undefined },
  {
    why: 'waits until the restart is due, and leaves the record as it is',
    given: { recordedRestart: { notBefore: seconds(1), ordinal: 2 }, seenJobs: SEEN_JOBS },
    decision: {
      state: 'Restarting',
      message: { key: 'jobWasLost', job: NAME, ordinal: 2, time: seconds(1) },
      jobs: [],
      set: { job: { name: NAME } },
      wakes: [seconds(1)],
    },
  },
  {
    why: 'waits, and keeps since when another replica, whose clock is ahead, has asked for the Job',
    given: {
      recordedRestart: { notBefore: seconds(1), ordinal: 2 },
      seenJobs: SEEN_JOBS,
      status: { creatingSince: formatTime(seconds(-1)) },
      creatingSince: seconds(-1),
    },
    decision: {
      state: 'Restarting',
      message: { key: 'jobWasLost', job: NAME, ordinal: 2, time: seconds(1) },
      jobs: [],
      set: { job: { name: NAME }, creatingSince: seconds(-1) },
      wakes: [seconds(1)],
    },
  },
  {
    why: 'creates the Job again, with the number of restarts',
    given: { recordedRestart: { notBefore: NOW, ordinal: 2 }, seenJobs: SEEN_JOBS },
    decision: {
      state: 'Restarting',
      message: { key: 'jobIsCreatedAgain', ordinal: 2 },
      jobs: [{ create: { restarts: 2 } }],
      set: { job: { name: NAME }, creatingSince: NOW },
      wakes: [seconds(30)],
    },
  },
  {
    why: 'leaves the first Job of a deletion that has waited for its count to isNew: that is no restart',
    given: { recordedRestart: { notBefore: NOW, ordinal: 1 }, seenJobs: [{ mode: 'DryRun', uid: 'dry' }] },
    decision: undefined,
  },
]);
