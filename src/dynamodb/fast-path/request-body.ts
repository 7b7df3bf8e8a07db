import type { AttributeValue, BatchWriteItemInput, DeleteItemInput, QueryInput } from '@aws-sdk/client-dynamodb';
import type { Key } from '../key-value.js';

/** The inputs of the requests that a deletion consists of, by the operation's name. */
export interface Inputs {
  Query: QueryInput;
  BatchWriteItem: BatchWriteItemInput;
  DeleteItem: DeleteItemInput;
}

export type Operation = keyof Inputs;

/** Undefined for what only the SDK can write: no deletion has such a field or value. */
type Writer = (value: never) => unknown;

const asIs = (value: unknown): unknown => value;

/**
 * The fields that a deletion sends, in the order in which the SDK writes them, which is that of the operation's model. Any other
 * field is the SDK's.
 */
const FIELDS = {
  Query: {
    TableName: asIs,
    Limit: asIs,
    ConsistentRead: asIs,
    ScanIndexForward: asIs,
    ExclusiveStartKey: attributes,
    ReturnConsumedCapacity: asIs,
    ProjectionExpression: asIs,
    KeyConditionExpression: asIs,
    ExpressionAttributeNames: asIs,
    ExpressionAttributeValues: attributes,
  },
  BatchWriteItem: { RequestItems: deletesByTable, ReturnConsumedCapacity: asIs },
  DeleteItem: { TableName: asIs, Key: attributes, ReturnConsumedCapacity: asIs },
} as const satisfies { readonly [O in Operation]: Readonly<Partial<Record<keyof Inputs[O], Writer>>> };

/** The body of a request in DynamoDB's JSON: the bytes that the SDK would send. Undefined if only the SDK can write it. */
export function requestBody<O extends Operation>(operation: O, input: Inputs[O]): string | undefined {
  const writers: Readonly<Record<string, Writer | undefined>> = FIELDS[operation];
  const given = input as object as Readonly<Record<string, unknown>>;
  if (Object.keys(given).some((name) => given[name] !== undefined && !Object.hasOwn(writers, name))) return undefined;
  const body: Record<string, unknown> = {};
  for (const [name, write] of Object.entries(writers)) {
    if (!write || given[name] === undefined) continue;
    const value = write(given[name] as never);
    if (value === undefined) return undefined;
    body[name] = value;
  }
  return JSON.stringify(body);
}

function deletesByTable(tables: NonNullable<BatchWriteItemInput['RequestItems']>): unknown {
  const written = Object.entries(tables).map(([table, requests]) => [table, requests.map(deleteRequest)] as const);
  return written.some(([, requests]) => requests.includes(undefined)) ? undefined : Object.fromEntries(written);
}

function deleteRequest({
  DeleteRequest,
  ...others
}: {
  DeleteRequest?: { Key: Key | undefined } | undefined;
}): unknown {
  if (!DeleteRequest?.Key || Object.keys(others).length > 0) return undefined;
  const key = attributes(DeleteRequest.Key);
  return key === undefined ? undefined : { DeleteRequest: { Key: key } };
}

/** Keys and key conditions consist of strings, numbers and binary values only. */
function attributes(values: Readonly<Record<string, AttributeValue>>): unknown {
  const written = Object.entries(values).map(([name, value]) => [name, attribute(value)] as const);
  return written.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(written);
}

function attribute(value: AttributeValue): unknown {
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: value.N };
  if (value.B !== undefined) return { B: Buffer.from(value.B).toString('base64') };
  return undefined;
}
