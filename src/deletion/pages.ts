import { type AttributeValue, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Engine } from './engine.js';
import { attributeValue, type Key } from './keys.js';
import { sendUntilDone } from './retry.js';
import { isInTarget, type Target } from './target.js';

/** A page of 10,000 keys would hold the event loop for 50 ms. */
const PAGE_LIMIT = 1000;

export interface ReadOptions {
  consistent: boolean;
  /** No key after this one is read: what is written behind a pass's back does not make the pass endless. */
  upTo?: Key | undefined;
  limit?: number;
}

export interface Page {
  /** The primary keys of the page that belong to the target. */
  keys: Key[];
  /** Read units consumed; undefined where the engine does not say. */
  readUnits: number | undefined;
}

/** The condition of a Query: one comparison of the sort key at most, every name aliased. */
function condition(target: Target, upTo: Key | undefined): Partial<QueryCommandInput> {
  const { partition, sort, range } = target;
  const names: Record<string, string> = { '#p': partition.name, ...(sort ? { '#s': sort.name } : {}) };
  const values: Record<string, AttributeValue> = { ':p': attributeValue(partition.value) };
  const end = sort && upTo?.[sort.name];
  let where = '#p = :p';
  if (range.kind === 'beginsWith') {
    values[':from'] = attributeValue(range.prefix);
    // What begins with the prefix and comes before a key that does: between the two.
    where += end ? ' AND #s BETWEEN :from AND :to' : ' AND begins_with(#s, :from)';
    if (end) values[':to'] = end;
  } else if (range.kind === 'between') {
    where += ' AND #s BETWEEN :from AND :to';
    values[':from'] = attributeValue(range.from);
    values[':to'] = end ?? attributeValue(range.to);
  } else if (end) {
    where += ' AND #s <= :to';
    values[':to'] = end;
  }
  return {
    TableName: target.tableName,
    KeyConditionExpression: where,
    ProjectionExpression: sort ? '#p, #s' : '#p',
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ReturnConsumedCapacity: 'INDEXES',
  };
}

interface Raw extends Page {
  last: Key | undefined;
}

async function query(engine: Engine, target: Target, input: QueryCommandInput): Promise<Raw> {
  await engine.reads.admit(engine.signal);
  const answer = await sendUntilDone(engine, () => engine.client.send(new QueryCommand(input)));
  engine.patience.progressed();
  const readUnits = answer.ConsumedCapacity?.CapacityUnits;
  engine.tally.readUnits += readUnits ?? 0;
  engine.reads.charge(readUnits ?? 0);
  return {
    keys: (answer.Items ?? []).filter((key) => isInTarget(target, key)),
    readUnits,
    last: answer.LastEvaluatedKey,
  };
}

/** The pages of the target's keys in ascending order, one read ahead. */
export async function* pages(engine: Engine, target: Target, options: ReadOptions): AsyncGenerator<Page, void> {
  if (target.range.kind === 'nothing') return;
  const base: QueryCommandInput = {
    ...(condition(target, options.upTo) as QueryCommandInput),
    ConsistentRead: options.consistent,
    Limit: options.limit ?? PAGE_LIMIT,
  };
  const read = (from: Key | undefined): Promise<Raw> => {
    const page = query(engine, target, from ? { ...base, ExclusiveStartKey: from } : base);
    // It may fail before anyone waits for it, or when nobody wants it any more.
    page.catch(() => {});
    return page;
  };
  let next: Promise<Raw> | undefined = read(undefined);
  while (next) {
    const page: Raw = await next;
    next = page.last ? read(page.last) : undefined;
    yield page;
  }
}

/** The greatest key of the target as of now; undefined where it is empty. */
export async function greatestKey(engine: Engine, target: Target, consistent: boolean): Promise<Key | undefined> {
  if (target.range.kind === 'nothing') return undefined;
  const { keys, last } = await query(engine, target, {
    ...(condition(target, undefined) as QueryCommandInput),
    ConsistentRead: consistent,
    ScanIndexForward: false,
    Limit: 1,
  });
  // An item at the exclusive end is no part of the target, and yet a good end for reading.
  return keys[0] ?? last;
}
