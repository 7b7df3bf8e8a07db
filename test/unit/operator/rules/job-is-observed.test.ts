import { jobIsObserved } from '../../../../src/operator/rules/job-is-observed.js';
import { NOW, seconds } from '../../../support/builders.js';
import { CREATED, currentJob, JOB, NAME, OBJECTION, ruleTable, RUNNING, SEEN } from './rule-table.js';

const set = { ...SEEN, startTime: CREATED, restart: undefined, completionTime: undefined, verifiedEmpty: undefined };
const kept = { jobs: [{ keep: JOB }], set, nonCompliance: undefined };
const idle = currentJob({ readyPods: 0, hasReached: true, slowAt: seconds(60) });
const late = { ...idle, slowAt: NOW };
const TABLE = 'Orders in us-east-1';
const away = { ...RUNNING, hasReached: false, slowAt: seconds(60) };
const goesOn = { ...kept, wakes: [undefined] };

ruleTable(jobIsObserved, [
  { why: 'does not apply without a Job', given: {}, decision: undefined },
  {
    why: 'Running: a ready pod deletes',
    given: { job: RUNNING },
    decision: {
      ...kept,
      state: 'Running',
      message: { key: 'jobIsDeleting', job: NAME, table: TABLE },
      wakes: [undefined],
    },
  },
  {
    why: 'Running: a ready pod counts',
    given: { job: RUNNING, mode: 'DryRun' },
    decision: {
      ...kept,
      state: 'Running',
      message: { key: 'jobIsCounting', job: NAME, table: TABLE },
      wakes: [undefined],
    },
  },
  {
    why: 'Running: a ready pod after a failed one',
    given: { job: { ...RUNNING, failedPods: 2 } },
    decision: {
      ...kept,
      state: 'Running',
      message: { key: 'jobIsDeleting', job: NAME, table: TABLE },
      wakes: [undefined],
    },
  },
  {
    why: 'Running: the pod has just succeeded, so none is ready',
    given: { job: { ...idle, wasRunning: true } },
    decision: {
      ...kept,
      state: 'Running',
      message: { key: 'jobIsDeleting', job: NAME, table: TABLE },
      wakes: [undefined],
    },
  },
  {
    why: 'Retrying: the pod has failed',
    given: { job: { ...idle, wasRunning: true, failedPods: 1 } },
    decision: {
      ...kept,
      state: 'Retrying',
      message: { key: 'jobIsRetrying', job: NAME, failed: 1 },
      wakes: [seconds(60), undefined],
    },
  },
  {
    why: 'Pending: somebody else suspended the Job',
    given: { job: { ...idle, isSuspended: true } },
    decision: { ...kept, state: 'Pending', message: { key: 'jobIsQueued', job: NAME }, wakes: [undefined] },
  },
  {
    why: 'Pending: somebody else suspended the Job while it was at work, as Kueue does to preempt it',
    given: { job: { ...idle, wasRunning: true, isSuspended: true } },
    decision: { ...kept, state: 'Pending', message: { key: 'jobIsQueued', job: NAME }, wakes: [undefined] },
  },
  {
    why: 'Running: somebody else is suspending the Job, and its pod is still there',
    given: { job: { ...RUNNING, isSuspended: true } },
    decision: {
      ...kept,
      state: 'Running',
      message: { key: 'jobIsDeleting', job: NAME, table: TABLE },
      wakes: [undefined],
    },
  },
  {
    why: 'Pending: it waits in its queue',
    given: { job: { ...idle, isSuspended: true, queue: 'deletions' } },
    decision: {
      ...kept,
      state: 'Pending',
      message: { key: 'jobIsInQueue', job: NAME, queue: 'deletions' },
      wakes: [undefined],
    },
  },
  {
    why: 'Pending, not Running: its queue has evicted it in mid-run',
    given: { job: { ...idle, isSuspended: true, wasRunning: true, hasReached: true, queue: 'deletions' } },
    decision: {
      ...kept,
      state: 'Pending',
      message: { key: 'jobIsInQueue', job: NAME, queue: 'deletions' },
      wakes: [undefined],
    },
  },
  {
    why: 'Pending: the pod is being started',
    given: { job: idle },
    decision: {
      ...kept,
      state: 'Pending',
      message: { key: 'jobIsStarting', job: NAME },
      wakes: [seconds(60), undefined],
    },
  },
  {
    why: 'Pending: slow since a time that nobody knows says no more than that it starts',
    given: { job: { ...late, startTime: undefined, creationTime: undefined } },
    decision: {
      ...kept,
      set: { ...set, startTime: undefined },
      state: 'Pending',
      message: { key: 'jobIsStarting', job: NAME },
      wakes: [NOW, undefined],
    },
  },
  {
    why: 'Pending: no pod was ready for two minutes since the start',
    given: { job: late },
    decision: {
      ...kept,
      state: 'Pending',
      message: { key: 'jobHasNoReadyPod', job: NAME, since: CREATED, namespace: 'default' },
      wakes: [undefined],
    },
  },
  {
    why: 'Pending: no pod was ready for two minutes since the creation, and the Job was never started',
    given: { job: { ...late, startTime: undefined, creationTime: seconds(-200) } },
    decision: {
      ...kept,
      set: { ...set, startTime: undefined },
      state: 'Pending',
      message: { key: 'jobHasNoReadyPod', job: NAME, since: seconds(-200), namespace: 'default' },
      wakes: [undefined],
    },
  },
  {
    why: 'Retrying: no pod was ready for two minutes after a failed one',
    given: { job: { ...late, failedPods: 1 } },
    decision: {
      ...kept,
      state: 'Retrying',
      message: { key: 'jobHasNoReadyPod', job: NAME, since: CREATED, namespace: 'default' },
      wakes: [undefined],
    },
  },
  {
    why: 'Pending: it has no pod at all, so only the Job tells why',
    given: { job: { ...late, hasPod: false } },
    decision: {
      ...kept,
      state: 'Pending',
      message: { key: 'jobHasNoPod', job: NAME, since: CREATED, namespace: 'default' },
      wakes: [undefined],
    },
  },
  {
    why: 'Pending: a Job without any time is never slow',
    given: { job: { ...idle, startTime: undefined, creationTime: undefined, slowAt: undefined } },
    decision: {
      ...kept,
      set: { ...set, startTime: undefined },
      state: 'Pending',
      message: { key: 'jobIsStarting', job: NAME },
      wakes: [undefined, undefined],
    },
  },
  {
    why: 'Pending: a ready pod whose worker has not reported',
    given: { job: away },
    decision: {
      ...kept,
      state: 'Pending',
      message: { key: 'tableIsAwaited', job: NAME, table: TABLE },
      wakes: [seconds(60), undefined],
    },
  },
  {
    why: 'Pending: for too long',
    given: { job: { ...away, slowAt: NOW } },
    decision: {
      ...goesOn,
      state: 'Pending',
      message: { key: 'workerIsSilent', job: NAME, table: TABLE, namespace: 'default' },
    },
  },
  {
    why: 'Pending: not yet for too long',
    given: { job: { ...away, slowAt: seconds(1) } },
    decision: {
      ...kept,
      state: 'Pending',
      message: { key: 'tableIsAwaited', job: NAME, table: TABLE },
      wakes: [seconds(1), undefined],
    },
  },
  {
    why: 'Pending: it says what keeps it from its table',
    given: { job: { ...away, slowAt: NOW, obstacle: 'why' } },
    decision: {
      ...goesOn,
      state: 'Pending',
      message: { key: 'tableIsNotReached', job: NAME, table: TABLE, why: 'why' },
    },
  },
  {
    why: 'Retrying: it says so after a failed pod',
    given: { job: { ...away, failedPods: 1, obstacle: 'why' } },
    decision: {
      ...goesOn,
      state: 'Retrying',
      message: { key: 'tableIsNotReached', job: NAME, table: TABLE, why: 'why' },
    },
  },
  {
    why: 'continues if policy has changed, with PolicyCompliant',
    given: { job: RUNNING, objection: OBJECTION },
    decision: {
      ...kept,
      state: 'Running',
      message: { key: 'jobIsDeleting', job: NAME, table: TABLE },
      nonCompliance: OBJECTION,
      wakes: [seconds(300)],
    },
  },
]);
