import type { Caps } from '../../../src/deletion/runtime.js';
import { splitsOf } from '../../support/shapes.js';
import { admit, type Entry, Limits, seeded } from './throttling-proxy/index.js';
import { VirtualTime } from '../virtual-time.js';
import { ModelEngine } from './in-memory.js';
import { clientOf, runVirtually } from './run-virtually.js';

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

  const answer = (operation: string, input: Input): Promise<Answer> => {
    requests++;
    return operation === 'BatchWriteItem' ? write(input.RequestItems!.bench!) : ask(operation, input);
  };
  const client = clientOf(answer, { clock, random, stalls });
  const outcome = (await runVirtually({ client, clock, tableName: 'bench', caps }))!;
  return { outcome, writes, requests, sleeps: clock.sleeps };
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
