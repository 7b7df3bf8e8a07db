import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import t from 'tap';
import { type DeletionOptions, startDeletion } from '../../../src/deletion/delete-partition.js';
import type { AttemptOutcome } from '../../../src/deletion/outcome.js';
import { VirtualTime } from '../../models/virtual-time.js';
import { recordedLog } from '../../support/recorded-log.js';

/** Whole deletions in virtual time, from a table whose answers are scripted. */

const TABLE = {
  TableName: 'Orders',
  TableStatus: 'ACTIVE',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [{ IndexName: 'other' }],
};

const never = new Promise<never>(() => undefined);

interface Request {
  operation: string;
  input: Record<string, never>;
  /** How many of this operation came before it. */
  earlier: number;
}

/** A partition of large items; `instead` answers some requests in its place: with an answer, an error, or nothing at all. */
async function run(
  instead: (request: Request) => object | Promise<object> | undefined,
  options: Partial<Omit<DeletionOptions, 'clock'>> & { clock?: VirtualTime; items?: number; units?: number } = {},
): Promise<AttemptOutcome & { minutes: number }> {
  const { items = 4, units = 390, clock = new VirtualTime({ unattended: true }), ...more } = options;
  const left = new Set(Array.from({ length: items }, (_, i) => `${i}`));
  const sent: Record<string, number> = {};
  const answers: Record<string, (input: Record<string, never>) => object> = {
    DescribeTable: () => ({ Table: TABLE }),
    Query: (input) => {
      const { ScanIndexForward, ExclusiveStartKey, Limit = 1000 } = input as unknown as QueryCommandInput;
      const { S: after = '' } = ExclusiveStartKey?.sk ?? {};
      const keys = [...left].filter((key) => key > after);
      if (ScanIndexForward === false) keys.reverse();
      const found = keys.slice(0, Limit);
      const last = found.length < keys.length ? found.at(-1) : undefined;
      return {
        Items: found.map((sk) => ({ pk: { S: 'p' }, sk: { S: sk } })),
        ConsumedCapacity: { CapacityUnits: Math.max(0.5, (found.length * units) / 8) },
        ...(last === undefined ? {} : { LastEvaluatedKey: { pk: { S: 'p' }, sk: { S: last } } }),
      };
    },
    BatchWriteItem: ({ RequestItems }) => {
      const batch = Object.values(
        RequestItems as unknown as Record<string, { DeleteRequest: { Key: { sk: { S: string } } } }[]>,
      );
      const keys = batch.flat().map(({ DeleteRequest }) => DeleteRequest.Key.sk.S);
      for (const key of keys) left.delete(key);
      const CapacityUnits = 2 * units * keys.length;
      return { ConsumedCapacity: [{ CapacityUnits, Table: { CapacityUnits: CapacityUnits / 2 } }] };
    },
  };
  const client = {
    send: async ({ constructor, input }: { constructor: { name: string }; input: Record<string, never> }) => {
      const operation = constructor.name.replace(/Command$/, '');
      const earlier = sent[operation] ?? 0;
      sent[operation] = earlier + 1;
      await clock.sleep(10);
      const answer = instead({ operation, input, earlier }) ?? answers[operation]?.(input);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as DeletionOptions['client'];
  let running = true;
  const everySecond = (look: () => void): (() => void) => {
    const tick = async (): Promise<void> => {
      while (running) {
        await clock.sleep(1_000);
        look();
      }
    };
    void tick();
    return () => {
      running = false;
    };
  };
  const asked = { tableName: 'Orders', partitionValue: 'p', mode: 'Execute' } as const;
  const log = recordedLog();
  const { outcome } = startDeletion({ client, clock, log, asked, digest: (text) => text, everySecond, ...more });
  const ended = await outcome;
  running = false;
  return { ...ended, minutes: clock.now() / 60_000 };
}

const failed = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error(), { name, $metadata: { httpStatusCode } });
const write = (fault: (request: Request) => object | Promise<object> | undefined) => (request: Request) =>
  request.operation === 'BatchWriteItem' ? fault(request) : undefined;

t.test('what never ends is given up after ten minutes, though nothing fails', async (t) => {
  for (const [reason, instead, atLeast] of [
    ['a write that is never answered', write(() => never), true],
    ['a read', ({ operation }: Request) => (operation === 'Query' ? never : undefined), true],
    ['the look at the table', ({ operation }: Request) => (operation === 'DescribeTable' ? never : undefined), true],
  ] as const)
    await t.test(reason, async (t) => {
      const ended = await run(instead);
      t.match(ended, { state: 'Incomplete', exitCode: 3, message: /^nothing was accepted for 10 minutes/ });
      t.match(ended.progress, { atLeast }, 'what is in flight may have been carried out');
      t.ok(ended.minutes >= 10 && ended.minutes < 11, `after ${ended.minutes} minutes`);
    });
});

t.test('waiting for our own cap is no lack of progress', async (t) => {
  const caps = { maxWriteUnitsPerSecond: 1 };
  const once = write(({ earlier }) => (earlier === 1 ? failed('InternalServerError', 500) : undefined));
  const ended = await run(once, { caps });
  t.match(ended, { state: 'PartitionDeleted', exitCode: 0 });
  t.ok(ended.minutes > 2 * 10, `each of the writes waits longer than ten minutes: ${ended.minutes} in all`);
});

t.test('under a cap, a server that fails for ever is given up too', async (t) => {
  // Three times 780 s, at most, where a single write has to wait that long.
  for (const [cap, units, minutes] of [
    [1, 390, 40],
    [100, 1, 11],
  ] as const) {
    const ended = await run(
      write(() => failed('InternalServerError', 500)),
      {
        caps: { maxWriteUnitsPerSecond: cap },
        units,
        items: 200,
      },
    );
    t.match(ended, { state: 'Incomplete', exitCode: 3 });
    t.ok(ended.minutes >= 10 && ended.minutes <= minutes, `cap ${cap}: after ${ended.minutes} minutes`);
  }
});

t.test('a fence that allows no write for an hour is no lack of progress', async (t) => {
  const clock = new VirtualTime({ unattended: true });
  let asked = 0;
  const mayWrite = (): Promise<void> => (asked++ === 0 ? clock.sleep(3_600_000) : Promise.resolve());
  const ended = await run(() => undefined, { clock, mayWrite });
  t.match(ended, { state: 'PartitionDeleted', exitCode: 0 });
  t.ok(ended.minutes >= 60);
});
