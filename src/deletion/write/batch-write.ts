import { type AttributeValue, BatchWriteItemCommand, type BatchWriteItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { type ConsumedWriteUnits, consumedWriteUnits } from '../../dynamodb/capacity.js';
import { classOf, type ErrorClass, outcomeIsUnknown } from '../../dynamodb/errors.js';
import { canonicalText, type KeyValue, keyValue } from '../../dynamodb/key-value.js';
import { reasonsOf } from '../../dynamodb/throttling-reason.js';
import type { DeletionContext } from '../context.js';
import { primaryKey, type SortedTarget } from '../target.js';
import type { Pending } from '../read/page-cost.js';

/** The outcome of sending one batch once. */
export interface BatchResult {
  /** What is not known to be deleted and must be sent again, in the batch's order. */
  left: readonly Pending[];
  /** Undefined if nothing was done, it did not ask, or DynamoDB does not say. */
  consumed: ConsumedWriteUnits | undefined;
  /** Set if the request failed as a whole. */
  failed?: ErrorClass;
  /** Whether a failed request may nevertheless have been executed. */
  unknown: boolean;
  reasons: readonly string[];
}

/**
 * Sends one batch once. The contract, from BatchWriteItem in DynamoDB's API reference:
 *
 * > The individual PutItem and DeleteItem operations specified in BatchWriteItem are atomic; however BatchWriteItem as a whole
 * > is not. If any requested operations fail because the table's provisioned throughput is exceeded or an internal processing
 * > failure occurs, the failed operations are returned in the UnprocessedItems response parameter.
 * >
 * > If none of the items can be processed due to insufficient provisioned throughput on all of the tables in the request,
 * > then BatchWriteItem returns a ProvisionedThroughputExceededException.
 *
 * A batch whose response is lost may have been executed. Deleting an item that does not exist is not an error, so whatever is in
 * doubt is sent again.
 *
 * @param asks - whether the answer is to say what the request consumed
 * @throws Failure, or the error, if it is not worth sending again
 */
export async function sendBatch(
  context: DeletionContext,
  target: SortedTarget,
  batch: readonly Pending[],
  asks: boolean,
): Promise<BatchResult> {
  const { client, retryPolicy, counters } = context;
  let answer: BatchWriteItemCommandOutput;
  try {
    answer = await client.send(deletesOf(target, batch, asks));
  } catch (error) {
    // What fails because the worker stops says nothing about the endpoint.
    const failed = context.signal.aborted ? classOf(error) : retryPolicy.judge(error);
    const unknown = outcomeIsUnknown(failed);
    if (unknown) counters.atLeast = true;
    return { left: batch, consumed: undefined, failed, unknown, reasons: reasonsOf(error) };
  }
  return readAnswer(context, target, batch, answer);
}

const deletesOf = (target: SortedTarget, batch: readonly Pending[], asks: boolean): BatchWriteItemCommand =>
  new BatchWriteItemCommand({
    RequestItems: {
      [target.tableName]: batch.map(({ key }) => ({ DeleteRequest: { Key: primaryKey(target, key) } })),
    },
    ...(asks ? { ReturnConsumedCapacity: 'INDEXES' } : {}),
  });

function readAnswer(
  context: DeletionContext,
  target: SortedTarget,
  batch: readonly Pending[],
  { UnprocessedItems, ConsumedCapacity }: BatchWriteItemCommandOutput,
): BatchResult {
  const { retryPolicy, counters } = context;
  const unprocessed = Object.values(UnprocessedItems ?? {})
    .flat()
    .flatMap(({ DeleteRequest }) => (DeleteRequest?.Key ? [unprocessedKey(DeleteRequest.Key[target.sort.name])] : []));
  retryPolicy.succeeded();
  if (unprocessed.length < batch.length) retryPolicy.progressed();
  else retryPolicy.judgeUnprocessedBatch();
  if (unprocessed.length > 0 && unprocessed.length < batch.length) counters.throttled++;
  counters.itemsDeleted += batch.length - unprocessed.length;
  const consumed = consumedWriteUnits(ConsumedCapacity);
  context.notifyProgress();
  return { left: pendingOf(batch, unprocessed), consumed, unknown: false, reasons: [] };
}

/** The part of a batch with these keys. */
function pendingOf(batch: readonly Pending[], keys: readonly KeyValue[]): readonly Pending[] {
  if (keys.length === 0) return [];
  const wanted = new Set(keys.map(canonicalText));
  return batch.filter(({ key }) => wanted.has(canonicalText(key)));
}

/** @throws TypeError if the response names no key: ignoring the entry would count its item as deleted */
function unprocessedKey(attribute: AttributeValue | undefined): KeyValue {
  const key = keyValue(attribute);
  if (key === undefined) throw new TypeError('an unprocessed item has no sort key');
  return key;
}
