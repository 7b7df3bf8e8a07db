import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import type { DeletionContext } from '../context.js';
import { type ErrorRule, outcomeIsUnknown } from '../../dynamodb/errors.js';
import type { Key } from '../../dynamodb/key-value.js';
import { reasonsOf } from '../../dynamodb/throttling-reason.js';
import type { Target } from '../target.js';

/** What became of one batch that was sent once. */
export interface BatchOutcome {
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
export async function sendBatch(context: DeletionContext, target: Target, keys: readonly Key[]): Promise<BatchOutcome> {
  const { counters, retryPolicy } = context;
  try {
    const answer = await context.client.send(
      new BatchWriteItemCommand({
        RequestItems: { [target.tableName]: keys.map((Key) => ({ DeleteRequest: { Key } })) },
        ReturnConsumedCapacity: 'INDEXES',
      }),
    );
    retryPolicy.succeeded();
    const left = Object.values(answer.UnprocessedItems ?? {})
      .flat()
      .flatMap(({ DeleteRequest }): Key[] => (DeleteRequest?.Key ? [DeleteRequest.Key] : []));
    if (left.length < keys.length) retryPolicy.progressed();
    else retryPolicy.judge(NOTHING_PROCESSED);
    counters.itemsDeleted += keys.length - left.length;
    if (left.length > 0) counters.throttled++;
    const consumed = answer.ConsumedCapacity?.reduce((sum, { CapacityUnits }) => sum + (CapacityUnits ?? 0), 0);
    counters.writeUnits += consumed ?? 0;
    context.onProgress();
    return { left, consumed, unknown: false, reasons: [] };
  } catch (error) {
    const failed = retryPolicy.judge(error);
    const unknown = outcomeIsUnknown(failed);
    if (unknown) counters.atLeast = true;
    if (failed === 'throttled') counters.throttled++;
    return { left: keys, consumed: undefined, failed, unknown, reasons: reasonsOf(error) };
  }
}

/** A batch of which nothing was done is as much a refusal as a throttling exception. */
const NOTHING_PROCESSED = Object.assign(new Error(), {
  name: 'ThrottlingException',
  $metadata: { httpStatusCode: 200 },
});
