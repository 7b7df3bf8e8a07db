import fc from 'fast-check';
import t from 'tap';
import { keySpace } from '../../../../src/deletion/split/key-space.js';
import type { SortKeyValue } from '../../../../src/dynamodb/sort-key.js';
import { compareKeys } from '../../../models/dynamodb/throttling-proxy/attributes.js';
import { keysOf, type KeyType } from './keys.js';

/** As on the wire, for the faulty DynamoDB's own idea of the order, written apart from ours. */
const onWire = (key: SortKeyValue) =>
  'B' in key ? { B: Buffer.from(key.B).toString('base64') } : (key as Record<string, unknown>);

const TYPES: readonly KeyType[] = ['S', 'N', 'B'];

for (const type of TYPES) {
  t.test(`${type}: the order is the server's`, async (t) => {
    const space = keySpace(type);
    fc.assert(
      fc.property(keysOf(type), keysOf(type), (a, b) => {
        return Math.sign(space.compare(a, b)) === Math.sign(compareKeys(onWire(a), onWire(b)));
      }),
      { numRuns: 2000 },
    );
    t.pass('2000 pairs');
  });

  t.test(`${type}: a middle lies strictly between, and is a key that DynamoDB takes`, async (t) => {
    let [found, asked] = [0, 0];
    fc.assert(
      fc.property(keysOf(type), keysOf(type), fc.array(keysOf(type), { maxLength: 5 }), (a, b, seen) => {
        const space = keySpace(type);
        for (const key of seen) space.learn(key);
        const [lo, hi] = space.compare(a, b) <= 0 ? [a, b] : [b, a];
        const middle = space.middle(lo, hi);
        asked++;
        if (middle === undefined) return true;
        found++;
        const own = keySpace(type);
        return own.compare(lo, middle) < 0 && own.compare(middle, hi) < 0 && taken(middle);
      }),
      { numRuns: 3000 },
    );
    t.ok(found > asked * 0.9, `found one for ${found} of ${asked}`);
  });

  t.test(`${type}: the share of a key grows with it, from 0 to 1`, async (t) => {
    fc.assert(
      fc.property(fc.array(keysOf(type), { minLength: 4, maxLength: 4 }), (keys) => {
        const space = keySpace(type);
        const [lo, a, b, hi] = [...keys].sort((x, y) => space.compare(x, y)) as [
          SortKeyValue,
          SortKeyValue,
          SortKeyValue,
          SortKeyValue,
        ];
        for (const key of keys) space.learn(key);
        const [first, second] = [space.share(lo, a, hi), space.share(lo, b, hi)];
        return first >= 0 && first <= second && second <= 1 && space.share(lo, hi, hi) === 1;
      }),
      { numRuns: 1000 },
    );
    t.pass('1000 quadruples');
  });
}

function taken(key: SortKeyValue): boolean {
  if ('N' in key) {
    const [, digits = '', power = '0'] = /^-?(\d+)(?:E(-?\d+))?$/.exec(key.N) ?? [];
    const magnitude = Number(power) + digits.length - 1;
    return key.N === '0' || (digits.length >= 1 && digits.length <= 38 && magnitude >= -130 && magnitude <= 125);
  }
  if ('B' in key) return key.B.length >= 1 && key.B.length <= 1024;
  return Buffer.byteLength(key.S) >= 1 && Buffer.byteLength(key.S) <= 1024 && !/\p{Surrogate}/u.test(key.S);
}

t.test('middles by hand', async (t) => {
  const table: readonly { why: string; keys: [SortKeyValue, SortKeyValue]; middle: SortKeyValue | undefined }[] = [
    { why: 'counters', keys: [{ S: '000030000' }, { S: '000040000' }], middle: { S: '000035' } },
    { why: 'hexadecimal', keys: [{ S: '0a' }, { S: 'fa' }], middle: { S: '7' } },
    { why: 'the least that lies between', keys: [{ S: 'k' }, { S: 'k\0\0' }], middle: { S: 'k\0' } },
    { why: 'nothing between', keys: [{ S: 'k' }, { S: 'k\0' }], middle: undefined },
    { why: 'equal', keys: [{ S: 'k' }, { S: 'k' }], middle: undefined },
    { why: 'no surrogate between', keys: [{ S: '\ud7ff' }, { S: '\ue000' }], middle: { S: '\ud7ff\ud7ff' } },
    { why: 'numbers near each other: the mean', keys: [{ N: '10000' }, { N: '60000' }], middle: { N: '35E3' } },
    { why: 'numbers far from each other: by exponent', keys: [{ N: '1' }, { N: '1E125' }], middle: { N: '1E63' } },
    { why: 'across zero', keys: [{ N: '-1' }, { N: '1E30' }], middle: { N: '0' } },
    { why: 'negative', keys: [{ N: '-1E125' }, { N: '-1' }], middle: { N: '-1E63' } },
    { why: 'nothing below 1E-130', keys: [{ N: '0' }, { N: '1E-130' }], middle: undefined },
    {
      why: '38 digits',
      keys: [{ N: '12345678901234567890123456789012345677' }, { N: '12345678901234567890123456789012345679' }],
      middle: { N: '12345678901234567890123456789012345678' },
    },
    {
      why: 'nothing between at 38 digits',
      keys: [{ N: '12345678901234567890123456789012345677' }, { N: '12345678901234567890123456789012345678' }],
      middle: undefined,
    },
    {
      why: 'bytes',
      keys: [{ B: Uint8Array.of(0) }, { B: Uint8Array.of(255) }],
      middle: { B: Uint8Array.of(127) },
    },
  ];
  for (const { why, keys, middle } of table) {
    const type = Object.keys(keys[0])[0] as KeyType;
    t.strictSame(keySpace(type).middle(...keys), middle, why);
  }
});
