import { Value } from '@sinclair/typebox/value';
import t from 'tap';
import { Spec } from '../../../src/api/spec.js';

const ddbCtlDpJob = { tableName: 'Orders', partitionValue: 'x' };

/** When an edit of a field takes effect is part of its description: users cannot see it otherwise. */
const EDITS: Readonly<Record<Exclude<keyof typeof Spec.properties, 'ddbCtlDpJob'>, RegExp>> = {
  mode: /changing it to Execute approves/,
  maxWriteUnitsPerSecond: /running worker picks up an edit/,
  maxReadUnitsPerSecond: /running worker picks up an edit/,
  capacitySharePercent: /or else 50;.*running worker picks up an edit/,
  maxItems: /over all attempts.*only when the Job is created/,
  suspend: /Takes effect at once/,
  cancel: /Takes effect at once/,
  ttlSecondsAfterFinished: /edit also applies to a finished run/,
  backoffLimit: /only when the Job is created/,
  activeDeadlineSeconds: /only when the Job is created/,
  serviceAccountName: /only when the Job is created/,
  credentialsSecretRef: /only when the Job is created/,
  resources: /only when the Job is created/,
  nodeSelector: /only when the Job is created/,
  tolerations: /only when the Job is created/,
  priorityClassName: /only when the Job is created/,
  imagePullSecrets: /only when the Job is created/,
  labels: /only when the Job is created/,
  annotations: /only when the Job is created/,
};
for (const [field, schema] of Object.entries(Spec.properties)) {
  const text = String(schema.description);
  t.match(text, field === 'ddbCtlDpJob' ? /cannot be changed/ : EDITS[field as keyof typeof EDITS], field);
}

const CASES: readonly { value: object; valid: boolean; because: string }[] = [
  { value: { ddbCtlDpJob }, valid: true, because: 'a target is all that a run needs' },
  { value: {}, valid: false, because: 'without one there is nothing to delete' },
  { value: { ddbCtlDpJob, mode: 'DryRun' }, valid: true, because: 'a mode' },
  { value: { ddbCtlDpJob, mode: 'dryrun' }, valid: false, because: 'modes have a case' },
  { value: { ddbCtlDpJob, backoffLimit: 10 }, valid: true, because: 'the most retries' },
  { value: { ddbCtlDpJob, backoffLimit: 11 }, valid: false, because: 'one more' },
  { value: { ddbCtlDpJob, activeDeadlineSeconds: 604800 }, valid: true, because: 'a week' },
  { value: { ddbCtlDpJob, activeDeadlineSeconds: 604801 }, valid: false, because: 'longer than a week' },
  { value: { ddbCtlDpJob, activeDeadlineSeconds: 0 }, valid: false, because: 'a Job that ends before it starts' },
  { value: { ddbCtlDpJob, maxReadUnitsPerSecond: 0 }, valid: false, because: 'a worker that may read nothing' },
  { value: { ddbCtlDpJob, capacitySharePercent: 100 }, valid: true, because: 'the whole table' },
  { value: { ddbCtlDpJob, capacitySharePercent: 101 }, valid: false, because: 'more than there is' },
  { value: { ddbCtlDpJob, maxItems: 1 }, valid: true, because: 'one item' },
  { value: { ddbCtlDpJob, maxItems: 0 }, valid: false, because: 'a run that may delete nothing' },
  { value: { ddbCtlDpJob, maxItems: 1.5 }, valid: false, because: 'half an item' },
  { value: { ddbCtlDpJob, imagePullSecrets: Array(9).fill({ name: 'a' }) }, valid: false, because: 'too many Secrets' },
  { value: { ddbCtlDpJob, tolerations: [{ operator: 'In' }] }, valid: false, because: 'an operator that taints lack' },
  { value: { ddbCtlDpJob, resources: { limits: { memory: '1Gi' } } }, valid: true, because: 'limits alone' },
];
for (const { value, valid, because } of CASES) t.equal(Value.Check(Spec, value), valid, because);
