import t from 'tap';
import { latestProgress } from '../../../../src/operator/observe/progress.js';
import { currentJob, OUTCOME } from '../rules/rule-table.js';

const [EARLY, LATE] = ['2026-11-23T02:10:30Z', '2026-11-23T02:10:40Z'];
const before = { itemsFound: 1, updateTime: LATE };
for (const [why, report, status, progress] of [
  ['no report', undefined, { progress: before }, before],
  ['a report without progress', { time: LATE }, { progress: before }, before],
  ['the first', { time: LATE, progress: { itemsFound: 2 } }, {}, { itemsFound: 2, updateTime: LATE }],
  [
    'a later one, in whole seconds',
    { time: '2026-11-23T02:10:41.5Z', progress: { itemsFound: 2 } },
    { progress: before },
    { itemsFound: 2, updateTime: '2026-11-23T02:10:41Z' },
  ],
  [
    'of the same time',
    { time: LATE, progress: { itemsFound: 2 } },
    { progress: before },
    { itemsFound: 2, updateTime: LATE },
  ],
  ['an earlier one: a stale look', { time: EARLY, progress: { itemsFound: 0 } }, { progress: before }, before],
  ['one without a time, beside one with', { progress: { itemsFound: 2 } }, { progress: before }, before],
  [
    "with the progress's own time only",
    { progress: { itemsFound: 2, updateTime: LATE } },
    {},
    { itemsFound: 2, updateTime: LATE },
  ],
  ['without any time', { progress: { itemsFound: 2 } }, { progress: { itemsFound: 1 } }, { itemsFound: 2 }],
] as const)
  t.test(`progress: ${why}`, async (t) => {
    t.same(latestProgress(report, { status, mode: 'DryRun', finished: undefined }, undefined, []), progress);
  });

const RUNNING = currentJob({ readyPods: 1 });
const snapshot = { jobUID: RUNNING.uid, time: LATE, progress: { itemsDeleted: 2 } };
const last = { ...snapshot, exitCode: 143 };
const SEEN = [{ mode: 'Execute', uid: RUNNING.uid }] as const;
/** Another Job was seen after the one that reported. */
const THEN_ANOTHER = [...SEEN, { mode: 'Execute', uid: 'job-2' }] as const;
/** A count that came before says nothing of the deletion. */
const AFTER_A_COUNT = [{ mode: 'DryRun', uid: 'job-0' }, ...SEEN] as const;
/** As the report is recorded of a run whose last attempt told nothing. */
const MARKED = { progress: { itemsDeleted: 2, updateTime: LATE, atLeast: true } };
const ANOTHER = { ...RUNNING, uid: 'job-2' };
for (const [why, report, resource, job, isLowerBound, seen = SEEN] of [
  ['a worker at work', snapshot, {}, RUNNING, false],
  ['one whose pod is not ready yet', snapshot, {}, { ...RUNNING, readyPods: 0 }, false],
  ['one that was killed', snapshot, {}, { ...RUNNING, readyPods: 0, failedPods: 1 }, true],
  ['its replacement is there, and will tell', snapshot, {}, { ...RUNNING, failedPods: 1 }, false],
  [
    'one that is stopped, and is not ready any more',
    snapshot,
    {},
    { ...RUNNING, readyPods: 0, isSuspended: true },
    true,
  ],
  ['one that has told at its end', last, {}, { ...RUNNING, readyPods: 0, failedPods: 1 }, false],
  ['the same, after a count', last, {}, { ...RUNNING, readyPods: 0, failedPods: 1 }, false, AFTER_A_COUNT],
  ['a Job that ended without its last report', snapshot, {}, { ...RUNNING, outcome: OUTCOME }, true],
  ['and with it', { ...last, final: true }, {}, { ...RUNNING, outcome: OUTCOME }, false],
  ['or with that of an interrupted attempt', last, {}, { ...RUNNING, outcome: OUTCOME }, true],
  ['a Job that was lost', snapshot, {}, undefined, true],
  ['a Job that told at its end, and is gone', last, {}, undefined, false],
  ['a Job after it, which never told, is gone as well', last, {}, undefined, true, THEN_ANOTHER],
  ['another Job is there by now', snapshot, {}, ANOTHER, true, THEN_ANOTHER],
  ['another is there, which has not told yet', last, {}, ANOTHER, true, THEN_ANOTHER],
  [
    'another has ended without a word',
    { ...last, final: true },
    {},
    { ...ANOTHER, outcome: OUTCOME },
    true,
    THEN_ANOTHER,
  ],
  [
    'the recorded end has the mark, and the Job is gone',
    last,
    { finished: 'Cancelled', status: MARKED },
    undefined,
    true,
  ],
  [
    'a later report comes after the recorded end',
    { ...last, progress: { itemsDeleted: 3 } },
    { finished: 'Cancelled', status: MARKED },
    undefined,
    false,
  ],
  [
    'a later report of as much comes after the recorded end',
    { ...last, time: '2026-11-23T02:10:41Z' },
    { finished: 'Cancelled', status: MARKED },
    undefined,
    false,
  ],
  ['the same mark, of a run that goes on', last, { status: MARKED }, undefined, false],
  ['a count was seen after it', last, {}, undefined, false, [...SEEN, { mode: 'DryRun', uid: 'job-0' }]],
  ['a count is made anew, and is whole', snapshot, { mode: 'DryRun' }, undefined, false],
  ['only the status is left', undefined, {}, undefined, true],
  ['only the status is left, of a run that has finished', undefined, { finished: 'Cancelled' }, undefined, false],
  ['neither', undefined, { status: {} }, undefined, undefined],
] as const)
  t.test(`counts as lower bounds: ${why}`, async (t) => {
    const kept = {
      status: { progress: { itemsDeleted: 1 } },
      mode: 'Execute',
      finished: undefined,
      ...resource,
    } as const;
    const progress = latestProgress(report, kept, job, seen);
    t.equal(progress && progress.atLeast === true, isLowerBound);
  });

t.test('what a run has deleted does not become less, whatever a report says', async (t) => {
  const deleted = (itemsDeleted: number) => ({ itemsFound: 9, itemsDeleted, updateTime: EARLY });
  for (const [why, progress, resource, expected] of [
    ['less', { itemsFound: 1, itemsDeleted: 4 }, {}, { ...deleted(5), atLeast: true }],
    ['nothing', { itemsFound: 1 }, {}, { ...deleted(5), atLeast: true }],
    ['less, after the end was recorded', { itemsDeleted: 4 }, { finished: 'Cancelled' }, deleted(5)],
    ['as much', { itemsDeleted: 5 }, {}, { itemsDeleted: 5, updateTime: LATE }],
    [
      'as much, but told earlier: a stale look',
      { itemsDeleted: 5 },
      { status: { progress: { ...deleted(5), updateTime: '2026-11-23T02:11:39Z' } } },
      { ...deleted(5), updateTime: '2026-11-23T02:11:39Z', atLeast: true },
    ],
    [
      'of a count that says it deleted, told earlier: a stale look',
      { itemsDeleted: 6 },
      { mode: 'DryRun', status: { progress: { ...deleted(5), updateTime: '2026-11-23T02:11:39Z' } } },
      { ...deleted(5), updateTime: '2026-11-23T02:11:39Z' },
    ],
    ['more', { itemsDeleted: 6 }, {}, { itemsDeleted: 6, updateTime: LATE }],
    [
      'more, by a clock that is behind the one before',
      { itemsDeleted: 6 },
      { status: { progress: { ...deleted(5), updateTime: '2026-11-23T02:11:39Z' } } },
      { itemsDeleted: 6, updateTime: LATE },
    ],
    ['a count, which is made anew', { itemsFound: 1 }, { mode: 'DryRun' }, { itemsFound: 1, updateTime: LATE }],
  ] as const) {
    const kept = { status: { progress: deleted(5) }, mode: 'Execute', finished: undefined, ...resource } as const;
    const report = { jobUID: RUNNING.uid, time: LATE, exitCode: 143, progress };
    t.same(latestProgress(report, kept, RUNNING, SEEN), expected, why);
  }
});

t.test('a report of a run whose status lacks what it usually has', async (t) => {
  const progress = { itemsDeleted: 2 };
  const told = { ...progress, updateTime: LATE };
  const run = { status: {}, mode: 'Execute', finished: undefined } as const;
  const late = { ...run, finished: 'Cancelled' } as const;
  t.same(latestProgress(last, late, undefined, SEEN), told, 'the end was recorded without progress');
  const noJob = latestProgress({ time: LATE, progress }, run, undefined, []);
  t.same(noJob, { ...told, atLeast: true }, 'no Job is known, and none is named');
  const unseen = latestProgress(undefined, { ...run, status: { progress: told } }, undefined, []);
  t.same(unseen, { ...told, atLeast: true }, 'no Job was seen');
});
