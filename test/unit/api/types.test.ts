import { type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import t from 'tap';
import { INT32_MAX } from '../../../src/api/patterns.js';
import { Int32, Int64, IntOrString, isShortEnough, MapOf, ResourceName, StringEnum } from '../../../src/api/types.js';

const Words = MapOf(Type.String({ maxLength: 3 }), { maxProperties: 2 });

const CASES: readonly { schema: TSchema; value: unknown; valid: boolean; because: string }[] = [
  { schema: StringEnum(['a', 'b']), value: 'b', valid: true, because: 'one of the values' },
  { schema: StringEnum(['a', 'b']), value: 'c', valid: false, because: 'none of them' },
  { schema: StringEnum(['a', 'b']), value: null, valid: false, because: 'null is not a text' },
  { schema: Words, value: {}, valid: true, because: 'an empty map' },
  { schema: Words, value: { x: 'abc', y: '' }, valid: true, because: 'any keys' },
  { schema: Words, value: { x: 'abcd' }, valid: false, because: 'an entry that is too long' },
  { schema: Words, value: { x: '😀😀😀' }, valid: true, because: 'an emoji counts once, as in the API server' },
  { schema: Words, value: { x: '😀😀😀😀' }, valid: false, because: 'four of them are too many' },
  { schema: Words, value: { x: 1 }, valid: false, because: 'an entry of another type' },
  { schema: Words, value: { a: '', b: '', c: '' }, valid: false, because: 'too many entries' },
  { schema: Words, value: ['a'], valid: false, because: 'a list is not a map' },
  { schema: Words, value: null, valid: false, because: 'nor is null' },
  { schema: Words, value: 'abc', valid: false, because: 'nor is a text' },
  { schema: Int32(1), value: 1, valid: true, because: 'the least' },
  { schema: Int32(1), value: 0, valid: false, because: 'less' },
  { schema: Int32(1), value: INT32_MAX, valid: true, because: 'the greatest int32' },
  { schema: Int32(1), value: INT32_MAX + 1, valid: false, because: 'more than the API server can store' },
  { schema: Int32(0, { maximum: 10 }), value: 11, valid: false, because: 'a bound of its own' },
  { schema: Int32(0), value: 0.5, valid: false, because: 'a fraction' },
  { schema: Int64(0), value: Number.MAX_SAFE_INTEGER, valid: true, because: 'the greatest exact number' },
  { schema: Int64(0), value: Number.MAX_SAFE_INTEGER + 1, valid: false, because: 'one that may have been rounded' },
  { schema: Int64(0), value: -1, valid: false, because: 'less than the least' },
  { schema: IntOrString, value: 1, valid: true, because: 'an integer' },
  { schema: IntOrString, value: '500m', valid: true, because: 'a quantity' },
  { schema: IntOrString, value: 0.5, valid: false, because: 'a fraction is written as a text' },
  { schema: IntOrString, value: 'x'.repeat(65), valid: false, because: 'a text that is too long' },
  { schema: ResourceName('A.'), value: 'ddbctl-worker', valid: true, because: 'a DNS subdomain' },
  { schema: ResourceName('A.'), value: 'x'.repeat(253), valid: true, because: 'the longest name' },
  { schema: ResourceName('A.'), value: 'x'.repeat(254), valid: false, because: 'longer' },
  { schema: ResourceName('A.'), value: 'Worker', valid: false, because: 'upper case' },
];
for (const { schema, value, valid, because } of CASES)
  t.equal(Value.Check(schema, value), valid, `${JSON.stringify(value).slice(0, 40)}: ${because}`);

/** A structural schema allows neither anyOf (except for int-or-string) nor const nor patternProperties. */
const AS_JSON: readonly { schema: TSchema; json: object; because: string }[] = [
  {
    schema: StringEnum(['a', 'b'], { description: 'A.' }),
    json: { type: 'string', enum: ['a', 'b'], description: 'A.' },
    because: 'enum, not anyOf',
  },
  {
    schema: Words,
    json: { type: 'object', maxProperties: 2, additionalProperties: { type: 'string', maxLength: 3 } },
    because: 'additionalProperties, not patternProperties',
  },
  { schema: Int32(1), json: { type: 'integer', minimum: 1, maximum: INT32_MAX }, because: 'both bounds' },
  {
    schema: Int64(0, { description: 'A.' }),
    json: { type: 'integer', format: 'int64', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'A.' },
    because: 'a format that Go clients know',
  },
];
for (const { schema, json, because } of AS_JSON) t.same(JSON.parse(JSON.stringify(schema)), json, because);

t.test('only a length may be counted again', async (t) => {
  const errorOf = (schema: TSchema, value: unknown) => [...Value.Errors(schema, value)][0]!;
  t.ok(isShortEnough(errorOf(Type.String({ maxLength: 1 }), '😀')), 'one code point, two UTF-16 units');
  t.notOk(isShortEnough(errorOf(Type.String({ maxLength: 1 }), 'ab')), 'two code points');
  t.notOk(isShortEnough(errorOf(Type.String({ minLength: 3 }), '😀')), 'another error of a text');
  t.notOk(isShortEnough(errorOf(Type.Integer(), 'a')), 'another type');
});
