import t from 'tap';
import { boundedReport, buildReport } from '../../../src/worker/report.js';
import { readReport } from '../../../src/api/validate.js';

const parent = { name: 'n', namespace: 'ns', uid: 'uid', jobUID: 'job' };
const progress = { itemsFound: 2, itemsDeleted: 1 };

t.test('an outcome is final, an interruption is not', async (t) => {
  const time = '2026-01-01T00:00:00Z';
  const done = buildReport(
    parent,
    'Execute',
    { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, message: 'gone', progress },
    time,
  );
  t.same(done, {
    parentUID: 'uid',
    mode: 'Execute',
    jobUID: 'job',
    time,
    final: true,
    outcome: 'PartitionDeleted',
    exitCode: 0,
    verifiedEmpty: true,
    message: 'gone',
    progress: { ...progress, updateTime: time },
  });
  const stopped = buildReport(
    parent,
    'Execute',
    { exitCode: 143, message: 'stop', verifiedEmpty: false, progress },
    time,
  );
  t.match(stopped, { final: false, outcome: undefined, verifiedEmpty: undefined, exitCode: 143 });
});

t.test('what is written can be read by the operator, and fits', async (t) => {
  for (const message of ['', 'short', 'x'.repeat(5000), '\u{1f600}'.repeat(2000), '\u0001'.repeat(1024)]) {
    const report = buildReport(
      parent,
      'DryRun',
      { state: 'DryRunComplete', exitCode: 0, message, progress },
      '2026-01-01T00:00:00Z',
    );
    const text = boundedReport(report);
    t.ok(Buffer.byteLength(text) <= 4096);
    t.match(readReport(text), { parentUID: 'uid', outcome: 'DryRunComplete', final: true, progress });
  }
});
