import t from 'tap';
import type { Report } from '../../../../src/api/report.js';
import { endByReport } from '../../../../src/operator/observe/reported-end.js';
import { readResource } from '../../../../src/operator/observe/resource.js';
import { NO_REPORTS } from '../../../../src/operator/observe/report.js';
import { request } from '../../../support/builders.js';

const success: Partial<Report> = { jobUID: 'u', final: true, outcome: 'PartitionDeleted', verifiedEmpty: true };
const failure: Partial<Report> = { jobUID: 'u', final: true, outcome: 'TableNotFound' };

for (const [why, reports, state, key] of [
  ['no report', {}, undefined, undefined],
  ['one that is not final', { report: { ...success, final: false } }, undefined, undefined],
  ['a failure, by a Job that was seen', { report: failure }, 'TableNotFound', undefined],
  ['a success, by a Job that was seen: nobody saw it end', { report: success }, 'Unconfirmed', 'endIsUnconfirmed'],
  ['a success, by a Job that nobody saw', { strayReport: success }, 'Unconfirmed', 'jobWasNeverSeen'],
  ['a failure, by a Job that nobody saw', { strayReport: failure }, undefined, undefined],
  ['a stray one that is not final', { strayReport: { ...success, final: false } }, undefined, undefined],
] as const)
  t.test(why, async (t) => {
    const end = endByReport(readResource(request().parent), { ...NO_REPORTS, ...reports });
    t.equal(end?.state, state);
    if (key) t.match(end?.message, { key, uid: 'u' });
  });

t.test('a success of no Job', async (t) => {
  const { jobUID: _none, ...report } = success;
  for (const reports of [{ report }, { strayReport: report }])
    t.match(endByReport(readResource(request().parent), { ...NO_REPORTS, ...reports })?.message, { uid: '' });
});
