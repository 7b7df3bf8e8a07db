import { type AttributeValue, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { DeletionContext } from '../context.js';
import { ruleOf } from '../../dynamodb/errors.js';
import { attributeValue, type Key } from '../../dynamodb/key-value.js';
import { sendUntilDone } from '../retry/retry-policy.js';
import { isInTarget, type Target } from '../target.js';

export interface Page {
  /** The primary keys of the page that belong to the target. */
  keys: Key[];
  /** Read units consumed; undefined where DynamoDB does not say. */
  readUnits: number | undefined;
}

const keysOnly = ({ tableName, partition, sort }: Target, where: string, values: Record<string, AttributeValue>) => ({
  TableName: tableName,
  KeyConditionExpression: `#p = :p${where}`,
  ProjectionExpression: sort ? '#p, #s' : '#p',
  ExpressionAttributeNames: { '#p': partition.name, ...(sort ? { '#s': sort.name } : {}) },
  ExpressionAttributeValues: { ':p': attributeValue(partition.value), ...values },
  ReturnConsumedCapacity: 'INDEXES' as const,
});

/** A Query for the target: one comparison of the sort key at most, every name aliased. */
function wholeTarget(target: Target): QueryCommandInput {
  const { range } = target;
  if (range.kind === 'beginsWith')
    return keysOnly(target, ' AND begins_with(#s, :from)', { ':from': attributeValue(range.prefix) });
  if (range.kind === 'between')
    return keysOnly(target, ' AND #s BETWEEN :from AND :to', {
      ':from': attributeValue(range.from),
      ':to': attributeValue(range.to),
    });
  return keysOnly(target, '', {});
}

/** A Query for the sort keys from one to another, both included. */
export const between = (target: Target, from: AttributeValue, to: AttributeValue): QueryCommandInput =>
  keysOnly(target, ' AND #s BETWEEN :from AND :to', { ':from': from, ':to': to });

export interface RawPage extends Page {
  /** Where to go on; undefined: there is no more. */
  last: Key | undefined;
}

/** Reads one page, within the cap on reads. */
export async function query(
  context: DeletionContext,
  target: Target,
  input: QueryCommandInput & { Limit: number },
): Promise<RawPage> {
  const consistent = input.ConsistentRead === true;
  const answer = await sendUntilDone(context, () => capped(context, input, consistent));
  context.retryPolicy.progressed();
  const readUnits = answer.ConsumedCapacity?.CapacityUnits;
  context.counters.readUnits += readUnits ?? 0;
  context.pageSize.learn(answer.Items?.length ?? 0, readUnits, consistent);
  return {
    keys: (answer.Items ?? []).filter((key) => isInTarget(target, key)),
    readUnits,
    last: answer.LastEvaluatedKey,
  };
}

async function capped(context: DeletionContext, input: QueryCommandInput & { Limit: number }, consistent: boolean) {
  const { readLimiter, pageSize } = context;
  const charge = await readLimiter.admit(pageSize.readUnits(input.Limit, consistent), context.signal);
  try {
    const answer = await context.client.send(new QueryCommand(input));
    readLimiter.settle(charge, answer.ConsumedCapacity?.CapacityUnits ?? charge.units);
    return answer;
  } catch (error) {
    // What was refused, or never got there, read nothing; of anything else nobody knows.
    if (NOT_READ.has(ruleOf(error))) readLimiter.settle(charge, 0);
    else readLimiter.unknown(charge);
    throw error;
  }
}

const NOT_READ = new Set<string>(['throttled', 'not-sent', 'denied', 'credentials']);

/** The pages of the target's keys in ascending order, one read ahead. */
export async function* pages(
  context: DeletionContext,
  target: Target,
  { consistent }: { consistent: boolean },
): AsyncGenerator<Page, void> {
  if (target.range.kind === 'nothing') return;
  const base = { ...wholeTarget(target), ConsistentRead: consistent };
  const read = (from: Key | undefined): Promise<RawPage> => {
    const Limit = context.pageSize.forReading(context.readLimiter, consistent);
    const page = query(context, target, { ...base, ...(from ? { ExclusiveStartKey: from } : {}), Limit });
    // It may fail before anyone waits for it, or when nobody wants it any more.
    page.catch(() => {});
    return page;
  };
  let next: Promise<RawPage> | undefined = read(undefined);
  while (next) {
    const page: RawPage = await next;
    next = page.last ? read(page.last) : undefined;
    yield page;
  }
}

/**
 * The least or the greatest key of the target as of now; undefined where it is empty. The greatest may be an item at the exclusive
 * end: that is no part of the target, and yet a good end for reading.
 */
export async function endOfTarget(
  context: DeletionContext,
  target: Target,
  end: 'least' | 'greatest',
  consistent: boolean,
): Promise<Key | undefined> {
  const { keys, last } = await query(context, target, {
    ...wholeTarget(target),
    ConsistentRead: consistent,
    ScanIndexForward: end === 'least',
    Limit: 1,
  });
  return keys[0] ?? (end === 'greatest' ? last : undefined);
}
