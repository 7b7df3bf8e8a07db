import t from 'tap';
import type { FinishedState } from '../../../../src/api/states.js';
import { ended } from '../../../../src/operator/rules/ended.js';
import type { Situation } from '../../../../src/operator/rules/rule.js';
import { NOW, seconds } from '../../../support/builders.js';
import { CREATED, currentJob, NEW, RUNNING, SEEN } from './rule-table.js';

const END = seconds(-10);
const recorded = { completionTime: '2026-11-23T02:10:30Z', startTime: '2026-11-23T02:10:00Z' };
const rows: {
  why: string;
  given: Partial<Situation>;
  state?: FinishedState;
  time?: Date | undefined;
  set: object;
}[] = [
  { why: 'when, and no restart any more', given: {}, set: { completionTime: END, restart: undefined } },
  { why: 'now, where no time is known', given: {}, time: undefined, set: { completionTime: NOW, restart: undefined } },
  {
    why: 'the first time that was recorded stays',
    given: { finished: 'WorkerFailed', status: recorded },
    set: { restart: undefined },
  },
  {
    why: 'but not that of a run which goes on',
    given: { status: recorded },
    set: { completionTime: END, restart: undefined },
  },
  {
    why: 'finished without a time',
    given: { finished: 'WorkerFailed' },
    set: { completionTime: END, restart: undefined },
  },
  {
    why: 'its Job: when it was started',
    given: { job: RUNNING },
    set: { ...SEEN, startTime: CREATED, completionTime: END, restart: undefined },
  },
  {
    why: 'else when it was created',
    given: { job: currentJob({ startTime: undefined, creationTime: seconds(-60), restarts: undefined }) },
    set: { job: SEEN.job, startTime: seconds(-60), completionTime: END, restart: undefined },
  },
  {
    why: 'a start that was recorded stays',
    given: { job: RUNNING, status: { startTime: recorded.startTime } },
    set: { ...SEEN, completionTime: END, restart: undefined },
  },
  {
    why: 'a Job that ended well has verified that nothing is left',
    given: {
      job: currentJob({ outcome: { state: 'PartitionDeleted', message: { text: 'gone' }, time: undefined } }),
      status: recorded,
    },
    state: 'PartitionDeleted',
    set: { ...SEEN, completionTime: END, restart: undefined, verifiedEmpty: true },
  },
  {
    why: 'without its Job the record tells',
    given: { status: { verifiedEmpty: true } },
    state: 'PartitionDeleted',
    set: { completionTime: END, restart: undefined, verifiedEmpty: true },
  },
  {
    why: 'a Job that has not ended proves nothing',
    given: { job: RUNNING, status: recorded },
    state: 'PartitionDeleted',
    set: { ...SEEN, completionTime: END, restart: undefined, verifiedEmpty: undefined },
  },
  {
    why: 'and a report alone proves nothing either',
    given: { report: { verifiedEmpty: true } },
    state: 'PartitionDeleted',
    set: { completionTime: END, restart: undefined, verifiedEmpty: undefined },
  },
  {
    why: 'or nobody',
    given: {},
    state: 'PartitionDeleted',
    set: { completionTime: END, restart: undefined, verifiedEmpty: undefined },
  },
  {
    why: 'a count, and when',
    given: { counted: { itemsFound: 7 } },
    state: 'DryRunComplete',
    set: { completionTime: END, restart: undefined, dryRun: { itemsFound: 7, completionTime: END } },
  },
  {
    why: 'the first time of a count stays',
    given: { counted: { itemsFound: 7, completionTime: '2026-11-23T02:00:00Z' } },
    state: 'DryRunComplete',
    set: {
      completionTime: END,
      restart: undefined,
      dryRun: { itemsFound: 7, completionTime: '2026-11-23T02:00:00Z' },
    },
  },
];

for (const { why, given, state = 'WorkerFailed', set, ...rest } of rows)
  t.test(why, async (t) => {
    const time = 'time' in rest ? rest.time : END;
    const message = { text: 'text' };
    t.strictSame(ended({ ...NEW, ...given }, { state, message, time }), { state, message, set });
  });
