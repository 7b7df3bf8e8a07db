import fc from 'fast-check';
import t from 'tap';
import { keySpace } from '../../../../src/deletion/split/key-space.js';
import { compareKeyValues, KEY_TYPES, type KeyValue } from '../../../../src/dynamodb/key-value.js';
import { B, keysOf, N, S } from '../../dynamodb/keys.js';

for (const type of KEY_TYPES) {
  t.test(`${type}: a middle lies strictly between, and is a key that DynamoDB takes`, async (t) => {
    let [found, asked] = [0, 0];
    fc.assert(
      fc.property(keysOf(type), keysOf(type), fc.array(keysOf(type), { maxLength: 5 }), (a, b, seen) => {
        const space = keySpace(type);
        for (const key of seen) space.learn(key);
        const [lo, hi] = compareKeyValues(a, b) <= 0 ? [a, b] : [b, a];
        const middle = space.middle(lo, hi);
        asked++;
        if (middle === undefined) return true;
        found++;
        return compareKeyValues(lo, middle) < 0 && compareKeyValues(middle, hi) < 0 && taken(middle);
      }),
      { numRuns: 3000 },
    );
    t.ok(found > asked * 0.9, `found one for ${found} of ${asked}`);
  });

  t.test(`${type}: the share of a key grows with it, from 0 to 1`, async (t) => {
    fc.assert(
      fc.property(fc.array(keysOf(type), { minLength: 4, maxLength: 4 }), (keys) => {
        const space = keySpace(type);
        const [lo, a, b, hi] = [...keys].sort(compareKeyValues) as [KeyValue, KeyValue, KeyValue, KeyValue];
        for (const key of keys) space.learn(key);
        const [first, second] = [space.share(lo, a, hi), space.share(lo, b, hi)];
        return first >= 0 && first <= second && second <= 1 && space.share(lo, hi, hi) === 1;
      }),
      { numRuns: 1000 },
    );
    t.pass('1000 quadruples');
  });
}

function taken(key: KeyValue): boolean {
  if (key.type === 'B') return key.bytes.length >= 1 && key.bytes.length <= 1024;
  const { text } = key;
  if (key.type === 'S')
    return Buffer.byteLength(text) >= 1 && Buffer.byteLength(text) <= 1024 && !/\p{Surrogate}/u.test(text);
  // DynamoDB's own form of a number: plain decimal, without leading or trailing zeros.
  if (!/^(?:0|-?(?:[1-9]\d*|(?=0\.|[1-9])\d+\.\d*[1-9]))$/.test(text)) return false;
  const significant = text.replace(/[-.]/g, '').replace(/^0+|0+$/g, '');
  const fraction = /^-?0\.(0*)/.exec(text);
  const magnitude = fraction ? -1 - fraction[1]!.length : text.replace(/^-|\..*$/g, '').length - 1;
  return significant.length <= 38 && magnitude >= -130 && magnitude <= 125;
}

t.test('middles by hand', async (t) => {
  const table: readonly { why: string; keys: [KeyValue, KeyValue]; middle: KeyValue | undefined }[] = [
    { why: 'counters', keys: [S('000030000'), S('000040000')], middle: S('000035') },
    { why: 'hexadecimal', keys: [S('0a'), S('fa')], middle: S('7') },
    { why: 'the least that lies between', keys: [S('k'), S('k\0\0')], middle: S('k\0') },
    { why: 'nothing between', keys: [S('k'), S('k\0')], middle: undefined },
    { why: 'equal', keys: [S('k'), S('k')], middle: undefined },
    { why: 'no surrogate between', keys: [S('\ud7ff'), S('\ue000')], middle: S('\ud7ff\ud7ff') },
    { why: 'numbers near each other: the mean', keys: [N('10000'), N('60000')], middle: N('35E3') },
    { why: 'numbers far from each other: by exponent', keys: [N('1'), N('1E125')], middle: N('1E63') },
    { why: 'across zero', keys: [N('-1'), N('1E30')], middle: N('0') },
    { why: 'negative', keys: [N('-1E125'), N('-1')], middle: N('-1E63') },
    { why: 'nothing below 1E-130', keys: [N('0'), N('1E-130')], middle: undefined },
    {
      why: '38 digits',
      keys: [N('12345678901234567890123456789012345677'), N('12345678901234567890123456789012345679')],
      middle: N('12345678901234567890123456789012345678'),
    },
    {
      why: 'nothing between at 38 digits',
      keys: [N('12345678901234567890123456789012345677'), N('12345678901234567890123456789012345678')],
      middle: undefined,
    },
    {
      why: 'nothing between at 38 digits, below zero, where the mean is rounded up to the greater',
      keys: [N('-12345678901234567890123456789012345678'), N('-12345678901234567890123456789012345677')],
      middle: undefined,
    },
    {
      why: 'bytes',
      keys: [B(0), B(255)],
      middle: B(127),
    },
    {
      why: 'a key as long as DynamoDB takes',
      keys: [S('x'.repeat(1023)), S('x'.repeat(1024))],
      middle: S(`${'x'.repeat(1023)}l`),
    },
    {
      why: 'none that is longer',
      keys: [S('x'.repeat(1024)), S(`${'x'.repeat(1023)}y`)],
      middle: undefined,
    },
    {
      why: 'nor one of bytes',
      keys: [B(...Array<number>(1024).fill(0)), B(...Array<number>(1023).fill(0), 1)],
      middle: undefined,
    },
  ];
  for (const { why, keys, middle } of table) {
    t.strictSame(keySpace(keys[0].type).middle(...keys), middle, why);
  }
});

t.test('a middle lies between although more characters were seen than are remembered', async (t) => {
  const space = keySpace('S');
  for (let i = 0; i < 512; i++) space.learn(S(String.fromCodePoint(0x5000 + i)));
  t.strictSame(space.middle(S('\u4e00'), S('\u4e04')), S('\u4e02'));
});

t.test('what a share is asked of is learned: it needs no other keys', async (t) => {
  const share = keySpace('S').share(S('0'), S('5'), S('9'));
  t.ok(Math.abs(share - 5 / 9) < 1e-9, `${share}`);
});
