import { QueryCommand, type QueryCommandInput, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { Failure } from '../../api/failure.js';
import { ENV } from '../../api/worker.js';
import { classOf, consumedNothing } from '../../dynamodb/errors.js';
import { attributeValue, type Key, type KeyValue, keyValue } from '../../dynamodb/key-value.js';
import type { DeletionContext } from '../context.js';
import { sendUntilDone } from '../retry/retry-policy.js';
import { itemKeyName, primaryKey, type SortedTarget, type Target, withoutExclusiveEnd } from '../target.js';

export interface Page {
  /** Keys of the page's items that belong to the target: sort keys or, in a table without a sort key, the partition key. */
  keys: readonly KeyValue[];
  /** Read units consumed; undefined if DynamoDB does not say. */
  readUnits: number | undefined;
  /** The key after which to continue; undefined if this was the last page. */
  last: KeyValue | undefined;
}

/** A condition on the sort key, in addition to the one on the partition key. Query accepts at most one comparison. */
export interface SortCondition {
  expression: '' | ' AND begins_with(#s, :from)' | ' AND #s BETWEEN :from AND :to';
  values: Readonly<Record<string, KeyValue>>;
}

/** No condition on the sort key. */
export const ALL: SortCondition = { expression: '', values: {} };

/** The sort keys from one to another, inclusive. */
export const between = (from: KeyValue, to: KeyValue): SortCondition => ({
  expression: ' AND #s BETWEEN :from AND :to',
  values: { ':from': from, ':to': to },
});

function wholeTarget(target: Target): SortCondition {
  if (target.kind === 'single item') return ALL;
  const { range } = target;
  switch (range.kind) {
    case 'all':
    case 'nothing':
      return ALL;
    case 'beginsWith':
      return { expression: ' AND begins_with(#s, :from)', values: { ':from': range.prefix } };
    case 'between':
      return between(range.from, range.to);
  }
}

export interface PageRequest {
  condition: SortCondition;
  /** Start after this key instead of at the first one. */
  after?: KeyValue | undefined;
  limit: number;
  consistent: boolean;
  direction?: 'ascending' | 'descending';
}

/** Requests keys only, with every name aliased: an attribute may have any name. */
function queryInput(target: Target, request: PageRequest): QueryCommandInput {
  const { condition, after, limit, consistent, direction } = request;
  const { tableName, partition } = target;
  const values = { ':p': partition.value, ...condition.values };
  return {
    TableName: tableName,
    KeyConditionExpression: `#p = :p${condition.expression}`,
    ProjectionExpression: target.kind === 'sorted' ? '#p, #s' : '#p',
    ExpressionAttributeNames: { '#p': partition.name, ...(target.kind === 'sorted' && { '#s': target.sort.name }) },
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, attributeValue(value)]),
    ),
    ReturnConsumedCapacity: 'INDEXES',
    ConsistentRead: consistent,
    Limit: limit,
    ...(after && { ExclusiveStartKey: primaryKey(target, after) }),
    ...(direction === 'descending' && { ScanIndexForward: false }),
  };
}

/** Reads one page, subject to the cap on reads. */
export async function query(context: DeletionContext, target: Target, request: PageRequest): Promise<Page> {
  const { consistent, direction = 'ascending' } = request;
  const input = queryInput(target, request);
  const answer = await sendUntilDone(context, () => sendWithinCap(context, input, request));
  context.retryPolicy.progressed();
  const readUnits = answer.ConsumedCapacity?.CapacityUnits;
  context.counters.readUnits += readUnits ?? 0;
  const name = itemKeyName(target);
  const found = (answer.Items ?? []).map((item) => keyIn(item, name));
  context.pageSize.learn(found.length, readUnits, consistent);
  return {
    keys: withoutExclusiveEnd(target, found, direction),
    readUnits,
    last: answer.LastEvaluatedKey && keyIn(answer.LastEvaluatedKey, name),
  };
}

function keyIn(item: Key, name: string): KeyValue {
  const value = keyValue(item[name]);
  if (!value && Object.hasOwn(item, name))
    throw new Failure(
      'InvalidTarget',
      `the AWS SDK cannot read a key attribute named ${name}; leave ${ENV.requestPath} at fast`,
    );
  if (!value)
    throw new Failure('InvalidTarget', 'the endpoint does not answer as DynamoDB does: an item without its key');
  return value;
}

async function sendWithinCap(
  { client, readLimiter, pageSize, retryPolicy, signal }: DeletionContext,
  input: QueryCommandInput,
  { limit, consistent }: PageRequest,
): Promise<QueryCommandOutput> {
  const charge = await readLimiter.admit(pageSize.readUnits(limit, consistent), signal);
  try {
    const answer = await client.send(new QueryCommand(input));
    const consumed = answer.ConsumedCapacity?.CapacityUnits ?? charge.units;
    readLimiter.done(charge, { consumed });
    retryPolicy.patience.hasRead(consumed);
    return answer;
  } catch (error) {
    readLimiter.done(charge, consumedNothing(classOf(error)) ? { consumed: 0 } : { unknown: true });
    throw error;
  }
}

/** The pages of the target in ascending order, reading one page ahead. */
export async function* pages(
  context: DeletionContext,
  target: Target,
  { consistent }: { consistent: boolean },
): AsyncGenerator<Page, void> {
  if (target.kind === 'sorted' && target.range.kind === 'nothing') return;
  const condition = wholeTarget(target);
  const read = (after: KeyValue | undefined): Promise<Page> => {
    const limit = context.pageSize.forReading(context.readLimiter, consistent);
    const page = query(context, target, { condition, after, consistent, limit });
    // It may fail before anything awaits it, or when its result is no longer needed.
    page.catch(() => {});
    return page;
  };
  let next: Promise<Page> | undefined = read(undefined);
  while (next) {
    const page: Page = await next;
    next = page.last && read(page.last);
    yield page;
  }
}

/**
 * The target's current least or greatest sort key, or a key between it and that end of the target; undefined if the target is empty.
 * A page without items is not the end: then it is the key at which that page stopped. The greatest may be a key at the exclusive end:
 * although not part of the target, it is a good place to stop reading.
 */
export async function endOfTarget(
  context: DeletionContext,
  target: SortedTarget,
  end: 'least' | 'greatest',
  consistent: boolean,
): Promise<KeyValue | undefined> {
  const direction = end === 'least' ? 'ascending' : 'descending';
  const condition = wholeTarget(target);
  const { keys, last } = await query(context, target, { condition, consistent, direction, limit: 1 });
  const found = keys[0] ?? last;
  return found && end === 'least' ? withoutExclusiveEnd(target, [found], direction)[0] : found;
}
