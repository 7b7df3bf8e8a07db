import type { Decision } from '../../../../src/operator/rules/rule.js';
import { pausedBeforeStart } from '../../../../src/operator/rules/paused-before-start.js';
import { observedJob, jobStatus, NOW, seconds } from '../../../support/builders.js';
import { JOB, NAME, ruleTable, SEEN_JOBS } from './rule-table.js';

const ENDED = observedJob({ status: jobStatus.complete });

const notSeen = (until: number, since: number): Decision => ({
  state: 'Suspending',
  message: { key: 'pausedJobIsNotSeen', job: NAME },
  jobs: [],
  set: { drainingSince: seconds(since) },
  wakes: [seconds(until)],
});

ruleTable(pausedBeforeStart, [
  { why: 'does not apply without spec.suspend', given: {}, decision: undefined },
  {
    why: 'creates no Job, and leaves the status as it is',
    given: { wantsSuspension: true },
    decision: { state: 'Suspended', message: { key: 'pausedBeforeStart' }, jobs: [] },
  },
  {
    why: 'a changed Job that has ended stays: once the run goes on, another would delete what was written since',
    given: { wantsSuspension: true, changedJob: ENDED },
    decision: { state: 'Suspended', message: { key: 'pausedBeforeStart' }, jobs: [{ keep: ENDED }] },
  },
  {
    why: 'says that there was a Job',
    given: { wantsSuspension: true, seenJobs: SEEN_JOBS },
    decision: { state: 'Suspended', message: { key: 'jobIsRemoved' }, jobs: [] },
  },
  {
    why: "the count's Job was none of this run, also where a restart is recorded because of it",
    given: {
      wantsSuspension: true,
      seenJobs: [{ mode: 'DryRun', uid: 'dry' }],
      recordedRestart: { notBefore: seconds(-10), ordinal: 1 },
    },
    decision: { state: 'Suspended', message: { key: 'pausedBeforeStart' }, jobs: [] },
  },
  {
    why: "the count's Job may still be there: the deletion waits for it, also once it goes on",
    given: {
      wantsSuspension: true,
      stored: { mode: 'DryRun', job: { name: 'count' } },
      unrecordedRestart: { notBefore: seconds(60), ordinal: 1 },
    },
    decision: {
      state: 'Suspending',
      message: { key: 'pausedJobIsNotSeen', job: 'count' },
      jobs: [],
      set: { drainingSince: NOW },
      wakes: [seconds(60)],
    },
  },
  {
    why: 'a recorded Job that is not observed yet may be deleting',
    given: { wantsSuspension: true, recorded: 'Pending', unseenUntil: seconds(40), drainingSince: seconds(-20) },
    decision: notSeen(40, -20),
  },
  {
    why: 'the pod of a Job that was lost may still be stopping, until it would be created again',
    given: { wantsSuspension: true, recorded: 'Restarting', recordedRestart: { notBefore: seconds(30), ordinal: 1 } },
    decision: notSeen(30, 0),
  },
  {
    why: 'once it may have been created again, that one may be deleting',
    given: {
      wantsSuspension: true,
      recorded: 'Restarting',
      recordedRestart: { notBefore: NOW, ordinal: 1 },
      unseenUntil: seconds(60),
    },
    decision: notSeen(60, 0),
  },
  {
    why: 'and the wait has an end',
    given: { wantsSuspension: true, recorded: 'Suspending', unseenUntil: seconds(0) },
    decision: { state: 'Suspended', message: { key: 'pausedBeforeStart' }, jobs: [] },
  },
  {
    why: 'what was recorded as Suspended had been seen to stop',
    given: { wantsSuspension: true, recorded: 'Suspended', unseenUntil: seconds(60) },
    decision: { state: 'Suspended', message: { key: 'pausedBeforeStart' }, jobs: [] },
  },
  {
    why: 'another Job of the resource has to stop first',
    given: { wantsSuspension: true, others: { stopping: [JOB], dropping: [], abandoned: [], deadline: seconds(300) } },
    decision: {
      state: 'Suspending',
      message: { key: 'jobIsPausing' },
      jobs: [],
      wakes: [seconds(300)],
    },
  },
]);
