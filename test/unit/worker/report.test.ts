import t from 'tap';
import type { Report } from '../../../src/api/report.js';
import { readReport } from '../../../src/api/validate.js';
import { annotatedReport, boundedReport, buildReport, terminationMessage } from '../../../src/worker/report.js';

const parent = { name: 'n', namespace: 'ns', uid: 'uid', jobUID: 'job' };
const progress = { itemsFound: 2, itemsDeleted: 1 };
const time = '2026-01-01T00:00:00Z';
const target = { tableId: 'table', digest: 'a'.repeat(64) };

type Attempt = Parameters<typeof buildReport>[2];

t.test('what a report says', async (t) => {
  const common = {
    parentUID: 'uid',
    mode: 'Execute',
    jobUID: 'job',
    time,
    progress: { ...progress, updateTime: time },
  };
  const rows: readonly [reason: string, attempt: Attempt, report: object][] = [
    ['under way: the progress', { progress }, { final: false }],
    ['under way: the target, once it is known', { progress, target }, { final: false, target }],
    [
      'an outcome is final',
      { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, message: 'gone', progress },
      { final: true, outcome: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, message: 'gone' },
    ],
    [
      'a success may have a receipt',
      { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, receipt: 'a.b.c', progress },
      { final: true, outcome: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, receipt: 'a.b.c' },
    ],
    ['an attempt that goes on has none', { progress, receipt: 'a.b.c' }, { final: false }],
    [
      'an interruption is not: another attempt follows, and proof is its business',
      { exitCode: 143, message: 'stop', verifiedEmpty: false, progress },
      { final: false, exitCode: 143, message: 'stop' },
    ],
    [
      'a count, with what the deletion would cost',
      { state: 'DryRunComplete', exitCode: 0, progress, estimatedWriteUnits: { min: 2, max: 4 } },
      { final: true, outcome: 'DryRunComplete', exitCode: 0, estimatedWriteUnits: { min: 2, max: 4 } },
    ],
    [
      'a message has 1,024 characters at most',
      { progress, message: 'x'.repeat(1025) },
      { final: false, message: 'x'.repeat(1024) },
    ],
    ['what it waits for', { progress, waitingFor: 'x'.repeat(769) }, { final: false, waitingFor: 'x'.repeat(768) }],
    [
      'characters are counted as the API server counts them',
      { progress, message: '\u{1f600}'.repeat(1025) },
      { final: false, message: '\u{1f600}'.repeat(1024) },
    ],
  ];
  for (const [reason, attempt, report] of rows)
    t.same(buildReport(parent, 'Execute', attempt, time), { ...common, ...report }, reason);
});

t.test('what is written can be read by the operator, and fits', async (t) => {
  for (const message of ['', 'short', 'x'.repeat(5000), '\u{1f600}'.repeat(2000), '\u0001'.repeat(1024)]) {
    const report = buildReport(parent, 'DryRun', { state: 'DryRunComplete', exitCode: 0, message, progress }, time);
    const text = boundedReport(report);
    t.ok(Buffer.byteLength(text) <= 4096);
    t.match(readReport(text), { parentUID: 'uid', outcome: 'DryRunComplete', final: true, progress });
  }
});

t.test('what it waits for fits as well', async (t) => {
  for (const waitingFor of ['short', 'x'.repeat(5000), '\u0001'.repeat(768)]) {
    const report = buildReport(parent, 'Execute', { progress, target, waitingFor }, time);
    const text = boundedReport(report);
    t.ok(Buffer.byteLength(text) <= 4096);
    t.match(readReport(text), { waitingFor: /./, target, progress });
  }
});

t.test('the message is shortened first, and nothing else is lost', async (t) => {
  const report: Report = buildReport(parent, 'Execute', { progress, message: 'x'.repeat(1000) }, time);
  const silent = buildReport(parent, 'Execute', { progress }, time);
  const whole = Buffer.byteLength(JSON.stringify(report));
  for (const [reason, bytes, length] of [
    ['it fits', whole, 1000],
    ['one byte too long', whole - 1, 500],
    ['much too long', whole - 900, 62],
    ['no room for a message', whole - 1010, undefined],
    ['no room at all: what must be said is said', 10, undefined],
  ] as const) {
    const { message, ...others } = JSON.parse(boundedReport(report, bytes)) as Report;
    t.equal(message?.length, length, reason);
    t.same(others, silent, reason);
  }
  t.same(JSON.parse(boundedReport(silent)), silent, 'a report without a message');
});

t.test('a receipt is never cut: it has room of its own in the annotation, and otherwise stays out', async (t) => {
  const outcome = { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, progress, target } as const;
  for (const [why, length, isInMessage] of [
    ['one of usual length', 1500, true],
    ['the longest', 8192, false],
  ] as const) {
    const receipt = `${'h'.repeat(length - 100)}.p.${'s'.repeat(97)}`;
    const report = buildReport(parent, 'Execute', { ...outcome, receipt, message: '\u{1f600}'.repeat(1024) }, time);
    const [annotation, message] = [annotatedReport(report), terminationMessage(report)];
    t.ok(Buffer.byteLength(annotation) <= 4096 + length, why);
    t.match(readReport(annotation), { receipt, target, message: /./ }, why);
    t.ok(Buffer.byteLength(message) <= 4096, why);
    t.match(readReport(message), { outcome: 'PartitionDeleted', verifiedEmpty: true, target, message: /./ }, why);
    t.equal(readReport(message)?.receipt, isInMessage ? receipt : undefined, why);
  }
});

t.test('a receipt stays in the termination message as long as it fits there', async (t) => {
  const outcome = { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, progress, target } as const;
  const of = (receipt: string) => buildReport(parent, 'Execute', { ...outcome, receipt }, time);
  const rest = Buffer.byteLength(JSON.stringify(of('')));
  for (const [length, isThere] of [
    [4096 - rest, true],
    [4097 - rest, false],
  ] as const) {
    const receipt = 'x'.repeat(length);
    t.equal('receipt' in (JSON.parse(terminationMessage(of(receipt))) as object), isThere, `${rest + length} bytes`);
  }
});
