import { Value } from '@sinclair/typebox/value';
import t from 'tap';
import { MAX_MESSAGE } from '../../../src/api/patterns.js';
import { CONDITION_TYPES, STATES } from '../../../src/api/states.js';
import { Condition, Status } from '../../../src/api/status.js';
import '../../../src/api/validate.js';

const condition = {
  type: 'Finished',
  status: 'True',
  reason: 'PartitionDeleted',
  message: 'gone',
  lastTransitionTime: '2026-11-23T02:10:40Z',
};

/** The API server stores a condition only if it keeps Kubernetes' own conventions for conditions. */
const CONDITIONS: readonly { value: object; valid: boolean; because: string }[] = [
  { value: condition, valid: true, because: 'a condition' },
  { value: { ...condition, observedGeneration: 3 }, valid: true, because: 'with its generation' },
  { value: { ...condition, status: 'Maybe' }, valid: false, because: 'neither True nor False nor Unknown' },
  { value: { ...condition, reason: '' }, valid: false, because: 'a reason is required' },
  { value: { ...condition, reason: 'not a word' }, valid: false, because: 'and is one word' },
  { value: { ...condition, message: '' }, valid: true, because: 'a message may be empty' },
  { value: { ...condition, message: 'x'.repeat(MAX_MESSAGE + 1) }, valid: false, because: 'but not longer than this' },
  { value: { ...condition, lastTransitionTime: 'now' }, valid: false, because: 'not a time' },
  { value: { ...condition, observedGeneration: -1 }, valid: false, because: 'generations count from 0' },
];
for (const { value, valid, because } of CONDITIONS) t.equal(Value.Check(Condition, value), valid, because);

t.test('every state and condition type can be stored', async (t) => {
  for (const reason of STATES) t.ok(Value.Check(Condition, { ...condition, reason }), reason);
  for (const type of CONDITION_TYPES) t.ok(Value.Check(Condition, { ...condition, type }), type);
  t.ok(CONDITION_TYPES.length <= Status.properties.conditions.maxItems!, 'there is room for all conditions');
});

const STATUSES: readonly { value: object; valid: boolean; because: string }[] = [
  { value: {}, valid: true, because: 'a new resource' },
  { value: { restart: { notBefore: '2026-11-23T02:10:40Z', ordinal: 1 } }, valid: true, because: 'the first restart' },
  {
    value: { restart: { notBefore: '2026-11-23T02:10:40Z', ordinal: 0 } },
    valid: false,
    because: 'restarts count from 1',
  },
  { value: { restart: { ordinal: 1 } }, valid: false, because: 'a restart has a time' },
  { value: { observedGeneration: -1 }, valid: true, because: 'what nobody has looked at: the default' },
  { value: { observedGeneration: -2 }, valid: false, because: 'and nothing below' },
  { value: { restarts: 0 }, valid: true, because: 'no restart yet' },
  { value: { job: { name: 'a' } }, valid: true, because: 'a Job that the API server has not stored yet has no uid' },
  { value: { job: {} }, valid: false, because: 'a Job has a name' },
  { value: { dryRun: { itemsFound: 1 } }, valid: false, because: 'a result has a time' },
  { value: { progress: { itemsFound: 2 ** 53 } }, valid: false, because: 'a count that may have been rounded' },
  { value: { receipt: 'a-_.b.c' }, valid: true, because: 'a receipt' },
  { value: { receipt: 'a.b' }, valid: false, because: 'a JWS has three parts' },
  { value: { receipt: 'a.b.c d' }, valid: false, because: 'and no white space' },
  { value: { receipt: `a.b.${'c'.repeat(8189)}` }, valid: false, because: 'a longer one than any worker makes' },
  { value: { conditions: Array(17).fill(condition) }, valid: false, because: 'more conditions than there are types' },
];
for (const { value, valid, because } of STATUSES) t.equal(Value.Check(Status, value), valid, because);
