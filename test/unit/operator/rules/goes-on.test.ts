import t from 'tap';
import { goesOn } from '../../../../src/operator/rules/goes-on.js';
import { seconds } from '../../../support/builders.js';
import { CREATED, currentJob, NEW, OBJECTION, RUNNING, SEEN } from './rule-table.js';

/** What an end that was recorded because of a stale cache may have left behind. */
const CLEARED = { restart: undefined, completionTime: undefined, verifiedEmpty: undefined };

for (const [why, given, job, part] of [
  [
    'the Job is seen, and nothing of an end stands any more',
    {},
    RUNNING,
    { set: { ...SEEN, startTime: CREATED, ...CLEARED }, nonCompliance: undefined, wakes: [undefined] },
  ],
  [
    'a start that was recorded stays: a resumed Job has a later one',
    { status: { startTime: '2026-11-23T02:00:00Z' } },
    RUNNING,
    { set: { ...SEEN, ...CLEARED }, nonCompliance: undefined, wakes: [undefined] },
  ],
  [
    'a Job that was not started has none, unlike one at its end',
    {},
    currentJob({ startTime: undefined }),
    { set: { ...SEEN, startTime: undefined, ...CLEARED }, nonCompliance: undefined, wakes: [undefined] },
  ],
  [
    'settings change without the resource changing',
    { objection: OBJECTION },
    RUNNING,
    { set: { ...SEEN, startTime: CREATED, ...CLEARED }, nonCompliance: OBJECTION, wakes: [seconds(300)] },
  ],
] as const)
  t.test(why, async (t) => {
    t.strictSame(goesOn({ ...NEW, ...given }, job), part);
  });
