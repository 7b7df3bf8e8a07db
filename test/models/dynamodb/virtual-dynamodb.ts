import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDeletion } from '../../../src/deletion/delete-partition.js';
import type { AttemptOutcome } from '../../../src/deletion/outcome.js';
import type { Caps } from '../../../src/deletion/runtime.js';
import { splitsOf } from '../../support/shapes.js';
import { admit, type Entry, Limits, seeded } from './throttling-proxy/index.js';
import { VirtualTime } from '../virtual-time.js';
import { ModelEngine } from './in-memory.js';

export interface VirtualDeletion {
  /** Sort keys, and the bytes of each item. */
  keys: readonly string[];
  bytes: number;
  /** Physical partitions of 1000 write units a second, each with the same number of items. */
  ranges: number;
  seed?: number;
  caps?: Caps;
  /** The worker's process freezes for about this many milliseconds, once or twice a second. */
  stalls?: number;
}

/** Milliseconds of the worker's only thread that a request takes, and a key that is read. */
const THREAD = { request: 1, key: 0.005 };

/**
 * A whole deletion in virtual time: the real code against a model of DynamoDB with a token bucket for each physical partition.
 * The same seed gives the same run, in a second or two, however busy the machine is.
 */
export async function deleteVirtually({ keys, bytes, ranges, seed = 1, caps, stalls = 0 }: VirtualDeletion) {
  const random = seeded(seed);
  const clock = new VirtualTime({ random: seeded(seed + 1), lateTimers: true });
  const model = new ModelEngine();
  model.fill(keys, () => bytes);
  const limits = new Limits({ splits: splitsOf(keys, ranges) });
  const rangeOf = new Map(keys.map((S) => [S, limits.rangeOf({ S })]));
  const units = Math.max(1, Math.ceil(bytes / 1024));
  const writes: Entry[] = [];
  let requests = 0;
  let busyUntil = 0;
  let nextStall = stalls > 0 ? 500 : Infinity;

  /** The worker has one thread: everything that needs it waits its turn. */
  const thread = (milliseconds: number): Promise<void> => {
    const now = clock.now();
    if (now > nextStall) {
      busyUntil = Math.max(busyUntil, now) + stalls * 2 * random();
      nextStall = now + 200 + 1000 * random();
    }
    busyUntil = Math.max(busyUntil, now) + milliseconds;
    return clock.wait(busyUntil - now);
  };
  const ask = async (operation: string, body: object) =>
    JSON.parse((await model.send({ 'x-amz-target': `.${operation}` }, JSON.stringify(body))).text) as Answer;

  const write = async (requested: readonly Delete[]): Promise<Answer> => {
    const done: Delete[] = [];
    const left: Delete[] = [];
    const entries = new Map<number, Entry>();
    const now = clock.now();
    for (const request of requested) {
      const range = rangeOf.get(request.DeleteRequest.Key.sk.S)!;
      let entry = entries.get(range);
      if (!entry) {
        entries.set(range, (entry = { at: now, table: '', range, committed: 0, refused: 0 }));
        writes.push(entry);
      }
      const reason = admit(limits.gatesOf(range), units, now);
      entry[reason === undefined ? 'committed' : 'refused'] += units;
      (reason === undefined ? done : left).push(request);
    }
    if (done.length === 0) throw Object.assign(new Error(), { name: 'ThrottlingException', ...REASON });
    const answer = await ask('BatchWriteItem', { RequestItems: { bench: done } });
    return { ...answer, UnprocessedItems: left.length > 0 ? { bench: left } : {} };
  };

  const client = {
    async send({ constructor, input }: { constructor: { name: string }; input: Input }): Promise<Answer> {
      const operation = constructor.name.replace(/Command$/, '');
      requests++;
      await thread(THREAD.request / 2);
      const way = 2 + 2 * random();
      await clock.wait(way);
      const answer = await (
        operation === 'BatchWriteItem' ? write(input.RequestItems!.bench!) : ask(operation, input)
      ).catch((error: unknown) => ({ error }));
      await clock.wait(way);
      await thread(THREAD.request / 2 + ('Items' in answer ? answer.Items.length * THREAD.key : 0));
      if ('error' in answer) throw answer.error;
      return answer;
    },
  } as unknown as Pick<DynamoDBClient, 'send'>;

  let ended: AttemptOutcome | undefined;
  void startDeletion({
    client,
    clock,
    asked: { tableName: 'bench', partitionValue: 'p', mode: 'Execute' },
    log: { info: () => undefined, warn: () => undefined },
    ...(caps ? { caps } : {}),
    digest: () => '',
  }).outcome.then((outcome) => (ended = outcome));
  await clock.runWhile(() => ended === undefined);
  if (!ended) throw new Error('the deletion stands still');
  return { outcome: ended, writes, requests, sleeps: clock.sleeps };
}

interface Delete {
  DeleteRequest: { Key: { sk: { S: string } } };
}
interface Input {
  RequestItems?: Record<string, Delete[]>;
}
interface Answer {
  Items?: object[];
  UnprocessedItems?: Record<string, Delete[]>;
}

const REASON = {
  $metadata: { httpStatusCode: 400 },
  throttlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: '' }],
};
