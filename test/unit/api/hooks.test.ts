import t from 'tap';
import type { TSchema } from '@sinclair/typebox';
import {
  BadRequest,
  CompositeRequest,
  CompositeResponse,
  FinalizeResponse,
  HOOK_NAMES,
  ObservedJob,
  Parent,
} from '../../../src/api/hooks.js';
import { createValidator } from '../../../src/webhook/validation.js';
import { jobStatus, observedJob, request } from '../../support/builders.js';

t.strictSame([...HOOK_NAMES], ['sync', 'finalize'], 'the hooks of the CompositeController in manifests');

const { parent } = request();
const job = observedJob({ status: jobStatus.running });
const response = { status: {}, children: [] };
const withCondition = (lastTransitionTime: unknown): object => ({
  ...job,
  status: { conditions: [{ type: 'Suspended', status: 'True', lastTransitionTime }] },
});

/** Through the validator of the webhook, which reads keywords that TypeBox does not know. */
const CASES: readonly { schema: TSchema; value: unknown; valid: boolean; because: string }[] = [
  { schema: Parent, value: parent, valid: true, because: 'a stored resource' },
  { schema: Parent, value: { ...parent, spec: 7, status: [] }, valid: true, because: 'spec and status are read later' },
  { schema: Parent, value: { ...parent, kind: 'Job' }, valid: false, because: 'another kind' },
  {
    schema: Parent,
    value: { ...parent, metadata: { ...parent.metadata, managedFields: [] } },
    valid: true,
    because: 'metadata that we do not read',
  },
  {
    schema: Parent,
    value: { ...parent, metadata: { ...parent.metadata, annotations: { a: 1 } } },
    valid: false,
    because: 'annotations are texts',
  },
  {
    schema: Parent,
    value: { ...parent, metadata: { ...parent.metadata, name: '' } },
    valid: false,
    because: 'a stored object has a name',
  },
  { schema: ObservedJob, value: job, valid: true, because: 'a Job as the API server stores it' },
  { schema: ObservedJob, value: { ...job, status: undefined }, valid: true, because: 'a Job without a status' },
  { schema: ObservedJob, value: withCondition(null), valid: true, because: 'Go encodes a time never set as null' },
  { schema: ObservedJob, value: withCondition(7), valid: false, because: 'a time is a text' },
  {
    schema: ObservedJob,
    value: { ...job, status: { failed: '1' } },
    valid: false,
    because: 'a decision depends on this count',
  },
  { schema: ObservedJob, value: { ...job, spec: { suspend: 'yes' } }, valid: false, because: 'and on this switch' },
  { schema: CompositeRequest, value: request(), valid: true, because: 'a request without Jobs' },
  { schema: CompositeRequest, value: request({}, job), valid: true, because: 'a request with one' },
  { schema: CompositeRequest, value: { ...request(), children: {} }, valid: false, because: 'Jobs have their key' },
  { schema: CompositeResponse, value: response, valid: true, because: 'nothing to exist' },
  { schema: CompositeResponse, value: { status: {} }, valid: false, because: 'no children means: delete them all' },
  { schema: CompositeResponse, value: { children: [] }, valid: false, because: 'no status would clear it' },
  {
    schema: CompositeResponse,
    value: { ...response, resyncAfterSeconds: 0.5 },
    valid: false,
    because: 'less than a second is a busy loop',
  },
  {
    schema: CompositeResponse,
    value: { ...response, finalized: true },
    valid: false,
    because: 'sync never releases the finalizer',
  },
  { schema: FinalizeResponse, value: response, valid: false, because: 'finalize always says whether it does' },
  { schema: FinalizeResponse, value: { ...response, finalized: false }, valid: true, because: 'as here' },
  {
    schema: BadRequest,
    value: { error: 'Bad Request', path: '/parent', message: 'wrong' },
    valid: true,
    because: 'a refusal',
  },
];
const ajv = createValidator();
for (const { schema, value, valid, because } of CASES)
  t.equal(ajv.compile(schema)(JSON.parse(JSON.stringify(value))), valid, because);
