import {
  BatchWriteItemCommand,
  type ConsumedCapacity,
  DeleteItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { Engine } from './engine.js';
import { outcomeIsUnknown } from './errors.js';
import { attributeValue, type Key } from './keys.js';
import { greatestKey, pages } from './pages.js';
import { KeyQueue } from './queue.js';
import { fullJitter, sendUntilDone } from './retry.js';
import type { Target } from './target.js';

/** Source: BatchWriteItem, at most 25 requests. */
const BATCH = 25;
const LANES = 8;

/**
 * Deletes once whatever the target holds when it starts. What is written meanwhile may stay: verification sees it.
 * @throws Failure, or the reason of the engine's signal after what was in flight has ended
 */
export async function clearTarget(
  engine: Engine,
  target: Target,
  { consistent }: { consistent: boolean },
): Promise<void> {
  if (!target.sort) return deleteOnlyItem(engine, target);
  const upTo = await greatestKey(engine, target, consistent);
  if (!upTo) return;
  const capped = engine.caps.maxWriteUnitsPerSecond !== undefined;
  const source = pages(engine, target, { consistent, upTo, ...(capped ? { limit: BATCH } : {}) });
  const queue = new KeyQueue(source, ({ keys }) => {
    engine.tally.itemsFound += keys.length;
    engine.onProgress();
  });
  await inLanes(capped ? 1 : LANES, (failed) => lane(engine, target, queue, failed));
  await queue.close();
  engine.signal.throwIfAborted();
}

/** Runs lanes until all have ended, and only then throws what the first of them threw. */
async function inLanes(count: number, run: (failed: () => boolean) => Promise<void>): Promise<void> {
  let first: { error: unknown } | undefined;
  const guarded = async (): Promise<void> => {
    try {
      await run(() => first !== undefined);
    } catch (error) {
      first ??= { error };
    }
  };
  await Promise.all(Array.from({ length: count }, guarded));
  if (first) throw first.error;
}

async function lane(engine: Engine, target: Target, queue: KeyQueue, failed: () => boolean): Promise<void> {
  let keys: Key[] = [];
  let attempt = 0;
  while (!failed() && !engine.signal.aborted) {
    if (keys.length < BATCH) keys = [...keys, ...(await queue.take(BATCH - keys.length))];
    if (keys.length === 0) return;
    await engine.writes.admit(engine.signal);
    await engine.mayWrite();
    if (engine.signal.aborted) return;
    const left = await deleteBatch(engine, target, keys);
    attempt = left.length < keys.length ? 0 : attempt + 1;
    if (left.length > 0)
      await engine.clock.sleep(
        fullJitter(attempt, () => engine.clock.random()),
        engine.signal,
      );
    keys = left;
  }
}

/** Sends one batch once. @returns the keys that must be sent again, those that were not taken first */
async function deleteBatch(engine: Engine, target: Target, keys: Key[]): Promise<Key[]> {
  const { tally, patience } = engine;
  const requests: WriteRequest[] = keys.map((Key) => ({ DeleteRequest: { Key } }));
  try {
    const answer = await engine.client.send(
      new BatchWriteItemCommand({
        RequestItems: { [target.tableName]: requests },
        ReturnConsumedCapacity: 'INDEXES',
      }),
    );
    patience.succeeded();
    const left = Object.values(answer.UnprocessedItems ?? {})
      .flat()
      .flatMap(({ DeleteRequest }): Key[] => (DeleteRequest?.Key ? [DeleteRequest.Key] : []));
    const done = keys.length - left.length;
    if (done > 0) patience.progressed();
    else patience.bear(NOTHING_PROCESSED);
    tally.itemsDeleted += done;
    if (left.length > 0) tally.throttled++;
    consumed(engine, answer.ConsumedCapacity);
    engine.onProgress();
    return left;
  } catch (error) {
    const rule = patience.bear(error);
    if (outcomeIsUnknown(rule)) tally.atLeast = true;
    if (rule === 'pace') tally.throttled++;
    return keys;
  }
}

/** A batch of which nothing was done is as much a refusal as a throttling exception. */
const NOTHING_PROCESSED = Object.assign(new Error(), {
  name: 'ThrottlingException',
  $metadata: { httpStatusCode: 200 },
});

function consumed(engine: Engine, capacities: readonly ConsumedCapacity[] | undefined): void {
  const units = (capacities ?? []).reduce((sum, { CapacityUnits }) => sum + (CapacityUnits ?? 0), 0);
  engine.tally.writeUnits += units;
  engine.writes.charge(units);
}

/** A table without sort key holds one item a partition: one delete, whether or not it is there. */
async function deleteOnlyItem(engine: Engine, target: Target): Promise<void> {
  engine.tally.itemsFound += 1;
  const command = new DeleteItemCommand({
    TableName: target.tableName,
    Key: { [target.partition.name]: attributeValue(target.partition.value) },
    ReturnConsumedCapacity: 'INDEXES',
  });
  const answer = await sendUntilDone(
    engine,
    async () => {
      await engine.writes.admit(engine.signal);
      await engine.mayWrite();
      engine.signal.throwIfAborted();
      return engine.client.send(command);
    },
    () => (engine.tally.atLeast = true),
  );
  engine.patience.progressed();
  engine.tally.itemsDeleted += 1;
  consumed(engine, answer.ConsumedCapacity ? [answer.ConsumedCapacity] : []);
  engine.onProgress();
}
