import { isCancelled } from '../../../../src/operator/rules/is-cancelled.js';
import { NOW, observedJob, seconds } from '../../../support/builders.js';
import { CREATED, currentJob, JOB, NAME, ruleTable, RUNNING, SEEN } from './rule-table.js';

const REST = { stopping: [], dropping: [], abandoned: [], deadline: undefined };
const cancelled = { state: 'Cancelled', message: { meaningOf: 'Cancelled' } } as const;
const cancelling = { state: 'Cancelling', message: { key: 'jobIsCancelling' } } as const;
const seen = { ...SEEN, restart: undefined };
const atItsEnd = { ...SEEN, startTime: CREATED, completionTime: NOW, restart: undefined };

ruleTable(isCancelled, [
  { why: 'does not apply without spec.cancel', given: { job: RUNNING }, decision: undefined },
  {
    why: 'is Cancelled at once if nothing ever ran',
    given: { wantsCancellation: true },
    decision: {
      ...cancelled,
      set: { completionTime: NOW, restart: undefined },
      abandoned: [],
      jobs: [],
      wakes: [undefined],
    },
  },
  {
    why: 'drains the Job first',
    given: { wantsCancellation: true, job: RUNNING },
    decision: { ...cancelling, jobs: [{ drain: JOB }], set: seen, wakes: [seconds(300)] },
  },
  {
    why: 'drains every other Job first',
    given: {
      wantsCancellation: true,
      others: { stopping: [observedJob({ name: 'other' })], dropping: [], abandoned: [], deadline: seconds(300) },
    },
    decision: { ...cancelling, jobs: [], set: { restart: undefined }, wakes: [undefined] },
  },
  {
    why: 'keeps a drained Job while another one drains: an older request would show neither it nor that the run was cancelled',
    given: {
      wantsCancellation: true,
      recorded: 'Cancelling',
      job: currentJob({ draining: REST }),
      others: { ...REST, stopping: [observedJob({ name: 'other' })], deadline: seconds(300) },
    },
    decision: { ...cancelling, jobs: [{ drain: JOB }], set: seen, wakes: [undefined] },
  },
  {
    why: 'but not one that did not drain in time',
    given: {
      wantsCancellation: true,
      recorded: 'Cancelling',
      job: currentJob({ draining: { ...REST, abandoned: ['a'] } }),
      others: { ...REST, stopping: [observedJob({ name: 'other' })], deadline: seconds(300) },
    },
    decision: { ...cancelling, jobs: [], set: seen, wakes: [undefined] },
  },
  {
    why: 'lets a Job go that no suspension reaches, and records it and since when: its pod may still be stopping',
    given: {
      wantsCancellation: true,
      drainingSince: seconds(-10),
      job: currentJob({ draining: { ...REST, dropping: [JOB], deadline: seconds(290) } }),
    },
    decision: {
      state: 'Cancelling',
      message: { key: 'jobIsDropped', job: NAME },
      jobs: [],
      set: { ...seen, drainingSince: seconds(-10) },
      wakes: [seconds(290)],
    },
  },
  {
    why: 'keeps a drained Job until the status says Cancelled',
    given: { wantsCancellation: true, recorded: 'Cancelling', job: currentJob({ draining: REST }) },
    decision: { ...cancelled, set: atItsEnd, abandoned: [], jobs: [{ pause: JOB }], wakes: [seconds(1)] },
  },
  ...(['Suspended', 'Suspending'] as const).map((recorded) => ({
    why: `a Job that was paused as requested, and is recorded as ${recorded}, needs no second look`,
    given: { wantsCancellation: true, recorded, job: currentJob({ draining: REST }) },
    decision: { ...cancelled, set: atItsEnd, abandoned: [], jobs: [{ pause: JOB }], wakes: [seconds(1)] },
  })),
  {
    why: 'a Job that somebody else suspended may be being resumed by our last answer',
    given: { wantsCancellation: true, recorded: 'Pending', job: currentJob({ draining: REST }) },
    decision: { ...cancelling, jobs: [{ drain: JOB }], set: seen, wakes: [seconds(1)] },
  },
  {
    why: 'names Jobs that were dropped before they had drained',
    given: {
      wantsCancellation: true,
      job: currentJob({ draining: { ...REST, abandoned: ['a'] } }),
      others: { ...REST, abandoned: ['b'] },
    },
    decision: { ...cancelled, set: atItsEnd, abandoned: ['a', 'b'], jobs: [{ pause: JOB }], wakes: [seconds(1)] },
  },
  {
    why: 'waits for a recorded Job that is not observed, since it may exist',
    given: { wantsCancellation: true, unseenUntil: seconds(20), drainingSince: seconds(-10) },
    decision: {
      state: 'Cancelling',
      message: { key: 'jobIsNotSeen', job: NAME },
      jobs: [],
      set: { restart: undefined, drainingSince: seconds(-10) },
      wakes: [seconds(20)],
    },
  },
  {
    why: 'is Cancelled once a recorded Job was not observed for the restart delay',
    given: { wantsCancellation: true, unseenUntil: NOW },
    decision: {
      ...cancelled,
      set: { completionTime: NOW, restart: undefined },
      abandoned: [],
      jobs: [],
      wakes: [undefined],
    },
  },
]);
