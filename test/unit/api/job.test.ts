import t from 'tap';
import { Job, KEPT_SPEC_FIELDS } from '../../../src/api/job.js';
import { createValidator } from '../../../src/webhook/validation.js';

const metadata = { name: 'sample-0123456789', namespace: 'default' };
const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template: {} } };

const CASES: readonly { value: unknown; valid: boolean; because: string }[] = [
  { value: job, valid: true, because: 'the least that we answer' },
  { value: { ...job, spec: { template: {}, suspend: true } }, valid: true, because: 'a Job that is being drained' },
  {
    value: { ...job, spec: { template: {}, suspend: false } },
    valid: false,
    because: 'suspend is left out, not false',
  },
  { value: { ...job, spec: {} }, valid: true, because: 'a kept Job whose template cannot be merged' },
  { value: { ...job, spec: undefined }, valid: false, because: 'a Job without a spec' },
  {
    value: { ...job, spec: { template: {}, manualSelector: true } },
    valid: false,
    because: 'a field that is not ours',
  },
  { value: { ...job, status: {} }, valid: false, because: 'a status is not ours to write' },
  {
    value: { ...job, metadata: { ...metadata, ownerReferences: [] } },
    valid: false,
    because: 'Metacontroller sets the owner',
  },
  { value: { ...job, metadata: { ...metadata, finalizers: [] } }, valid: false, because: 'finalizers are not ours' },
  { value: { ...job, metadata: { name: 'sample' } }, valid: false, because: 'a Job without a namespace' },
  { value: { ...job, metadata: { ...metadata, labels: { a: 'b' } } }, valid: true, because: 'labels' },
  { value: { ...job, kind: 'CronJob' }, valid: false, because: 'another kind' },
  { value: { ...job, apiVersion: 'batch/v2' }, valid: false, because: 'another version' },
];
/** By the webhook's validator, which checks every response. */
const isJob = createValidator().compile(Job);
for (const { value, valid, because } of CASES) t.equal(isJob(value), valid, because);

t.test('a kept Job carries every field that a built one may have, and suspend only where it is drained', async (t) => {
  t.strictSame([...KEPT_SPEC_FIELDS, 'suspend'].sort(), Object.keys(Job.properties.spec.properties).sort());
});
