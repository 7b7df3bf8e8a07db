import { Value } from '@sinclair/typebox/value';
import t from 'tap';
import { MAX_MESSAGE } from '../../../src/api/patterns.js';
import { Report } from '../../../src/api/report.js';
import '../../../src/api/validate.js';

const report = { parentUID: 'p', mode: 'Execute', jobUID: 'j', time: '2026-11-23T02:10:34Z', final: false };
const final = { ...report, final: true, outcome: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true };

const CASES: readonly { value: object; valid: boolean; because: string }[] = [
  { value: report, valid: true, because: 'a worker that has just started' },
  { value: final, valid: true, because: 'a worker that has finished' },
  { value: { ...final, outcome: 'Running' }, valid: false, because: 'a state that does not end a run' },
  { value: { ...final, exitCode: 255 }, valid: true, because: 'the greatest exit code of a process' },
  { value: { ...final, exitCode: 256 }, valid: false, because: 'one more' },
  { value: { ...final, exitCode: -1 }, valid: false, because: 'one less than the least' },
  { value: { ...report, mode: 'Delete' }, valid: false, because: 'a mode that does not exist' },
  { value: { ...report, time: 'yesterday' }, valid: false, because: 'not a time' },
  { value: { ...report, parentUID: '' }, valid: false, because: 'a report is about a resource' },
  { value: { ...report, jobUID: '' }, valid: true, because: 'a worker outside a Job has no Job' },
  { value: { ...report, message: 'x'.repeat(MAX_MESSAGE) }, valid: true, because: 'the longest message' },
  { value: { ...report, message: 'x'.repeat(MAX_MESSAGE + 1) }, valid: false, because: 'a longer one' },
  { value: { ...report, progress: { itemsFound: 1 } }, valid: true, because: 'progress, in part' },
  { value: { ...report, progress: { itemsFound: 1.5 } }, valid: false, because: 'half an item' },
  { value: { ...report, estimatedWriteUnits: { min: 1, max: 2 } }, valid: true, because: 'an estimate' },
  { value: { ...report, estimatedWriteUnits: { min: 1 } }, valid: false, because: 'half an estimate' },
  { value: { ...report, target: { tableId: 't', digest: 'ab'.repeat(32) } }, valid: true, because: 'a target' },
  { value: { ...report, target: { tableId: 't', digest: 'AB' } }, valid: false, because: 'not an HMAC-SHA256' },
  { value: { ...final, receipt: 'a.b.c' }, valid: true, because: 'a receipt' },
  { value: { ...final, receipt: 'a.b' }, valid: false, because: 'half a receipt' },
  { value: { ...report, later: true }, valid: true, because: 'a field of a newer worker' },
];
for (const { value, valid, because } of CASES) t.equal(Value.Check(Report, value), valid, because);
