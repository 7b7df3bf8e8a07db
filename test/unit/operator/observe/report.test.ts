import t from 'tap';
import { REPORT_ANNOTATION } from '../../../../src/api/names.js';
import { NO_REPORTS, countsFrom, readReports } from '../../../../src/operator/observe/report.js';

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

for (const [why, report, mode, reports] of [
  ['no annotation', undefined, 'Execute', NO_REPORTS],
  ['an annotation that is no JSON', '{"', 'Execute', NO_REPORTS],
  ['of this run', own, 'Execute', { ...NO_REPORTS, report: own }],
  ['of a count, while it counts', count, 'DryRun', { ...NO_REPORTS, report: count }],
  ['of the count, after its approval', count, 'Execute', { ...NO_REPORTS, countReport: count }],
  ['of a deletion, while it counts: somebody set the mode back', own, 'DryRun', NO_REPORTS],
  ['of another resource', { ...own, parentUID: 'uid-0' }, 'Execute', { ...NO_REPORTS, foreignUID: 'uid-0' }],
  [
    'of a Job that nobody saw',
    { ...own, jobUID: 'x' },
    'Execute',
    { ...NO_REPORTS, strayReport: { ...own, jobUID: 'x' } },
  ],
  [
    "of a deletion, in the name of the count's Job",
    { ...own, jobUID: 'dry' },
    'Execute',
    { ...NO_REPORTS, strayReport: { ...own, jobUID: 'dry' } },
  ],
  [
    'of no Job',
    { parentUID: 'uid-1', mode: 'Execute' },
    'Execute',
    { ...NO_REPORTS, strayReport: { parentUID: 'uid-1', mode: 'Execute' } },
  ],
  ['by a clock that is a minute ahead', soon, 'Execute', { ...NO_REPORTS, report: soon }],
  ['from the future', later, 'Execute', { ...NO_REPORTS, strayReport: later }],
  ['with progress from the future', muchLater, 'Execute', { ...NO_REPORTS, strayReport: muchLater }],
  [
    'of the count, from the future',
    { ...count, time: later.time },
    'Execute',
    { ...NO_REPORTS, strayCountReport: { ...count, time: later.time } },
  ],
  ['without a mode: not that of a count', { parentUID: 'uid-1', jobUID: 'dry' }, 'Execute', NO_REPORTS],
  ['of no resource', { mode: 'Execute' }, 'Execute', NO_REPORTS],
  ['a uid that is no text', { ...own, parentUID: 7 }, 'Execute', NO_REPORTS],
] as const)
  t.test(`a report ${why}`, async (t) => {
    t.same(readReports(parent(report), mode, SEEN, NOW), reports);
  });

t.test('when a report that is ahead will count', async (t) => {
  const stray = (report: object) => ({ ...NO_REPORTS, strayReport: { ...own, ...report } });
  for (const [why, report, counts] of [
    ['a minute before its time', { time: '2026-11-23T02:20:40Z' }, '2026-11-23T02:19:40Z'],
    [
      'of its two times, the later',
      { time: '2026-11-23T02:20:40Z', progress: { updateTime: soon.time } },
      '2026-11-23T02:19:40Z',
    ],
    ['which may be its progress', { progress: { updateTime: '2026-11-23T02:20:40Z' } }, '2026-11-23T02:19:40Z'],
    ['in a day at the latest', { time: '2026-11-24T02:11:40Z' }, '2026-11-24T02:10:40Z'],
    ['not later', { time: '2026-11-24T02:11:41Z' }, undefined],
    ['not that of a Job that nobody saw', { ...later, jobUID: 'x' }, undefined],
  ] as const)
    t.same(countsFrom(stray(report), SEEN, NOW), counts && new Date(counts), why);
  const counted = { ...NO_REPORTS, strayCountReport: { ...count, time: '2026-11-23T02:20:40Z' } };
  t.same(countsFrom(counted, SEEN, NOW), new Date('2026-11-23T02:19:40Z'), "the count's too: it adds to the status");
  t.equal(countsFrom(NO_REPORTS, SEEN, NOW), undefined, 'none');
});
