import { Type } from '@sinclair/typebox';
import type { ErrorObject } from 'ajv';
import t from 'tap';
import { Spec } from '../../../src/api/spec.js';
import { checker, createValidator, pathOf } from '../../../src/webhook/validation.js';

const errorAt = (instancePath: string, params: object): ErrorObject => ({
  keyword: 'x',
  schemaPath: '#',
  instancePath,
  params,
});
const PATHS: readonly { error: ErrorObject; path: string; because: string }[] = [
  { error: errorAt('', {}), path: '/', because: 'the whole value' },
  { error: errorAt('/a/0', { type: 'string' }), path: '/a/0', because: 'a place inside it' },
  { error: errorAt('', { missingProperty: 'a' }), path: '/a', because: 'a property that is missing' },
  { error: errorAt('/a', { additionalProperty: 'b' }), path: '/a/b', because: 'a property that is not expected' },
  {
    error: errorAt('', { missingProperty: 'Job.batch/v1' }),
    path: '/Job.batch~1v1',
    because: 'a slash is escaped (RFC 6901)',
  },
  { error: errorAt('', { missingProperty: 'a~/b' }), path: '/a~0~1b', because: 'and a tilde before it' },
];
for (const { error, path, because } of PATHS) t.equal(pathOf(error), path, because);

const Sample = Type.Object(
  {
    flag: Type.Boolean({ default: true }),
    count: Type.Optional(Type.Integer()),
    time: Type.Optional(Type.String({ format: 'date-time' })),
  },
  { additionalProperties: false },
);

const VALUES: readonly { value: unknown; error: RegExp | undefined; because: string }[] = [
  { value: { flag: true, count: 1 }, error: undefined, because: 'right' },
  { value: { flag: 'true' }, error: /^the sample does not match its schema at \/flag: /, because: 'not coerced' },
  { value: {}, error: / at \/flag: /, because: 'a default is not filled in' },
  { value: { flag: true, extra: 'secret' }, error: / at \/extra: /, because: 'a surplus is not removed' },
  { value: { flag: true, time: 'noon' }, error: / at \/time: /, because: 'formats are known' },
  { value: { flag: true, count: null }, error: / at \/count: /, because: 'null is not absence' },
  { value: undefined, error: / at \/: /, because: 'nothing at all' },
];
t.test('a check names what it checks and the place, and changes and quotes nothing', async (t) => {
  const check = checker(createValidator(), Sample, 'the sample');
  for (const { value, error, because } of VALUES) {
    const before = JSON.stringify(value);
    if (error) t.throws(() => check(value), { message: error }, because);
    else t.doesNotThrow(() => check(value), because);
    t.equal(JSON.stringify(value), before, `${because}: the value is as it was`);
  }
  t.throws(() => check({ flag: 'secret' }), { message: /^(?!.*secret)/ });
});

t.test('the keywords of the API server are known: every schema of the resource compiles', async (t) => {
  t.doesNotThrow(() => createValidator().compile(JSON.parse(JSON.stringify(Spec)) as object));
  t.throws(() => createValidator().compile({ 'x-unknown': true }), 'any other keyword is a mistake in a schema');
});
