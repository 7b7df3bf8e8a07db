import t from 'tap';
import { REPORT_ANNOTATION } from '../../../src/api/names.js';
import { fieldsOf, readLiveParent } from '../../../src/worker/live-parent.js';

/** What nobody has written: each field at rest. */
const AT_REST = {
  uid: undefined,
  isDeleting: false,
  isCancelled: false,
  isSuspended: false,
  mode: 'Execute',
  caps: { maxWriteUnitsPerSecond: undefined, maxReadUnitsPerSecond: undefined, capacitySharePercent: undefined },
  sameRun: true,
  isFinished: false,
  jobUID: undefined,
  target: undefined,
  progress: undefined,
  seenJobs: [],
  jobsOfRun: [],
  counted: undefined,
  report: undefined,
};
const finished = [{ type: 'Finished', status: 'True' }];

const rows: { why: string; live: unknown; read: object }[] = [
  { why: 'no object', live: 'gone', read: {} },
  { why: 'a list is no object', live: [{ spec: { cancel: true } }], read: {} },
  {
    why: 'asked to stop',
    live: { spec: { cancel: true, suspend: true } },
    read: { isCancelled: true, isSuspended: true },
  },
  { why: 'only true asks', live: { spec: { cancel: 'true', suspend: 1 } }, read: {} },
  {
    why: 'being deleted',
    live: { metadata: { deletionTimestamp: '2026-11-29T12:00:00Z' } },
    read: { isDeleting: true },
  },
  { why: 'a timestamp of null is none', live: { metadata: { deletionTimestamp: null } }, read: {} },
  { why: 'a mode of a newer version', live: { spec: { mode: 'Verify' } }, read: { mode: undefined } },
  {
    why: 'a cap is a positive integer',
    live: { spec: { maxWriteUnitsPerSecond: 0, maxReadUnitsPerSecond: 1 } },
    read: {
      caps: { maxWriteUnitsPerSecond: 'unreadable', maxReadUnitsPerSecond: 1, capacitySharePercent: undefined },
    },
  },
  {
    why: 'a share is a part of a hundred',
    live: { spec: { capacitySharePercent: 100 } },
    read: {
      caps: { maxWriteUnitsPerSecond: undefined, maxReadUnitsPerSecond: undefined, capacitySharePercent: 100 },
    },
  },
  {
    why: 'more than a hundred is no share, a text no number, and null no absence: no cap is lifted by any of them',
    live: { spec: { capacitySharePercent: 101, maxWriteUnitsPerSecond: '50', maxReadUnitsPerSecond: null } },
    read: {
      caps: {
        maxWriteUnitsPerSecond: 'unreadable',
        maxReadUnitsPerSecond: 'unreadable',
        capacitySharePercent: 'unreadable',
      },
    },
  },
  {
    why: 'its run has not finished, whatever else is True',
    live: { status: { conditions: [{ ...finished[0], status: 'False' }, { type: 'Succeeded', status: 'True' }, 7] } },
    read: {},
  },
  { why: 'progress that is null is none', live: { status: { progress: null } }, read: {} },
  { why: 'a digest alone is no target', live: { status: { target: { digest: 'x' } } }, read: {} },
  { why: 'its run has finished', live: { status: { conditions: finished } }, read: { isFinished: true } },
  {
    why: 'a status of the other run says nothing of this one',
    live: { status: { mode: 'DryRun', conditions: finished, progress: { itemsDeleted: 7 } } },
    read: { sameRun: false },
  },
  {
    why: 'half a target is none',
    live: {
      status: {
        target: { tableId: 'x' },
        job: { uid: 7 },
        seenJobs: [{ uid: 'a' }, {}, 7, { uid: 'b', mode: 'Execute' }, { uid: 'c', mode: 'DryRun' }],
      },
    },
    read: { seenJobs: ['a', 'b', 'c'], jobsOfRun: ['b'] },
  },
  {
    why: 'a report of another resource',
    live: { metadata: { uid: 'mine', annotations: { [REPORT_ANNOTATION]: '{"parentUID":"other","final":true}' } } },
    read: { uid: 'mine' },
  },
  {
    why: 'the last report of an attempt, with a time that is none',
    live: {
      metadata: {
        uid: 'mine',
        annotations: { [REPORT_ANNOTATION]: '{"parentUID":"mine","final":true,"exitCode":0,"time":"soon"}' },
      },
    },
    read: {
      uid: 'mine',
      report: {
        mode: undefined,
        jobUID: undefined,
        final: true,
        outcome: undefined,
        verifiedEmpty: false,
        message: undefined,
        receipt: undefined,
        target: undefined,
        time: undefined,
        progress: undefined,
        isLast: true,
      },
    },
  },
];

for (const { why, live, read } of rows)
  t.test(why, async (t) => {
    t.strictSame(readLiveParent(live, 'Execute'), { ...AT_REST, ...read });
  });

t.test('fields of what is no object', async (t) => {
  for (const value of [undefined, null, 'x', 7, []]) t.same(fieldsOf(value), {});
});

const report = (fields: object) => {
  const annotations = { [REPORT_ANNOTATION]: JSON.stringify({ parentUID: 'mine', ...fields }) };
  return readLiveParent({ metadata: { uid: 'mine', annotations } }, 'Execute').report;
};

t.test('times in a report', async (t) => {
  for (const [time, isOne] of [
    ['2026-11-23T02:10:40Z', true],
    ['2026-11-23T02:10:40.5Z', true],
    ['2026-11-23T02:10:40.123456789Z', true],
    ['2026-11-23T02:10:40.1234567890Z', false],
    ['2026-11-23T02:10:40.abcZ', false],
    ['2026-11-23T02:10:40+01:00', false],
    ['on 2026-11-23T02:10:40Z', false],
    ['2026-11-23T02:10:40Z or so', false],
  ] as const)
    t.equal(report({ time })?.time, isOne ? time : undefined, time);
});

t.test('the longest receipt', async (t) => {
  const receipt = (length: number): string => `a.b.${'c'.repeat(length - 4)}`;
  t.equal(report({ receipt: receipt(8192) })?.receipt, receipt(8192));
  t.equal(report({ receipt: receipt(8193) })?.receipt, undefined);
});
