import fc from 'fast-check';
import t from 'tap';
import {
  attributeValue,
  canonicalText,
  compareKeyValues,
  decimalOf,
  KEY_TYPES,
  keyValue,
  parseKeyValue,
} from '../../../src/dynamodb/key-value.js';
import { compareKeys } from '../../models/dynamodb/throttling-proxy/attributes.js';
import { B, keysOf, N, onWire, S } from './keys.js';

t.test('a text becomes the value of its type', async (t) => {
  for (const [text, type, expected] of [
    ['-12', 'S', { S: '-12' }],
    ['-12', 'N', { N: '-12' }],
    ['1.50', 'N', { N: '1.5' }],
    ['AH+A/w==', 'B', { B: new Uint8Array([0, 0x7f, 0x80, 0xff]) }],
    ['a$$b $(AWS_REGION) +', 'S', { S: 'a$$b $(AWS_REGION) +' }],
    ['\u{ffee}\u{1f600}', 'S', { S: '\u{ffee}\u{1f600}' }],
  ] as const)
    t.same(attributeValue(parseKeyValue(text, type, 'partition key')), expected, `${text} as ${type}`);
});

t.test('what is no value of the type is InvalidTarget, and the message does not hold it', async (t) => {
  for (const [text, type, role, why] of [
    ['', 'S', 'partition key', /empty/],
    ['secret', 'N', 'partition key', /not a number/],
    ['se\ud800cret', 'S', 'partition key', /Unicode/],
    ['secret', 'B', 'partition key', /base64/],
    ['c2Vjcg', 'B', 'partition key', /base64/],
    ['c2Vjcmf=', 'B', 'partition key', /base64/],
    ['c2V-_w==', 'B', 'partition key', /base64/],
    [`secret${'x'.repeat(2043)}`, 'S', 'partition key', /2049 bytes.*2048/],
    [`secret${'é'.repeat(510)}`, 'S', 'sort key', /1026 bytes.*1024/],
    [Buffer.alloc(2049).toString('base64'), 'B', 'partition key', /2049 bytes/],
  ] as const) {
    t.throws(() => parseKeyValue(text, type, role), { state: 'InvalidTarget', exitCode: 2, message: why });
    try {
      parseKeyValue(text, type, role);
    } catch (error) {
      t.notMatch((error as Error).message, /se.?cret|c2V/, 'the value stays unsaid');
    }
  }
});

t.test('the longest keys are taken', async (t) => {
  t.ok(parseKeyValue('x'.repeat(2048), 'S', 'partition key'));
  t.ok(parseKeyValue(Buffer.alloc(2048).toString('base64'), 'B', 'partition key'));
  t.ok(parseKeyValue('x'.repeat(1024), 'S', 'sort key'));
});

t.test('order is that of DynamoDB', async (t) => {
  const compare = (type: 'S' | 'N' | 'B', a: string, b: string): number =>
    Math.sign(compareKeyValues(parseKeyValue(a, type, 'sort key'), parseKeyValue(b, type, 'sort key')));
  t.equal(compare('S', '\u{ffee}', '\u{1f600}'), -1, 'strings by UTF-8, where JavaScript has it the other way round');
  t.equal(compare('S', 'a', 'ab'), -1, 'a prefix comes first');
  t.equal(compare('N', '9', '10'), -1, 'numbers by value');
  t.equal(compare('N', '1.0', '1'), 0, 'one number, two texts');
  t.equal(compare('B', 'fw==', 'gA=='), -1, 'bytes unsigned');
});

t.test('the canonical text tells types and values apart', async (t) => {
  const text = (value: string, type: 'S' | 'N' | 'B'): string => canonicalText(parseKeyValue(value, type, 'sort key'));
  t.equal(text('1.0', 'N'), 'N:1');
  t.equal(text('1.0', 'S'), 'S:1.0');
  t.equal(text('AQ==', 'B'), 'B:AQ==');
});

t.test('an attribute that came back is read as it was written', async (t) => {
  t.same(keyValue({ N: '100' }), { type: 'N', text: '100' });
  t.same(keyValue({ S: 'x' }), { type: 'S', text: 'x' });
  t.same(keyValue({ B: Uint8Array.of(1) }), B(1));
  t.same(keyValue({ N: '1.50' }), N('1.5'), 'a number in its canonical form, whatever an engine returns');
  t.same(keyValue({ N: 'x' }), { type: 'N', text: 'x' }, 'what is not a number stays as it is, and has no order');
  t.equal(keyValue({ BOOL: true }), undefined);
  t.equal(keyValue(undefined), undefined);
});

for (const type of KEY_TYPES)
  t.test(`${type}: the order is the server's`, async (t) => {
    fc.assert(
      fc.property(keysOf(type), keysOf(type), (a, b) => {
        return Math.sign(compareKeyValues(a, b)) === Math.sign(compareKeys(onWire(a), onWire(b)));
      }),
      { numRuns: 2000 },
    );
    t.pass('2000 pairs');
  });

t.test('a key that is not a number has no order, and the message does not hold it', async (t) => {
  t.same(decimalOf(N('-1.5')), { coefficient: -15n, exponent: -1 });
  for (const value of [S('secret'), { type: 'N', text: 'secret' } as const])
    t.throws(() => decimalOf(value), { name: 'TypeError', message: /^(?!.*secret)/ });
  t.throws(() => compareKeyValues(S('secret'), N('1')), { name: 'TypeError' }, 'keys of different types');
});
