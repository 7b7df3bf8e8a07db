import type { CurrentJob } from '../../../../src/operator/observe/current-job.js';
import type { Lull } from '../../../../src/operator/observe/lull.js';
import { jobIsObserved } from '../../../../src/operator/rules/job-is-observed.js';
import { seconds } from '../../../support/builders.js';
import { CREATED, currentJob, JOB, NAME, ruleTable, SEEN } from './rule-table.js';

const since = seconds(-130);
const lull: Lull = { since, slowAt: seconds(-10), isSlow: true, record: since, workerHasEnded: false };
const brief: Lull = { ...lull, since: seconds(-20), slowAt: seconds(100), isSlow: false, record: seconds(-20) };
const job = (change: Partial<CurrentJob>): CurrentJob =>
  currentJob({ readyPods: 0, hasReached: true, slowAt: seconds(60), wasRunning: true, lull, ...change });
const set = { ...SEEN, startTime: CREATED, restart: undefined, completionTime: undefined, verifiedEmpty: undefined };
const kept = { jobs: [{ keep: JOB }], set: { ...set, notReadySince: since }, nonCompliance: undefined };
const noPod = { key: 'jobHasNoReadyPod', job: NAME, since, namespace: 'default' } as const;
const deleting = { key: 'jobIsDeleting', job: NAME, table: 'Orders in us-east-1' } as const;

ruleTable(jobIsObserved, [
  {
    why: 'a pod that has just ended says nothing yet, but is looked at again',
    given: { job: job({ lull: { ...brief, record: undefined } }) },
    decision: { ...kept, set, state: 'Running', message: deleting, wakes: [undefined, seconds(100)] },
  },
  {
    why: 'and is recorded where no report tells when',
    given: { job: job({ lull: brief }) },
    decision: {
      ...kept,
      set: { ...set, notReadySince: seconds(-20) },
      state: 'Running',
      message: deleting,
      wakes: [undefined, seconds(100)],
    },
  },
  {
    why: 'a pod that was evicted, and cannot start again',
    given: { job: job({}) },
    decision: { ...kept, state: 'Pending', message: noPod, wakes: [undefined, undefined] },
  },
  {
    why: 'a pod that was evicted, and cannot be created again',
    given: { job: job({ hasPod: false }) },
    decision: { ...kept, state: 'Pending', message: { ...noPod, key: 'jobHasNoPod' }, wakes: [undefined, undefined] },
  },
  {
    why: 'a sidecar keeps the pod of a worker that has ended',
    given: { job: job({ lull: { ...lull, workerHasEnded: true } }) },
    decision: {
      ...kept,
      state: 'Running',
      message: { ...noPod, key: 'workerHasEnded' },
      wakes: [undefined, undefined],
    },
  },
  {
    why: 'a pod failed just now, long after the Job started',
    given: { job: job({ failedPods: 1, slowAt: seconds(-500), lull: brief }) },
    decision: {
      ...kept,
      set: { ...set, notReadySince: seconds(-20) },
      state: 'Retrying',
      message: { key: 'jobIsRetrying', job: NAME, failed: 1 },
      wakes: [undefined, seconds(100)],
    },
  },
  {
    why: 'a pod failed, and the next one does not start',
    given: { job: job({ failedPods: 1 }) },
    decision: { ...kept, state: 'Retrying', message: noPod, wakes: [seconds(60), undefined, undefined] },
  },
]);
