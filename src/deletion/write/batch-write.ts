import { BatchWriteItemCommand, type BatchWriteItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { DeletionContext } from '../context.js';
import { type ErrorRule, outcomeIsUnknown } from '../../dynamodb/errors.js';
import type { Key } from '../../dynamodb/key-value.js';
import { reasonsOf } from '../../dynamodb/throttling-reason.js';
import type { Target } from '../target.js';

/** What became of one batch that was sent once. */
export interface BatchResult {
  /** Keys that were not deleted, as far as is known, and must be sent again. */
  left: readonly Key[];
  /** Write units, indexes included; undefined where nothing was done, or DynamoDB does not say. */
  consumed: number | undefined;
  /** Set where the request failed. */
  failed?: ErrorRule;
  /** Whether it may have been done all the same. */
  unknown: boolean;
  reasons: readonly string[];
}

/**
 * Sends one batch once.
 * @throws Failure, or the error, where it is not worth sending again
 */
export async function sendBatch(context: DeletionContext, target: Target, keys: readonly Key[]): Promise<BatchResult> {
  const { counters, retryPolicy } = context;
  let answer: BatchWriteItemCommandOutput;
  try {
    answer = await context.client.send(
      new BatchWriteItemCommand({
        RequestItems: { [target.tableName]: keys.map((Key) => ({ DeleteRequest: { Key } })) },
        ReturnConsumedCapacity: 'INDEXES',
      }),
    );
  } catch (error) {
    const failed = retryPolicy.judge(error);
    const unknown = outcomeIsUnknown(failed);
    if (unknown) counters.atLeast = true;
    return { left: keys, consumed: undefined, failed, unknown, reasons: reasonsOf(error) };
  }
  retryPolicy.succeeded();
  const left = Object.values(answer.UnprocessedItems ?? {})
    .flat()
    .flatMap(({ DeleteRequest }): Key[] => (DeleteRequest?.Key ? [DeleteRequest.Key] : []));
  if (left.length === keys.length) retryPolicy.judgeUnprocessedBatch();
  else {
    retryPolicy.progressed();
    if (left.length > 0) counters.throttled++;
  }
  counters.itemsDeleted += keys.length - left.length;
  const consumed = answer.ConsumedCapacity?.reduce((sum, { CapacityUnits }) => sum + (CapacityUnits ?? 0), 0);
  counters.writeUnits += consumed ?? 0;
  context.onProgress();
  return { left, consumed, unknown: false, reasons: [] };
}
