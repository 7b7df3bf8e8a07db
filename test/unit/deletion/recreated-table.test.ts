import { waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import t from 'tap';
import { type DeletionOptions, startDeletion } from '../../../src/deletion/delete-partition.js';
import { clock } from '../../../src/cli/process/clock.js';
import { runDeletion } from '../../support/deletion.js';
import { countByPartition, createTable, dropTable, putItems } from '../../support/dynamodb.js';
import { onEachEngine } from '../../support/engines.js';
import { described, page, scripted, unavailable } from './scripted.js';

/** A table that somebody deletes in mid-run, and creates and fills again under its name. */
function table(count: number) {
  const fill = (from: string) =>
    new Set(Array.from({ length: count }, (_, i) => `${from}${String(i).padStart(4, '0')}`));
  let [id, items, isReachable] = ['old', fill('a'), true];
  const key = ({ DeleteRequest }: { DeleteRequest: { Key: { sk: { S: string } } } }) => DeleteRequest.Key.sk.S;
  const answers: Parameters<typeof scripted>[0] = {
    DescribeTable: () => (isReachable ? described(id) : unavailable()),
    Query: ({ Limit, ScanIndexForward, ExclusiveStartKey, ExpressionAttributeValues }) => {
      if (!isReachable) return unavailable();
      const { ':from': from = { S: '' }, ':to': to = { S: '~' } } = ExpressionAttributeValues as Record<
        string,
        { S: string }
      >;
      const after = (ExclusiveStartKey as { sk: { S: string } } | undefined)?.sk.S ?? '';
      const all = [...items].sort().filter((sk) => sk >= from.S && sk <= to.S && sk > after);
      const found = (ScanIndexForward === false ? all.reverse() : all).slice(0, Limit as number);
      const isLast = found.length === all.length;
      return page(found, isLast ? {} : { LastEvaluatedKey: { pk: { S: 'p' }, sk: { S: found.at(-1)! } } });
    },
    BatchWriteItem: ({ RequestItems }) => {
      if (!isReachable) return unavailable();
      for (const request of (RequestItems as { Orders: Parameters<typeof key>[0][] }).Orders)
        items.delete(key(request));
      return { UnprocessedItems: {} };
    },
  };
  return {
    answers,
    recreate: () => ([id, items] = ['new', fill('b')]),
    reachable: (value: boolean) => (isReachable = value),
    left: () => items.size,
    isNew: () => id === 'new',
  };
}

function running(world: ReturnType<typeof table>, options: Partial<DeletionOptions> = {}) {
  const { context, clock: time, log, sent } = scripted(world.answers);
  const asked = { tableName: 'Orders', partitionValue: 'p', mode: 'Execute' } as const;
  const { outcome } = startDeletion({ client: context.client, clock: time, log, asked, digest: () => 'd', ...options });
  return { outcome, time, sent };
}

const REFUSED = { state: 'GuardRefused', exitCode: 4, verifiedEmpty: false, message: /created again/ };

t.test('while the fence held back its writes: nothing of the new one is deleted', async (t) => {
  const world = table(300);
  let asked = 0;
  const { outcome, time } = running(world, {
    mayWrite: async () => {
      if (++asked !== 5) return;
      await time.sleep(90_000);
      world.recreate();
    },
  });
  t.match(await outcome, REFUSED);
  t.equal(world.left(), 300);
});

t.test('while DynamoDB could not be reached: nothing either', async (t) => {
  const world = table(3000);
  let asked = 0;
  const { outcome, time } = running(world, {
    mayWrite: async () => {
      if (++asked !== 10) return;
      world.reachable(false);
      void time.sleep(60_000).then(() => {
        world.recreate();
        world.reachable(true);
      });
    },
  });
  t.match(await outcome, REFUSED);
  t.equal(world.left(), 3000);
});

t.test('between two of its looks: what it then finds empty is not what it was to delete', async (t) => {
  const world = table(300);
  let asked = 0;
  const { outcome } = running(world, {
    mayWrite: async () => {
      if (++asked === 5) world.recreate();
    },
  });
  t.match(await outcome, REFUSED);
});

t.test('before the end of a count: it is not the count of this table', async (t) => {
  const world = table(300);
  const { outcome } = running(world, {
    asked: { tableName: 'Orders', partitionValue: 'p', mode: 'DryRun' },
    onTarget: async () => {
      world.recreate();
      return undefined;
    },
  });
  t.match(await outcome, REFUSED);
});

t.test('after an earlier attempt had verified it: that it is empty proves nothing', async (t) => {
  const world = table(0);
  const { outcome } = running(world, {
    onTarget: async () => {
      world.recreate();
      return { verifiedAt: '2026-11-23T02:10:40Z' };
    },
  });
  t.match(await outcome, REFUSED);
});

t.test('during a run without a silence: the look at its capacity, about every minute, ends it', async (t) => {
  const world = table(3000);
  let ticks = true;
  const { outcome, time } = running(world, {
    // A request takes less than a fifth of a second of it, so one is answered every 200 ms.
    caps: { maxWriteUnitsPerSecond: 20 },
    everySecond: (every) => {
      const tick = async (): Promise<void> => {
        for (;;) {
          await time.sleep(1000);
          if (!ticks) return;
          every();
        }
      };
      void Promise.resolve().then(tick);
      return () => (ticks = false);
    },
    mayWrite: async () => {
      if (!world.isNew() && time.now() > 5000) world.recreate();
    },
  });
  t.match(await outcome, REFUSED);
  t.ok(time.now() >= 60_000 && time.now() < 75_000, `after ${time.now()} ms`);
  t.ok(world.left() > 1000, `in the midst of it: ${world.left()} are left`);
});

t.test('a table that stays what it is is asked for once more, at the end', async (t) => {
  const world = table(300);
  const { outcome, sent } = running(world);
  t.match(await outcome, { state: 'PartitionDeleted', verifiedEmpty: true });
  t.equal(sent.filter(({ operation }) => operation === 'DescribeTable').length, 2);
});

onEachEngine('an engine tells a table that is created again from the one before, so', async (t, engine) => {
  const shape = { partition: ['pk', 'S'], sort: ['sk', 'S'] } as const;
  const name = await engine.table(t, shape);
  const items = Array.from({ length: 60 }, (_, i) => ({ pk: { S: 'p' }, sk: { S: `${i}` } }));
  await putItems(engine.client, name, items);
  let asked = 0;
  const recreate = async (): Promise<void> => {
    await dropTable(engine.client, name);
    await waitUntilTableNotExists(
      { client: engine.client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 },
      { TableName: name },
    );
    await createTable(engine.client, { name, ...shape });
    await putItems(engine.client, name, items);
    await clock.sleep(1_000);
  };
  const outcome = await runDeletion(
    engine.endpoint,
    { tableName: name, partitionValue: 'p' },
    { clock, mayWrite: async () => (++asked === 1 ? recreate() : undefined) },
  );
  t.match(outcome, REFUSED);
  t.same(await countByPartition(engine.client, name, 'pk'), { p: items.length }, 'what is there now stays');
});
