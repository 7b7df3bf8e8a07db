import { Value } from '@sinclair/typebox/value';
import t from 'tap';
import { noNulRule, rulesOf } from '../../../src/api/rules.js';
import { SortKey, Target } from '../../../src/api/target.js';

const target = { tableName: 'Orders', partitionValue: 'x' };

/** Types and bounds only; what rules refuse is in rules.test.ts. */
const CASES: readonly { value: object; valid: boolean; because: string }[] = [
  { value: target, valid: true, because: 'a table and a key' },
  { value: { partitionValue: 'x' }, valid: false, because: 'no table' },
  { value: { ...target, tableName: 'ab' }, valid: false, because: 'shorter than any table name' },
  { value: { ...target, partitionValue: 'x'.repeat(2732) }, valid: true, because: '2048 bytes in base64' },
  { value: { ...target, partitionValue: 'x'.repeat(2733) }, valid: false, because: 'more than any key' },
  { value: { ...target, partitionValue: 7 }, valid: false, because: 'a number that YAML has already rounded' },
  { value: { ...target, sortKey: { from: 'x'.repeat(1368) } }, valid: true, because: '1024 bytes in base64' },
  { value: { ...target, sortKey: { from: 'x'.repeat(1369) } }, valid: false, because: 'more than any sort key' },
  { value: { ...target, sortKey: { beginsWith: '' } }, valid: false, because: 'an empty prefix would be everything' },
  {
    value: { tableName: 'Orders', partitionValueFrom: { secretKeyRef: { name: 'a', key: 'b.c' } } },
    valid: true,
    because: 'a key from a Secret',
  },
  {
    value: { tableName: 'Orders', partitionValueFrom: {} },
    valid: false,
    because: 'from where?',
  },
];
for (const { value, valid, because } of CASES) t.equal(Value.Check(Target, value), valid, because);

t.test('every field that reaches the worker by its environment is guarded against NUL', async (t) => {
  const fields = {
    partitionValue: Target.properties.partitionValue,
    'sortKey.beginsWith': SortKey.properties.beginsWith,
    'sortKey.from': SortKey.properties.from,
    'sortKey.to': SortKey.properties.to,
  };
  for (const [name, schema] of Object.entries(fields))
    t.ok(
      rulesOf(schema).some(({ message }) => message === noNulRule(name).message),
      name,
    );
});
