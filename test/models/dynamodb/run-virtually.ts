import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDeletion } from '../../../src/deletion/delete-partition.js';
import type { AttemptOutcome } from '../../../src/deletion/outcome.js';
import type { Caps } from '../../../src/deletion/runtime.js';
import type { VirtualTime } from '../virtual-time.js';

/** Milliseconds of the worker's only thread that a request takes, and a key that is read. */
const THREAD = { request: 1, key: 0.005 };

/** The worker has one thread: everything that needs it waits its turn. */
function workerThread(clock: VirtualTime, random: () => number, stalls: number) {
  let busyUntil = 0;
  let nextStall = stalls > 0 ? 500 : Infinity;
  return (milliseconds: number): Promise<void> => {
    const now = clock.now();
    if (now > nextStall) {
      busyUntil = Math.max(busyUntil, now) + stalls * 2 * random();
      nextStall = now + 200 + 1000 * random();
    }
    busyUntil = Math.max(busyUntil, now) + milliseconds;
    return clock.wait(busyUntil - now);
  };
}

/**
 * A client of a model, with the time that requests take on their way and in the worker.
 * @param answer - the model's answer to an operation, or what it throws
 * @param stalls - the worker's process freezes for about this many milliseconds, once or twice a second
 * @param oneWay - milliseconds from the worker to DynamoDB at least, and up to as many more
 */
export function clientOf<Input>(
  answer: (operation: string, input: Input) => object | Promise<object>,
  {
    clock,
    random,
    stalls = 0,
    oneWay = 2,
  }: { clock: VirtualTime; random: () => number; stalls?: number; oneWay?: number | undefined },
) {
  const thread = workerThread(clock, random, stalls);
  const answered = async (operation: string, input: Input): Promise<object> => answer(operation, input);
  return {
    async send({ constructor, input }: { constructor: { name: string }; input: Input }): Promise<object> {
      await thread(THREAD.request / 2);
      const way = oneWay * (1 + random());
      await clock.wait(way);
      const result = await answered(constructor.name.replace(/Command$/, ''), input).catch((error: unknown) => ({
        error,
      }));
      await clock.wait(way);
      const items = 'Items' in result ? (result.Items as object[]).length : 0;
      await thread(THREAD.request / 2 + items * THREAD.key);
      if ('error' in result) throw result.error;
      return result;
    },
  };
}

export interface VirtualRun {
  /** What a model answers with: an SDK client as far as a deletion uses it. */
  client: unknown;
  clock: VirtualTime;
  tableName: string;
  caps?: Caps | undefined;
  /** Other caps, at a time in milliseconds. */
  changeCaps?: { at: number; caps: Caps } | undefined;
  /** Whether the deletion looks every second, for its patience and the table's capacity. */
  looks?: boolean;
  /** Virtual time, in milliseconds, at which to stop looking. */
  until?: number;
}

const everySecondOf =
  (clock: VirtualTime) =>
  (look: () => void): (() => void) => {
    let planned = clock.after(1000, every);
    function every(): void {
      look();
      planned = clock.after(1000, every);
    }
    return () => void (planned.cancelled = true);
  };

/**
 * Deletes partition `p` of a model's table in virtual time.
 * @returns undefined if the deletion had not ended by `until`
 * @throws if nothing happens any more, and it has not ended
 */
export async function runVirtually({
  client,
  clock,
  tableName,
  caps = {},
  changeCaps,
  looks = false,
  until = Infinity,
}: VirtualRun): Promise<AttemptOutcome | undefined> {
  let ended: AttemptOutcome | undefined;
  const deletion = startDeletion({
    client: client as Pick<DynamoDBClient, 'send'>,
    clock,
    asked: { tableName, partitionValue: 'p', mode: 'Execute' },
    log: { info: () => undefined, warn: () => undefined },
    caps,
    digest: () => '',
    ...(looks && { everySecond: everySecondOf(clock) }),
  });
  void deletion.outcome.then((outcome) => (ended = outcome));
  if (changeCaps) clock.after(changeCaps.at, () => deletion.setCaps(changeCaps.caps));
  await clock.runWhile(() => ended === undefined && clock.now() <= until);
  if (ended === undefined && clock.now() <= until) throw new Error('the deletion stands still');
  return ended;
}
