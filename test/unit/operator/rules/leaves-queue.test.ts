import type { CurrentJob } from '../../../../src/operator/observe/current-job.js';
import { leavesQueue } from '../../../../src/operator/rules/leaves-queue.js';
import type { Rule } from '../../../../src/operator/rules/rule.js';
import { seconds } from '../../../support/builders.js';
import { CREATED, currentJob, NAME, OBJECTION, ruleTable, SEEN, SEEN_JOBS } from './rule-table.js';

const set = { ...SEEN, startTime: CREATED, restart: undefined, completionTime: undefined, verifiedEmpty: undefined };
const { restarts: _none, ...unnumbered } = set;
const restart = { notBefore: seconds(60), ordinal: 1 };
const gone = {
  nonCompliance: undefined,
  wakes: [undefined],
  state: 'Suspended',
  message: { key: 'jobIsRemoved' },
  jobs: [],
  set: { ...set, job: { name: NAME }, restart },
  abandoned: [],
} as const;
const drained = (change: Partial<CurrentJob> = {}): CurrentJob =>
  currentJob({
    isOutOfQueue: true,
    draining: { stopping: [], dropping: [], abandoned: [], deadline: undefined },
    ...change,
  });
const job = currentJob({ queue: 'q' });
const leaves: Rule = (situation) => leavesQueue(situation, situation.job ?? job);

ruleTable(leaves, [
  {
    why: 'it drains',
    given: { job, wantsSuspension: true },
    decision: {
      set,
      nonCompliance: undefined,
      state: 'Suspending',
      message: { key: 'jobIsPausing' },
      jobs: [{ drain: job.observed }],
      wakes: [undefined, seconds(300)],
    },
  },
  {
    why: 'drained, it goes, and is recorded to be created again',
    given: { job: drained(), wantsSuspension: true },
    decision: gone,
  },
  {
    why: 'for the next time',
    given: { job: drained({ restarts: 2 }), wantsSuspension: true },
    decision: { ...gone, set: { ...gone.set, restarts: 2, restart: { notBefore: seconds(240), ordinal: 3 } } },
  },
  {
    why: 'as the status says, if the Job does not',
    given: { job: drained({ restarts: undefined }), wantsSuspension: true, status: { restarts: 1 } },
    decision: {
      ...gone,
      set: { ...unnumbered, job: { name: NAME }, restart: { notBefore: seconds(120), ordinal: 2 } },
    },
  },
  {
    why: 'undrained after five minutes, it goes, and that is said',
    given: {
      job: drained({ draining: { stopping: [], dropping: [], abandoned: [NAME], deadline: undefined } }),
      wantsSuspension: true,
    },
    decision: { ...gone, abandoned: [NAME] },
  },
  {
    why: 'the run need not pause any longer',
    given: { job: drained(), seenJobs: SEEN_JOBS },
    decision: {
      ...gone,
      state: 'Restarting',
      message: { key: 'jobWasLost', job: NAME, ordinal: 1, time: restart.notBefore },
      wakes: [restart.notBefore],
    },
  },
  {
    why: 'policy does not let it go on',
    given: { job: drained(), objection: OBJECTION },
    decision: { ...gone, nonCompliance: OBJECTION, wakes: [seconds(300)] },
  },
]);
