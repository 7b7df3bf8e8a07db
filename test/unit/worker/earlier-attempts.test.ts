import t from 'tap';
import type { Mode } from '../../../src/api/states.js';
import type { Progress } from '../../../src/api/status.js';
import { cumulativeProgress, progressBefore } from '../../../src/worker/earlier-attempts.js';
import { readLiveParent } from '../../../src/worker/live-parent.js';
import { REPORT_ANNOTATION } from '../../../src/api/names.js';

const counts = (itemsDeleted: number) => ({ itemsFound: 9, itemsDeleted, writeUnits: 0, readUnits: 0 });
const UNKNOWN = { itemsFound: 0, itemsDeleted: 0, writeUnits: 0, readUnits: 0, atLeast: true };
const status = (itemsDeleted: number, more: object = {}) => ({
  mode: 'Execute',
  progress: counts(itemsDeleted),
  seenJobs: [{ mode: 'Execute', uid: 'former' }, null],
  ...more,
});
const report = (itemsDeleted: number, more: object = {}) => ({
  parentUID: 'uid',
  mode: 'Execute',
  jobUID: 'job',
  final: false,
  progress: counts(itemsDeleted),
  ...more,
});

t.test('what earlier attempts did', async (t) => {
  const rows: readonly [reason: string, status: object, report: object | undefined, before: Progress | undefined][] = [
    ['there were none', {}, undefined, undefined],
    ['only the status is left: its attempt may have done more', status(5), undefined, { ...counts(5), atLeast: true }],
    ['one that was killed before it had done anything that it told', {}, report(0), { ...counts(0), atLeast: true }],
    ['one that was killed later', status(5), report(7), { ...counts(7), atLeast: true }],
    ['one that told at its end what it had done', status(5), report(7, { exitCode: 3 }), counts(7)],
    [
      'one that did not know it itself',
      status(5),
      report(7, { exitCode: 3, progress: { ...counts(7), atLeast: true } }),
      { ...counts(7), atLeast: true },
    ],
    [
      'one that estimated what it consumed',
      status(5),
      report(7, { exitCode: 3, progress: { ...counts(7), writeUnitsEstimated: true } }),
      { ...counts(7), writeUnitsEstimated: true },
    ],
    ['one of a Job that was lost', status(5), report(7, { jobUID: 'former', exitCode: 143 }), counts(7)],
    [
      'one of a Job that nobody saw counts as an attempt, and its counts do not',
      status(5),
      report(7, { jobUID: 'nobody', exitCode: 0 }),
      { ...counts(5), atLeast: true },
    ],
    ['also where the status shows nothing', {}, report(7, { jobUID: 'nobody', exitCode: 0 }), UNKNOWN],
    ['one that told no counts', {}, report(0, { progress: undefined }), UNKNOWN],
    ['the status is ahead: a clock was behind', status(8), report(7, { exitCode: 3 }), { ...counts(8), atLeast: true }],
    ['or somebody wrote less', status(8), report(0, { exitCode: 3 }), { ...counts(8), atLeast: true }],
    ['also without any counts', status(8), report(0, { progress: undefined }), { ...counts(8), atLeast: true }],
    ['or removed the report', status(8), undefined, { ...counts(8), atLeast: true }],
    ['a Job that was lost told nothing', { seenJobs: [{ mode: 'Execute', uid: 'former' }] }, undefined, UNKNOWN],
    ['its own Job is not an earlier one', { seenJobs: [{ mode: 'Execute', uid: 'job' }] }, undefined, undefined],
    ["nor is a count's", { seenJobs: [{ mode: 'DryRun', uid: 'former' }] }, undefined, undefined],
    [
      'a Job after the one that reported told nothing',
      status(5, { seenJobs: ['former', 'silent', 'job'].map((uid) => ({ mode: 'Execute', uid })) }),
      report(7, { jobUID: 'former', exitCode: 143 }),
      { ...counts(7), atLeast: true },
    ],
    [
      'one before it is in its counts',
      status(5, { seenJobs: ['silent', 'former', 'job'].map((uid) => ({ mode: 'Execute', uid })) }),
      report(7, { jobUID: 'former', exitCode: 143 }),
      counts(7),
    ],
    [
      'and in those of its own earlier attempt',
      status(5, { seenJobs: ['silent', 'job'].map((uid) => ({ mode: 'Execute', uid })) }),
      report(7, { exitCode: 3 }),
      counts(7),
    ],
    ['a count is another run', {}, report(7, { mode: 'DryRun' }), undefined],
    ['so is its status', status(5, { mode: 'DryRun', seenJobs: [] }), undefined, undefined],
  ];
  for (const [reason, shown, told, before] of rows) {
    const annotations = told && { [REPORT_ANNOTATION]: JSON.stringify(told) };
    const live = readLiveParent({ metadata: { uid: 'uid', annotations }, status: shown }, 'Execute');
    t.same(progressBefore(live, 'job', 'Execute'), before, reason);
  }
});

t.test('counts over all attempts', async (t) => {
  const own = { itemsFound: 60, itemsDeleted: 50, writeUnits: 50, readUnits: 4 };
  const before = { itemsFound: 55, itemsDeleted: 40, writeUnits: 40, readUnits: 3 };
  const sum = { itemsFound: 100, itemsDeleted: 90, writeUnits: 90, readUnits: 7 };
  const rows: readonly [reason: string, before: Progress | undefined, own: Progress, mode: Mode, sum: Progress][] = [
    ['the first attempt', undefined, own, 'Execute', own],
    ['what was found and not deleted is found again', before, own, 'Execute', sum],
    ['a lower bound makes one', { ...before, atLeast: true }, own, 'Execute', { ...sum, atLeast: true }],
    ['of either', before, { ...own, atLeast: true }, 'Execute', { ...sum, atLeast: true }],
    [
      'an estimate makes one',
      { ...before, writeUnitsEstimated: true },
      own,
      'Execute',
      { ...sum, writeUnitsEstimated: true },
    ],
    [
      'as well in this attempt',
      before,
      { ...own, writeUnitsEstimated: true },
      'Execute',
      { ...sum, writeUnitsEstimated: true },
    ],
    [
      'a count starts anew, its units do not',
      { itemsFound: 30, itemsDeleted: 0, readUnits: 3, atLeast: true },
      { itemsFound: 60, readUnits: 4 },
      'DryRun',
      { itemsFound: 60, itemsDeleted: 0, writeUnits: 0, readUnits: 7 },
    ],
    [
      'a count deletes nothing, whatever is on record',
      { itemsFound: 30, itemsDeleted: 5 },
      { itemsFound: 60 },
      'DryRun',
      { itemsFound: 60, itemsDeleted: 0, writeUnits: 0, readUnits: 0 },
    ],
    [
      'what is left to others is what this attempt leaves',
      { ...before, capacityLeftPercent: 10 },
      { ...own, capacityLeftPercent: 60 },
      'Execute',
      { ...sum, capacityLeftPercent: 60 },
    ],
    ['and not what an earlier one left', { ...before, capacityLeftPercent: 10 }, own, 'Execute', sum],
    [
      'nothing done yet in this attempt',
      before,
      {},
      'Execute',
      { itemsFound: 40, itemsDeleted: 40, writeUnits: 40, readUnits: 3 },
    ],
  ];
  for (const [reason, earlier, mine, mode, total] of rows)
    t.same(cumulativeProgress(earlier, mine, mode), total, reason);
});
