import fc from 'fast-check';
import type { SortKeyValue } from '../../../../src/dynamodb/sort-key.js';

export type KeyType = 'S' | 'N' | 'B';

/** Strings as people make keys of them, and as nobody does. */
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

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 38 });
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

export function keysOf(type: KeyType): fc.Arbitrary<SortKeyValue> {
  if (type === 'S') return strings.map((S) => ({ S }));
  if (type === 'N') return numbers.map((N) => ({ N }));
  return binaries.map((B) => ({ B }));
}
