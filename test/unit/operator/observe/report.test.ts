import t from 'tap';
import { REPORT_ANNOTATION } from '../../../../src/api/names.js';
import { latestProgress, readReports } from '../../../../src/operator/observe/report.js';

const parent = (report?: unknown) => ({
  name: 'sample',
  namespace: 'default',
  uid: 'uid-1',
  ...(report !== undefined && {
    annotations: { [REPORT_ANNOTATION]: typeof report === 'string' ? report : JSON.stringify(report) },
  }),
});
const NOW = new Date('2026-11-23T02:10:40Z');
const SEEN = [
  { mode: 'DryRun', uid: 'dry' },
  { mode: 'Execute', uid: 'job-1' },
] as const;
const own = { parentUID: 'uid-1', mode: 'Execute', jobUID: 'job-1' } as const;
const count = { parentUID: 'uid-1', mode: 'DryRun', jobUID: 'dry' } as const;
const soon = { ...own, time: '2026-11-23T02:11:40Z' };
const later = { ...own, time: '2026-11-23T02:11:41Z' };
const muchLater = { ...own, progress: { updateTime: '9998-01-01T00:00:00Z' } };
const NONE = { report: undefined, countReport: undefined, strayReport: undefined, foreignUID: undefined };

for (const [why, report, mode, reports] of [
  ['no annotation', undefined, 'Execute', NONE],
  ['an annotation that is no JSON', '{"', 'Execute', NONE],
  ['of this run', own, 'Execute', { ...NONE, report: own }],
  ['of a count, while it counts', count, 'DryRun', { ...NONE, report: count }],
  ['of the count, after its approval', count, 'Execute', { ...NONE, countReport: count }],
  ['of a deletion, while it counts: somebody set the mode back', own, 'DryRun', NONE],
  ['of another resource', { ...own, parentUID: 'uid-0' }, 'Execute', { ...NONE, foreignUID: 'uid-0' }],
  ['of a Job that nobody saw', { ...own, jobUID: 'x' }, 'Execute', { ...NONE, strayReport: { ...own, jobUID: 'x' } }],
  [
    "of a deletion, in the name of the count's Job",
    { ...own, jobUID: 'dry' },
    'Execute',
    { ...NONE, strayReport: { ...own, jobUID: 'dry' } },
  ],
  [
    'of no Job',
    { parentUID: 'uid-1', mode: 'Execute' },
    'Execute',
    { ...NONE, strayReport: { parentUID: 'uid-1', mode: 'Execute' } },
  ],
  ['by a clock that is a minute ahead', soon, 'Execute', { ...NONE, report: soon }],
  ['from the future', later, 'Execute', { ...NONE, strayReport: later }],
  ['with progress from the future', muchLater, 'Execute', { ...NONE, strayReport: muchLater }],
  ['of no resource', { mode: 'Execute' }, 'Execute', NONE],
  ['a uid that is no text', { ...own, parentUID: 7 }, 'Execute', NONE],
] as const)
  t.test(`a report ${why}`, async (t) => {
    t.same(readReports(parent(report), mode, SEEN, NOW), reports);
  });

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
    t.same(latestProgress(report, status), progress);
  });
