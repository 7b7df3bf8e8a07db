import t from 'tap';
import { appearsBy } from '../../../../src/operator/observe/appearance.js';
import { readResource } from '../../../../src/operator/observe/resource.js';
import { NOW, request, seconds } from '../../../support/builders.js';
import { formatTime } from '../../../../src/operator/time.js';
import { NO_REPORTS } from '../../../../src/operator/observe/report.js';

const END = { jobUID: 'u', final: true, outcome: 'PartitionDeleted', verifiedEmpty: true } as const;
const since = (offset: number) => ({ job: { name: 'j' }, creatingSince: formatTime(seconds(offset)) });

for (const [why, status, strayReport, expected, seen = []] of [
  ['asked for half a minute ago', since(-30), END, seconds(90)],
  ['at the last moment', since(-119), END, seconds(1)],
  ['two minutes ago: it is missing', since(-120), END, undefined],
  ['by a clock that is ahead: as if it were asked for now', since(30), END, seconds(120)],
  ['nobody knows since when', { job: { name: 'j' } }, END, undefined],
  ['no time', { job: { name: 'j' }, creatingSince: 'soon' }, END, undefined],
  ['none was asked for', { creatingSince: formatTime(seconds(-30)) }, END, undefined],
  ['it was seen', { ...since(-30), job: { name: 'j', uid: 'v' } }, END, undefined],
  [
    'the report is of a Job that was seen, by a clock that is ahead',
    since(-30),
    END,
    undefined,
    [{ mode: 'Execute', uid: 'u' }],
  ],
  ['another Job was seen', since(-30), END, seconds(90), [{ mode: 'Execute', uid: 'v' }]],
  ['no report', since(-30), undefined, undefined],
  ['one that is not final', since(-30), { ...END, final: false }, undefined],
] as const)
  t.test(why, async (t) => {
    const resource = readResource(request({ status }).parent);
    t.same(appearsBy(resource, { ...NO_REPORTS, strayReport }, seen, NOW), expected);
  });
