import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { BASE64, type Key } from '../key-value.js';
import type { Operation } from './request-body.js';

type Reader = (value: unknown) => unknown;

const number: Reader = (value) => (typeof value === 'number' ? value : undefined);
const capacity: Reader = (value) => (isCapacity(value) && !Array.isArray(value) ? value : undefined);

/** The fields of each answer. Those that hold attributes look different in JSON; the others do not. */
const FIELDS: Readonly<Record<Operation, Readonly<Record<string, Reader>>>> = {
  Query: {
    Items: (value) => listOf(value, readKey),
    Count: number,
    ScannedCount: number,
    LastEvaluatedKey: readKey,
    ConsumedCapacity: capacity,
  },
  BatchWriteItem: {
    UnprocessedItems: (value) => recordOf(value, (requests) => listOf(requests, readDelete)),
    ConsumedCapacity: (value) => listOf(value, capacity),
  },
  DeleteItem: { ConsumedCapacity: capacity },
};

/**
 * Reads the answer to a request of a deletion into the SDK's form. Undefined if any of it is not what DynamoDB sends to a
 * deletion: the SDK then reads it, and whatever it makes of it holds.
 */
export function readAnswer(operation: Operation, text: string): Readonly<Record<string, unknown>> | undefined {
  // The SDK leaves out what is null, at any depth. DynamoDB never sends it; a key may contain the word, which costs only time.
  if (text.includes('null')) return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!asObject(body)) return undefined;
  const answer: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body as object)) {
    const read = Object.hasOwn(FIELDS[operation], name) ? FIELDS[operation][name]?.(value) : undefined;
    if (read === undefined) return undefined;
    answer[name] = read;
  }
  return answer;
}

function asObject(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}

/** Capacities at any depth: of the table, of its indexes by their names, in total. */
function isCapacity(value: unknown, name = ''): boolean {
  if (name === 'TableName') return typeof value === 'string';
  const object = asObject(value);
  if (!object) return name.endsWith('CapacityUnits') && typeof value === 'number';
  return Object.entries(object).every(([field, entry]) => isCapacity(entry, field));
}

/** Each entry, read; undefined as soon as one cannot be read. */
function listOf<T>(value: unknown, read: (entry: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list: T[] = [];
  for (const entry of value) {
    const item = read(entry);
    if (item === undefined) return undefined;
    list.push(item);
  }
  return list;
}

function recordOf<T>(value: unknown, read: (entry: unknown) => T | undefined): Record<string, T> | undefined {
  const object = asObject(value);
  if (!object || Array.isArray(object)) return undefined;
  const entries: [string, T][] = [];
  for (const [name, entry] of Object.entries(object)) {
    const item = read(entry);
    if (item === undefined) return undefined;
    entries.push([name, item]);
  }
  return Object.fromEntries(entries);
}

function readKey(value: unknown): Key | undefined {
  return recordOf(value, readAttribute);
}

function readDelete(value: unknown): { DeleteRequest: { Key: Key } } | undefined {
  const request = (value as { DeleteRequest?: { Key?: unknown } } | null)?.DeleteRequest;
  const key = readKey(request?.Key);
  return key && Object.keys(value as object).length === 1 ? { DeleteRequest: { Key: key } } : undefined;
}

/** Only what a key can be: one value, a string, a number or binary. */
function readAttribute(value: unknown): AttributeValue | undefined {
  const [entry, ...others] = Object.entries(asObject(value) ?? {}) as [string, unknown][];
  if (!entry || others.length > 0) return undefined;
  const [type, text] = entry;
  if (typeof text !== 'string') return undefined;
  if (type === 'S') return { S: text };
  if (type === 'N') return { N: text };
  return type === 'B' && BASE64.test(text) ? { B: new Uint8Array(Buffer.from(text, 'base64')) } : undefined;
}
