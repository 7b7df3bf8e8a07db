import fc from 'fast-check';
import { attributeValue, type KeyType, type KeyValue, parseKeyValue } from '../../../src/dynamodb/key-value.js';

/** Strings that people use as keys, and strings that no one would. */
const strings = fc.oneof(
  fc.nat(999_999).map((n) => String(n).padStart(6, '0')),
  fc.nat(999).map((n) => `ORDER#${n}`),
  fc.constantFrom('META', 'USER#1', 'USER#2', '2024-01-31T00:00:00Z', '2024-02-01'),
  fc.uuid(),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
  fc.string({
    unit: fc.constantFrom('\0', 'a', '\ud7ff', '\ue000', '\uffee', '\u{1f600}', '\u{10ffff}'),
    minLength: 1,
    maxLength: 4,
  }),
  fc.constantFrom('x'.repeat(1024), 'x'.repeat(1023), `${'x'.repeat(1020)}\u{1f600}`),
);

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: 1, maxLength: 38 });
const numbers = fc.oneof(
  fc.integer().map(String),
  fc.nat(60_000).map(String),
  digits,
  fc
    .tuple(fc.constantFrom('', '-'), fc.integer({ min: 1, max: 9 }), fc.integer({ min: -130, max: 125 }))
    .map(([sign, digit, power]) => `${sign}${digit}E${power}`),
  fc.tuple(fc.integer(), fc.nat(999)).map(([whole, part]) => `${whole}.${part}`),
  fc.constantFrom('0', '-0', '1E125', '-9.9999999999999999999999999999999999999E125', '1E-130'),
);

const binaries = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    Uint8Array.of(0),
    Uint8Array.of(0x7f),
    Uint8Array.of(0x80),
    Uint8Array.of(0xff),
    new Uint8Array(1024),
  ),
);

export const S = (text: string): KeyValue => ({ type: 'S', text });
export const N = (text: string): KeyValue => parseKeyValue(text, 'N', 'sort key');
export const B = (...bytes: number[]): KeyValue => ({ type: 'B', bytes: Uint8Array.from(bytes) });

export function keysOf(type: KeyType): fc.Arbitrary<KeyValue> {
  if (type === 'S') return strings.map(S);
  if (type === 'N') return numbers.map(N);
  return binaries.map((bytes) => B(...bytes));
}

/** In the wire format, for the faulty DynamoDB's own ordering, which is implemented separately from ours. */
export function onWire(key: KeyValue): Record<string, unknown> {
  return key.type === 'B' ? { B: Buffer.from(key.bytes).toString('base64') } : { ...attributeValue(key) };
}
