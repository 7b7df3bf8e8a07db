import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Failure } from '../api/failure.js';
import { canonicalNumber, compareDecimals, type Decimal, parseDecimal } from './decimal.js';
import { KEY_BYTES } from './limits.js';

/** The types that a key attribute can have: string, number, binary. */
export const KEY_TYPES = ['S', 'N', 'B'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** The exact value of a key attribute: numbers stay text, in canonical form. */
export type KeyValue = { type: 'S'; text: string } | { type: 'N'; text: string } | { type: 'B'; bytes: Uint8Array };

/** A primary key in the SDK's form. */
export type Key = Record<string, AttributeValue>;

export type KeyRole = keyof typeof KEY_BYTES;

/** Base64 with its padding. */
export const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Parses a key's text according to the table's key type.
 * @throws Failure InvalidTarget, whose message never contains the text
 */
export function parseKeyValue(text: string, type: KeyType, role: KeyRole): KeyValue {
  const invalid = (why: string): Failure => new Failure('InvalidTarget', `the value of the ${role} ${why}`);
  if (text === '') throw invalid('is empty');
  if (type === 'N') {
    const canonical = canonicalNumber(text);
    if (canonical === undefined)
      throw invalid('is not a number that DynamoDB can store (type N: decimal, up to 38 digits, 1E-130 to 9.9E+125)');
    return { type, text: canonical };
  }
  if (type === 'S' && /\p{Surrogate}/u.test(text)) throw invalid('is not valid Unicode (type S)');
  if (type === 'B' && !BASE64.test(text)) throw invalid('is not base64 with its padding (type B)');
  const bytes = Buffer.from(text, type === 'B' ? 'base64' : 'utf8');
  // With stray bits after the last byte, two texts would represent one value.
  if (type === 'B' && bytes.toString('base64') !== text) throw invalid('is not canonical base64 (type B)');
  if (bytes.length > KEY_BYTES[role])
    throw invalid(`is ${bytes.length} bytes long; DynamoDB takes at most ${KEY_BYTES[role]}`);
  return type === 'B' ? { type, bytes: new Uint8Array(bytes) } : { type, text };
}

export function attributeValue(value: KeyValue): AttributeValue {
  switch (value.type) {
    case 'S':
      return { S: value.text };
    case 'N':
      return { N: value.text };
    case 'B':
      return { B: value.bytes };
  }
}

/** The value of an attribute that DynamoDB returned; undefined if its type cannot be that of a key. */
export function keyValue(attribute: AttributeValue | undefined): KeyValue | undefined {
  if (attribute?.S !== undefined) return { type: 'S', text: attribute.S };
  if (attribute?.N !== undefined) return { type: 'N', text: canonicalNumber(attribute.N) ?? attribute.N };
  if (attribute?.B !== undefined) return { type: 'B', bytes: attribute.B };
  return undefined;
}

/** @throws TypeError if the text is not a number; its message does not contain the text */
export function decimalOf(value: KeyValue): Decimal {
  const decimal = value.type === 'N' ? parseDecimal(value.text) : undefined;
  if (decimal === undefined) throw new TypeError('a key is not a number that DynamoDB can store');
  return decimal;
}

/**
 * Compares two values of one type in DynamoDB's order: numbers by value, strings by their UTF-8 bytes, binary by unsigned bytes.
 * @returns a negative number, zero or a positive number
 */
export function compareKeyValues(a: KeyValue, b: KeyValue): number {
  if (a.type === 'S' && b.type === 'S') return compareStrings(a.text, b.text);
  if (a.type === 'B' && b.type === 'B') return Buffer.compare(a.bytes, b.bytes);
  return compareDecimals(decimalOf(a), decimalOf(b));
}

/** The order of the UTF-8 bytes, which is that of the code points, without encoding the strings. */
function compareStrings(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return utf8Rank(x) - utf8Rank(y);
  }
  return a.length - b.length;
}

const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** UTF-16 sorts surrogates before U+E000 to U+FFFF; UTF-8 sorts the characters that they encode after those. */
const utf8Rank = (codeUnit: number): number =>
  codeUnit < FIRST_SURROGATE ? codeUnit : codeUnit < AFTER_SURROGATES ? codeUnit + 0x2000 : codeUnit - 0x800;

/** Type and canonical value as one text: two texts are equal exactly if the keys are. It must never be logged. */
export function canonicalText(value: KeyValue): string {
  return value.type === 'B' ? `B:${Buffer.from(value.bytes).toString('base64')}` : `${value.type}:${value.text}`;
}
