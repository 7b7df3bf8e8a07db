import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDeletion } from '../../../src/deletion/delete-partition.js';
import type { AttemptOutcome } from '../../../src/deletion/outcome.js';
import type { Caps } from '../../../src/deletion/runtime.js';
import { VirtualTime } from '../virtual-time.js';
import { ModelTable, type ModelTableOptions } from './model-table.js';
import { seeded } from './throttling-proxy/index.js';

/** Milliseconds of the worker's only thread that a request takes, and a key that is read. */
const THREAD = { request: 1, key: 0.005 };

export interface ModelRun extends ModelTableOptions {
  caps?: Caps;
  /** When the run is stopped, in milliseconds: a scenario may need no more. */
  until?: number;
}

/** A whole deletion, the real code, of a partition of a model table in virtual time. The same seed gives the same run. */
export async function runOnModel({ caps, until = Infinity, ...options }: ModelRun) {
  const { seed = 1 } = options;
  const random = seeded(seed + 1000);
  const clock = new VirtualTime({ random: seeded(seed + 2000), lateTimers: true });
  const table = new ModelTable(options);
  let busyUntil = 0;
  let reads = 0;

  /** The worker has one thread: everything that needs it waits its turn. */
  const thread = (milliseconds: number): Promise<void> => {
    busyUntil = Math.max(busyUntil, clock.now()) + milliseconds;
    return clock.wait(busyUntil - clock.now());
  };
  const answer = (operation: string, input: never): object => {
    if (operation === 'DescribeTable') return table.describe();
    if (operation === 'Query') return (reads++, table.query(input));
    return table.batchWrite((input as { RequestItems: { t: never[] } }).RequestItems.t, clock.now());
  };
  const client = {
    async send({ constructor, input }: { constructor: { name: string }; input: never }): Promise<object> {
      await thread(THREAD.request / 2);
      const way = 2 + 2 * random();
      await clock.wait(way);
      let answered: object;
      let failed = false;
      try {
        answered = answer(constructor.name.replace(/Command$/, ''), input);
      } catch (error) {
        [answered, failed] = [error as Error, true];
      }
      await clock.wait(way);
      const items = 'Items' in answered ? (answered.Items as object[]).length : 0;
      await thread(THREAD.request / 2 + items * THREAD.key);
      if (failed) throw answered as Error;
      return answered;
    },
  } as unknown as Pick<DynamoDBClient, 'send'>;

  let ended: AttemptOutcome | undefined;
  void startDeletion({
    client,
    clock,
    asked: { tableName: 't', partitionValue: 'p', mode: 'Execute' },
    log: { info: () => undefined, warn: () => undefined },
    ...(caps ? { caps } : {}),
    digest: () => '',
  }).outcome.then((outcome) => (ended = outcome));
  await clock.runWhile(() => ended === undefined && clock.now() <= until);
  if (ended === undefined && clock.now() <= until) throw new Error('the deletion stands still');
  if (ended !== undefined && (ended.state !== 'PartitionDeleted' || table.left > 0))
    throw new Error(`the deletion ended as ${ended.state} with ${table.left} items left`);
  const { production, writes } = table;
  production?.runUntil(Math.min(until, clock.now()));
  return { table, writes, reads, milliseconds: clock.now(), production };
}
