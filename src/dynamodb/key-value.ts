import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Failure } from '../api/failure.js';
import { KEY_BYTES } from './limits.js';
import { canonicalNumber, compareNumbers } from './numbers.js';

/** The types that a key attribute can have: string, number, binary. */
export const KEY_TYPES = ['S', 'N', 'B'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** A key attribute's value: exact, numbers in their one canonical text. */
export type KeyValue = { type: 'S'; text: string } | { type: 'N'; text: string } | { type: 'B'; bytes: Uint8Array };

/** A primary key, as Query gives it and BatchWriteItem takes it. */
export type Key = Record<string, AttributeValue>;

export type KeyRole = keyof typeof KEY_BYTES;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads the text of a key as the table's type.
 * @throws Failure InvalidTarget, never with the text
 */
export function parseKeyValue(text: string, type: KeyType, role: KeyRole): KeyValue {
  const invalid = (why: string): Failure => new Failure('InvalidTarget', `the value of the ${role} ${why}`);
  if (text === '') throw invalid('is empty');
  if (type === 'N') {
    const canonical = canonicalNumber(text);
    if (canonical === undefined)
      throw invalid('is no number that DynamoDB can store (type N: decimal, up to 38 digits, 1E-130 to 9.9E+125)');
    return { type, text: canonical };
  }
  if (type === 'S' && /\p{Surrogate}/u.test(text)) throw invalid('is no valid Unicode text (type S)');
  if (type === 'B' && !BASE64.test(text)) throw invalid('is not base64 with its padding (type B)');
  const bytes = Buffer.from(text, type === 'B' ? 'base64' : 'utf8');
  // Stray bits after the last byte would make two texts of one value.
  if (type === 'B' && bytes.toString('base64') !== text) throw invalid('is not canonical base64 (type B)');
  if (bytes.length > KEY_BYTES[role]) throw invalid(`is ${bytes.length} bytes long; DynamoDB takes ${KEY_BYTES[role]}`);
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

/** The value in an attribute that came back. */
export function keyValue(attribute: AttributeValue | undefined): KeyValue | undefined {
  if (attribute?.S !== undefined) return { type: 'S', text: attribute.S };
  if (attribute?.N !== undefined) return { type: 'N', text: canonicalNumber(attribute.N) ?? attribute.N };
  if (attribute?.B !== undefined) return { type: 'B', bytes: attribute.B };
  return undefined;
}

const bytesOf = (value: KeyValue): Uint8Array => (value.type === 'B' ? value.bytes : Buffer.from(value.text, 'utf8'));

/** DynamoDB's order of two values of one type: numbers by value, strings and binary by unsigned bytes (UTF-8). */
export function compareKeyValues(a: KeyValue, b: KeyValue): number {
  if (a.type === 'N' && b.type === 'N') return compareNumbers(a.text, b.text);
  return Buffer.compare(bytesOf(a), bytesOf(b));
}

/** Type and canonical value in one text: equal for equal keys and for no others. Never to be logged. */
export function canonicalText(value: KeyValue): string {
  return value.type === 'B' ? `B:${Buffer.from(value.bytes).toString('base64')}` : `${value.type}:${value.text}`;
}
