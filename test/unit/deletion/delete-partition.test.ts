import { type AttributeValue, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { countByPartition, type Item, keyText, putItems } from '../../support/dynamodb.js';
import { Failure, Interruption } from '../../../src/api/failure.js';
import { type DeletionOptions, startDeletion } from '../../../src/deletion/delete-partition.js';
import { runDeletion } from '../../support/deletion.js';
import { consumed, described, lastKey, page, scripted, sdkError } from './scripted.js';
import t from 'tap';
import { type EngineForTest, onEachEngine } from '../../support/engines.js';

type KeyType = 'S' | 'N' | 'B';

const bytes = (...values: number[]): string => Buffer.from(values).toString('base64');
const attribute = (type: KeyType, text: string): AttributeValue =>
  type === 'B' ? { B: Buffer.from(text, 'base64') } : type === 'N' ? { N: text } : { S: text };

/** The sort keys that are still in the partition. */
async function sortKeysLeft(engine: EngineForTest, table: string, partition: AttributeValue): Promise<string[]> {
  const { Items } = await engine.client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': partition },
      ConsistentRead: true,
    }),
  );
  return (Items ?? []).map(({ sk }) => keyText(sk));
}

onEachEngine('10,001 items', async (t, engine) => {
  const ITEMS = 10_001;
  const cases: readonly { type: KeyType; target: string; neighbors: string[]; sort: (i: number) => AttributeValue }[] =
    [
      {
        type: 'S',
        target: 'TENANT',
        neighbors: ['TENANT#', 'TENAN', 'tenant', 'TENANT '],
        sort: (i) => ({ S: `ORDER#${i}` }),
      },
      { type: 'N', target: '-12', neighbors: ['12', '-12.5', '-120', '-1.2'], sort: (i) => ({ N: `${i - 5000}.25` }) },
      {
        type: 'B',
        target: bytes(0, 0x7f, 0x80, 0xff),
        neighbors: [bytes(0, 0x7f, 0x80), bytes(0, 0x7f, 0x80, 0xff, 0), bytes(0xff)],
        sort: (i) => ({ B: Buffer.from([i >> 8, i & 255, 0x80]) }),
      },
    ];
  for (const { type, target, neighbors, sort } of cases)
    await t.test(`with keys of type ${type}`, async (t) => {
      const table = await engine.table(t, { partition: ['pk', type], sort: ['sk', type] });
      const items = function* (): Generator<Item> {
        for (let i = 0; i < ITEMS; i++) yield { pk: attribute(type, target), sk: sort(i) };
        for (const other of neighbors) for (let i = 0; i < 30; i++) yield { pk: attribute(type, other), sk: sort(i) };
      };
      await putItems(engine.client, table, items());
      const outcome = await runDeletion(engine.endpoint, { tableName: table, partitionValue: target });
      t.match(outcome, { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true });
      t.match(outcome.progress, { itemsFound: ITEMS, itemsDeleted: ITEMS, atLeast: undefined });
      t.same(
        await countByPartition(engine.client, table, 'pk'),
        Object.fromEntries(neighbors.map((other) => [other, 30])),
        'only the neighbors are left, and they are whole',
      );
    });
});

onEachEngine('the target', async (t, engine) => {
  await t.test('an empty partition: nothing written, verified', async (t) => {
    const table = await engine.table(t, { partition: ['pk', 'S'], sort: ['sk', 'S'] });
    const outcome = await runDeletion(engine.endpoint, { tableName: table, partitionValue: 'none' });
    t.match(outcome, {
      state: 'PartitionDeleted',
      exitCode: 0,
      verifiedEmpty: true,
      progress: { itemsDeleted: 0, writeUnits: 0 },
    });
  });

  await t.test('a table without sort key: one delete if the item is there, and else none', async (t) => {
    const table = await engine.table(t, { partition: ['pk', 'S'] });
    await putItems(engine.client, table, [{ pk: { S: 'a' } }, { pk: { S: 'b' } }]);
    for (const [given, deleted] of [
      ['there', 1],
      ['absent', 0],
    ] as const) {
      const outcome = await runDeletion(engine.endpoint, { tableName: table, partitionValue: 'a' });
      const progress = { itemsFound: deleted, itemsDeleted: deleted, writeUnits: deleted };
      t.match(outcome, { exitCode: 0, verifiedEmpty: true, progress }, given);
      t.same(await countByPartition(engine.client, table, 'pk'), { b: 1 });
    }
  });

  await t.test('attribute names and values that look like syntax', async (t) => {
    for (const [partition, sort] of [
      ['Name', '#x'],
      ['a.b', 'Order'],
      [':p', 'size'],
    ] as const) {
      const table = await engine.table(t, { partition: [partition, 'S'], sort: [sort, 'S'] });
      for (const value of [
        'a$$b',
        '$(AWS_REGION)',
        '-12',
        '+',
        '#p',
        ':p',
        'x'.repeat(2048),
        ' ',
        '"',
        '\u{ffee}',
        '\u{1f600}',
      ]) {
        await putItems(engine.client, table, [
          { [partition]: { S: value }, [sort]: { S: '1' } },
          { [partition]: { S: 'neighbor' }, [sort]: { S: '1' } },
        ]);
        const outcome = await runDeletion(engine.endpoint, { tableName: table, partitionValue: value });
        t.match(
          outcome,
          { exitCode: 0, progress: { itemsDeleted: 1 } },
          `${partition}, ${sort}: ${value.slice(0, 20)}`,
        );
        t.same(await countByPartition(engine.client, table, partition), { neighbor: 1 });
      }
    }
  });

  await t.test('numbers are one value however they are written', async (t) => {
    const table = await engine.table(t, { partition: ['pk', 'N'], sort: ['sk', 'N'] });
    for (const [stored, asked] of [
      ['1E125', `1${'0'.repeat(125)}`],
      [`1${'0'.repeat(125)}`, '1E+125'],
      ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678.0'],
      ['-1E-130', '-0.1e-129'],
      ['0', '-0'],
      ['12', '+12'],
    ] as const) {
      await putItems(engine.client, table, [{ pk: { N: stored }, sk: { N: '1' } }]);
      const outcome = await runDeletion(engine.endpoint, { tableName: table, partitionValue: asked });
      t.match(outcome, { exitCode: 0, progress: { itemsDeleted: 1 } }, `${stored} as ${asked}`);
      t.same(await countByPartition(engine.client, table, 'pk'), {});
    }
  });

  await t.test('sort keys of every kind are all gone', async (t) => {
    for (const [type, values] of [
      ['N', ['12345678901234567890123456789012345678', '-9.9E125', '1E125', '-1E-130', '0', '1E-130', '2', '10']],
      ['B', [bytes(0), bytes(0x7f), bytes(0x80), bytes(0xff), bytes(0, 0), bytes(0xff, 0xff)]],
      ['S', ['\u{ffee}', '\u{1f600}', 'a', '\u{10ffff}', '\u{7f}', 'é']],
    ] as const) {
      const table = await engine.table(t, { partition: ['pk', 'S'], sort: ['sk', type] });
      await putItems(
        engine.client,
        table,
        values.map((value) => ({ pk: { S: 'p' }, sk: attribute(type, value) })),
      );
      const outcome = await runDeletion(engine.endpoint, { tableName: table, partitionValue: 'p' });
      t.match(outcome, { exitCode: 0, verifiedEmpty: true, progress: { itemsDeleted: values.length } }, type);
      t.same(await countByPartition(engine.client, table, 'pk'), {});
    }
  });

  await t.test('a table with a local index', async (t) => {
    const table = await engine.table(t, { partition: ['pk', 'S'], sort: ['sk', 'S'], localIndex: ['at', 'N'] });
    await putItems(
      engine.client,
      table,
      Array.from({ length: 60 }, (_, i) => ({ pk: { S: 'p' }, sk: { S: `${i}` }, at: { N: `${i}` } })),
    );
    const outcome = await runDeletion(engine.endpoint, { tableName: table, partitionValue: 'p' });
    t.match(outcome, { exitCode: 0, verifiedEmpty: true, progress: { itemsDeleted: 60 } });
  });

  await t.test('large items, many to a megabyte', async (t) => {
    const table = await engine.table(t, { partition: ['pk', 'S'], sort: ['sk', 'N'] });
    const data = { S: 'x'.repeat(100_000) };
    const items = function* (): Generator<Item> {
      for (let i = 0; i < 60; i++) yield { pk: { S: 'p' }, sk: { N: `${i}` }, data };
    };
    await putItems(engine.client, table, items());
    const outcome = await runDeletion(engine.endpoint, { tableName: table, partitionValue: 'p' });
    t.match(outcome, { exitCode: 0, verifiedEmpty: true, progress: { itemsDeleted: 60 } });
    t.ok((outcome.progress.writeUnits ?? 0) >= 60 * 98, 'what it cost is said');
  });
});

onEachEngine('a restriction by sort key', async (t, engine) => {
  const run = async (
    type: KeyType,
    values: readonly string[],
    sortKey: { beginsWith: string } | { from: string; to: string },
    mode: 'Execute' | 'DryRun' = 'Execute',
  ) => {
    const table = await engine.table(t, { partition: ['pk', 'S'], sort: ['sk', type] });
    const items = values.flatMap((value) => [
      { pk: { S: 'p' }, sk: attribute(type, value) },
      { pk: { S: 'q' }, sk: attribute(type, value) },
    ]);
    await putItems(engine.client, table, items);
    const outcome = await runDeletion(engine.endpoint, { tableName: table, partitionValue: 'p', sortKey, mode });
    t.equal((await sortKeysLeft(engine, table, { S: 'q' })).length, values.length, 'the neighbor is whole');
    return { outcome, left: await sortKeysLeft(engine, table, { S: 'p' }) };
  };

  for (const [reason, type, values, sortKey, expected] of [
    [
      'prefix S',
      'S',
      ['ORDER', 'ORDER#1', 'ORDER#2', 'ORDER$', 'USER#1'],
      { beginsWith: 'ORDER#' },
      ['ORDER', 'ORDER$', 'USER#1'],
    ],
    [
      'prefix B',
      'B',
      [bytes(1), bytes(1, 255), bytes(1, 255, 255), bytes(2)],
      { beginsWith: bytes(1, 255) },
      [bytes(1), bytes(2)],
    ],
    ['to is exclusive, S', 'S', ['a', 'b', 'c', 'd'], { from: 'b', to: 'd' }, ['a', 'd']],
    ['to is exclusive, N', 'N', ['1', '2', '10', '20'], { from: '2', to: '20.0' }, ['1', '20']],
    [
      'to is exclusive, B',
      'B',
      [bytes(0), bytes(0x7f), bytes(0x80), bytes(0xff)],
      { from: bytes(0x7f), to: bytes(0xff) },
      [bytes(0), bytes(0xff)],
    ],
    ['to names no item', 'S', ['a', 'b', 'c'], { from: 'a', to: 'bb' }, ['c']],
    ['nothing within', 'S', ['a', 'z'], { from: 'b', to: 'c' }, ['a', 'z']],
    ['only an item at to', 'S', ['a', 'c'], { from: 'b', to: 'c' }, ['a', 'c']],
    ['from is to', 'S', ['a', 'b'], { from: 'b', to: 'b' }, ['a', 'b']],
    ['from is to, written otherwise', 'N', ['1'], { from: '1', to: '1.0' }, ['1']],
  ] as const)
    await t.test(reason, async (t) => {
      const { outcome, left } = await run(type, values, sortKey);
      t.match(outcome, { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true });
      t.same(left, expected);
      t.equal(outcome.progress.itemsDeleted, values.length - expected.length);
      const counted = await run(type, values, sortKey, 'DryRun');
      t.equal(counted.outcome.progress.itemsFound, values.length - expected.length, 'the count agrees');
      t.equal(counted.left.length, values.length);
    });

  await t.test('to before from is refused', async (t) => {
    const { outcome, left } = await run('N', ['3', '9', '10'], { from: '10', to: '9' });
    t.match(outcome, { state: 'InvalidTarget', exitCode: 2, message: /before/ });
    t.equal(left.length, 3);
  });

  await t.test('a prefix of a number is refused', async (t) => {
    const { outcome } = await run('N', ['1', '10'], { beginsWith: '1' });
    t.match(outcome, { state: 'InvalidTarget', exitCode: 2, message: /type N/ });
  });

  await t.test('a table without sort key is refused', async (t) => {
    const table = await engine.table(t, { partition: ['pk', 'S'] });
    await putItems(engine.client, table, [{ pk: { S: 'p' } }]);
    const asked = { tableName: table, partitionValue: 'p', sortKey: { beginsWith: 'a' } };
    t.match(await runDeletion(engine.endpoint, asked), { state: 'InvalidTarget', exitCode: 2, message: /no sort key/ });
    t.same(await countByPartition(engine.client, table, 'pk'), { p: 1 });
  });
});

onEachEngine('a refusal', async (t, engine) => {
  await t.test('no such table', async (t) => {
    const outcome = await runDeletion(engine.endpoint, { tableName: 'nowhere', partitionValue: 'p' });
    t.match(outcome, { state: 'TableNotFound', exitCode: 5, verifiedEmpty: false });
  });

  await t.test('a value that does not fit the type of the key', async (t) => {
    const table = await engine.table(t, { partition: ['pk', 'N'], sort: ['sk', 'S'] });
    await putItems(engine.client, table, [{ pk: { N: '1' }, sk: { S: 'a' } }]);
    const outcome = await runDeletion(engine.endpoint, { tableName: table, partitionValue: 'secret' });
    t.match(outcome, { state: 'InvalidTarget', exitCode: 2, message: /type N/ });
    t.notMatch(JSON.stringify(outcome), /secret/);
    t.same(await countByPartition(engine.client, table, 'pk'), { 1: 1 });
  });

  await t.test('a target that is not the one counted before', async (t) => {
    const table = await engine.table(t, { partition: ['pk', 'S'], sort: ['sk', 'S'] });
    await putItems(engine.client, table, [{ pk: { S: 'p' }, sk: { S: 'a' } }]);
    const outcome = await runDeletion(
      engine.endpoint,
      { tableName: table, partitionValue: 'p' },
      { onTarget: () => Promise.reject(new Failure('GuardRefused', 'another target')) },
    );
    t.match(outcome, { state: 'GuardRefused', exitCode: 4, target: { digest: /^[0-9a-f]{64}$/, tableId: /./ } });
    t.same(await countByPartition(engine.client, table, 'pk'), { p: 1 }, 'nothing was written');
  });
});

onEachEngine('an earlier attempt has verified that the target is empty', async (t, engine) => {
  const table = await engine.table(t, { partition: ['pk', 'S'], sort: ['sk', 'S'] });
  const target = { tableName: table, partitionValue: 'p' };
  const onTarget = () => Promise.resolve({ verifiedAt: '2026-11-23T02:10:40Z' });
  const empty = await runDeletion(engine.endpoint, target, { onTarget });
  t.match(empty, { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, message: /at 2026-11-23T02:10:40Z/ });
  await putItems(engine.client, table, [{ pk: { S: 'p' }, sk: { S: 'new' } }]);
  const filled = await runDeletion(engine.endpoint, target, { onTarget });
  t.match(filled, { state: 'GuardRefused', exitCode: 4, verifiedEmpty: false, message: /written later/ });
  t.same(await countByPartition(engine.client, table, 'pk'), { p: 1 }, 'and what was written since stays');
});

onEachEngine('a dry run', async (t, engine) => {
  const table = await engine.table(t, { partition: ['pk', 'S'], sort: ['sk', 'N'] });
  const items = function* (): Generator<Item> {
    for (let i = 0; i < 2500; i++) yield { pk: { S: 'p' }, sk: { N: `${i}` }, data: { S: 'x'.repeat(i % 3000) } };
  };
  await putItems(engine.client, table, items());
  const counted = await runDeletion(engine.endpoint, { tableName: table, partitionValue: 'p', mode: 'DryRun' });
  t.match(counted, { state: 'DryRunComplete', exitCode: 0, verifiedEmpty: false });
  t.match(counted.progress, { itemsFound: 2500, itemsDeleted: 0, writeUnits: 0 });
  t.same(await countByPartition(engine.client, table, 'pk'), { p: 2500 }, 'nothing is written');
  const deleted = await runDeletion(engine.endpoint, { tableName: table, partitionValue: 'p' });
  const { min, max } = counted.estimatedWriteUnits!;
  const used = deleted.progress.writeUnits!;
  t.ok(min <= used && used <= max, `deleting takes what was estimated: ${min} ≤ ${used} ≤ ${max}`);
});

onEachEngine('a writer', async (t, engine) => {
  const writing = async (name: string, writes: (n: number) => boolean) => {
    const table = await engine.table(t, { partition: ['pk', 'S'], sort: ['sk', 'S'] });
    await putItems(
      engine.client,
      table,
      Array.from({ length: 100 }, (_, i) => ({ pk: { S: 'p' }, sk: { S: `m${i}` } })),
    );
    let n = 0;
    const outcome = await runDeletion(
      engine.endpoint,
      { tableName: table, partitionValue: 'p' },
      {
        // Before every batch, an item is added at either end, behind the cursor and ahead of it.
        mayWrite: async () => {
          if (!writes(++n)) return;
          for (const sk of [`a${n}`, `z${n}`])
            await engine.client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'p' }, sk: { S: sk } } }));
        },
      },
    );
    return { outcome, left: await sortKeysLeft(engine, table, { S: 'p' }), name };
  };

  await t.test('that stops: a later pass takes what came', async (t) => {
    const { outcome, left } = await writing('stops', (n) => n <= 2);
    t.match(outcome, { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true });
    t.same(left, []);
  });

  await t.test('that never stops: exit 3, and an end', async (t) => {
    const { outcome, left } = await writing('never stops', () => true);
    t.match(outcome, { state: 'Incomplete', exitCode: 3, verifiedEmpty: false, message: /still writing/ });
    t.ok(left.length > 0);
  });
});

const TABLE = described('id');

/** A deletion against a scripted DynamoDB. */
function starting(
  answers: Parameters<typeof scripted>[0],
  { mode = 'DryRun', ...options }: Partial<DeletionOptions> & { mode?: 'Execute' | 'DryRun' } = {},
) {
  const { context, clock, log, sent } = scripted({ DescribeTable: () => TABLE, ...answers });
  const asked = { tableName: 'Orders', partitionValue: 'secret', mode } as const;
  const digest = (text: string) => `digest of ${text.length} characters`;
  return {
    sent,
    log,
    clock,
    deletion: startDeletion({ client: context.client, clock, log, asked, digest, ...options }),
  };
}

t.test('the message of an outcome', async (t) => {
  for (const [reason, mode, pages, message] of [
    ['nothing', 'DryRun', [page([]), page([])], '0 items found; nothing was deleted'],
    ['one item', 'DryRun', [page(['a'])], '1 item found; nothing was deleted'],
    ['several', 'DryRun', [page(['a', 'b'])], '2 items found; nothing was deleted'],
    ['deleted', 'Execute', [page([]), page([]), page([])], '0 items deleted; a consistent read found nothing left'],
  ] as const) {
    const { deletion } = starting({ Query: (_, earlier) => pages[earlier]! }, { mode });
    const outcome = await deletion.outcome;
    t.match(outcome, { message, exitCode: 0, target: { tableId: 'id', digest: 'digest of 8 characters' } }, reason);
    t.equal(outcome.message, message, reason);
    t.equal(outcome.state, mode === 'DryRun' ? 'DryRunComplete' : 'PartitionDeleted', reason);
    t.equal(outcome.verifiedEmpty, mode === 'Execute', reason);
    t.notOk('estimatedWriteUnits' in outcome, 'no capacity was reported');
  }
});

t.test('a partition whose first page is empty, but not the last, is deleted', async (t) => {
  const left = new Set(['b', 'c']);
  const { deletion } = starting(
    {
      Query: ({ Limit, ScanIndexForward, ExclusiveStartKey }) => {
        if (Limit === 1 && ScanIndexForward !== false && ExclusiveStartKey === undefined) return page([], lastKey('a'));
        const keys = [...left].sort();
        return Limit === 1 ? page(keys.slice(-1), lastKey('c')) : page(keys);
      },
      BatchWriteItem: () => {
        left.clear();
        return { UnprocessedItems: {} };
      },
    },
    { mode: 'Execute' },
  );
  t.match(await deletion.outcome, { state: 'PartitionDeleted', message: /^2 items deleted/ });
  t.equal(left.size, 0);
});

t.test('its counts are those of all attempts', async (t) => {
  for (const [atLeast, message] of [
    [false, '7 items deleted; a consistent read found nothing left'],
    [true, 'at least 7 items deleted; a consistent read found nothing left'],
  ] as const) {
    const total = ({ itemsDeleted = 0 }) => ({ itemsDeleted: itemsDeleted + 7, atLeast });
    const { deletion } = starting({ Query: () => page([]) }, { mode: 'Execute', total });
    const outcome = await deletion.outcome;
    t.equal(outcome.message, message);
    t.equal(outcome.progress.itemsDeleted, 0);
  }
});

t.test('an outcome never rejects, and knows its target once there is one', async (t) => {
  const refused = new Failure('GuardRefused', 'another target');
  for (const [reason, answers, options, expected] of [
    [
      'before the target',
      { DescribeTable: () => sdkError('ResourceNotFoundException', 400) },
      {},
      { exitCode: 5, target: undefined },
    ],
    ['refused', {}, { onTarget: () => Promise.reject(refused) }, { state: 'GuardRefused', target: { tableId: 'id' } }],
    [
      'a bug',
      { Query: () => new TypeError('secret') },
      {},
      { state: 'WorkerFailed', exitCode: 1, target: { tableId: 'id' } },
    ],
  ] as const) {
    const { deletion, log } = starting(answers, options);
    const outcome = await deletion.outcome;
    t.match(outcome, { ...expected, verifiedEmpty: false }, reason);
    t.notMatch(JSON.stringify([outcome, log.lines]), /secret/);
  }
});

t.test('capacity limits change by a call, before anything is read as well as later', async (t) => {
  const pages = [
    page(['a'], { ...lastKey('a'), ...consumed(1) }),
    page(['b'], { ...lastKey('b'), ...consumed(1) }),
    page([]),
  ];
  const Query = (_: object, earlier: number) => pages[earlier]!;
  const first = starting({ Query });
  first.deletion.setCaps({ maxReadUnitsPerSecond: 1 });
  await first.deletion.outcome;
  t.ok(first.clock.now() >= 1000, `the limit holds: ${first.clock.now()} ms`);
  const second = starting({ Query }, { caps: { maxReadUnitsPerSecond: 1 } });
  second.deletion.setCaps({});
  await second.deletion.outcome;
  t.equal(second.clock.now(), 0, 'the limit is gone');
});

/** A table without a sort key, so that a pass is one read and at most one delete. */
const SINGLE = {
  Table: {
    TableId: 'id',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  },
};
const [THERE, GONE] = [{ Items: [{ pk: { S: 'secret' } }] }, { Items: [] }];

/** A deletion from that table. @param there - whether each read finds the item; the last one holds for all that follow */
function startingSingle(there: readonly boolean[], options: Parameters<typeof starting>[1] = {}) {
  const answers = {
    DescribeTable: () => SINGLE,
    Query: (_: object, earlier: number) => (there[Math.min(earlier, there.length - 1)] ? THERE : GONE),
    DeleteItem: () => consumed(1),
  };
  return starting(answers, { mode: 'Execute', ...options });
}
const operationsOf = ({ sent }: Pick<ReturnType<typeof starting>, 'sent'>): string[] =>
  sent.map(({ operation, input }) => `${operation}${input.ConsistentRead === true ? ', consistent' : ''}`).slice(1);

t.test('passes go on until a consistent read finds nothing, and only the first may read otherwise', async (t) => {
  const world = startingSingle([true, true, true, false]);
  t.match(await world.deletion.outcome, {
    state: 'PartitionDeleted',
    verifiedEmpty: true,
    message: /^2 items deleted; a consistent read found nothing left$/,
  });
  t.same(operationsOf(world), [
    'Query',
    'DeleteItem',
    'Query, consistent',
    'Query, consistent',
    'DeleteItem',
    'Query, consistent',
    'DescribeTable',
  ]);
  t.match(
    world.log.lines.filter(({ level }) => level === 'warn'),
    [{ fields: { pass: 1 }, message: 'a consistent read found remaining items' }],
  );
});

t.test('after three passes, something is still writing', async (t) => {
  const world = startingSingle([true]);
  const outcome = await world.deletion.outcome;
  t.match(outcome, { state: 'Incomplete', exitCode: 3, verifiedEmpty: false, progress: { itemsDeleted: 3 } });
  t.equal(
    outcome.message,
    'the target holds items again after 3 passes: something is still writing to it; stop that and try again',
  );
});

t.test('where items are numbered, each read is consistent: one that is gone would count', async (t) => {
  const asked = { tableName: 'Orders', partitionValue: 'secret', mode: 'Execute', maxItems: 1 } as const;
  const world = startingSingle([true, false], { asked });
  t.match(await world.deletion.outcome, { state: 'PartitionDeleted', progress: { itemsDeleted: 1 } });
  t.same(operationsOf(world), ['Query, consistent', 'DeleteItem', 'Query, consistent', 'DescribeTable']);
  const used = startingSingle([true], { asked, total: () => ({ itemsDeleted: 1 }) });
  t.match(await used.deletion.outcome, { state: 'GuardRefused', message: /more than the 1 items/ });
  t.notOk(operationsOf(used).includes('DeleteItem'), 'an earlier attempt has deleted it');
});

t.test('a target that was verified empty before is read once more, and nothing of it is deleted', async (t) => {
  const onTarget = () => Promise.resolve({ verifiedAt: '2026-11-23T02:10:40Z' });
  for (const [there, expected] of [
    [
      false,
      {
        state: 'PartitionDeleted',
        exitCode: 0,
        verifiedEmpty: true,
        message: 'verified empty at 2026-11-23T02:10:40Z, and a consistent read still finds nothing',
      },
    ],
    [
      true,
      {
        state: 'GuardRefused',
        exitCode: 4,
        verifiedEmpty: false,
        message:
          'the target was verified empty at 2026-11-23T02:10:40Z; what is there now was written later; nothing of it was deleted',
      },
    ],
  ] as const) {
    const world = startingSingle([there], { onTarget });
    t.match(await world.deletion.outcome, expected);
    t.same(operationsOf(world), there ? ['Query, consistent'] : ['Query, consistent', 'DescribeTable']);
  }
});

t.test('a count says what the deletion would cost, and what would be too much', async (t) => {
  for (const [maxItems, message] of [
    [undefined, '2 items found; nothing was deleted'],
    [2, '2 items found; nothing was deleted'],
    [1, '2 items found, more than the 1 that may be deleted (maxItems); nothing was deleted'],
  ] as const) {
    const asked = {
      tableName: 'Orders',
      partitionValue: 'secret',
      mode: 'DryRun',
      ...(maxItems !== undefined && { maxItems }),
    } as const;
    const { deletion } = starting({ Query: () => page(['a', 'b'], consumed(1)) }, { asked });
    const outcome = await deletion.outcome;
    t.equal(outcome.message, message);
    t.same(outcome.estimatedWriteUnits, { min: 5, max: 10 });
  }
});

/** What is called every second, by hand. */
function seconds() {
  const looks = new Set<() => void>();
  const everySecond = (look: () => void) => {
    looks.add(look);
    return () => void looks.delete(look);
  };
  return { looks, everySecond };
}
const turns = async (count = 5): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

t.test('what looks every second ends with the deletion', async (t) => {
  const { looks, everySecond } = seconds();
  const { deletion } = startingSingle([false], { everySecond });
  t.ok(looks.size > 0);
  await deletion.outcome;
  t.equal(looks.size, 0);
});

t.test('a deletion that is not answered is given up, and what is answered later leads to no request', async (t) => {
  const { looks, everySecond } = seconds();
  let answer: (late: object) => void = () => {};
  const late = new Promise<object>((resolve) => (answer = resolve));
  const world = starting({ DescribeTable: () => SINGLE, Query: () => late }, { mode: 'Execute', everySecond });
  await turns();
  const before = world.sent.length;
  const second = (): void => [...looks].forEach((look) => look());
  world.clock.pass(600_000);
  second();
  answer(THERE);
  await turns();
  world.clock.pass(20_000);
  second();
  t.match(await world.deletion.outcome, {
    state: 'Incomplete',
    exitCode: 3,
    message: 'nothing was accepted for 10 minutes, and no request ended',
    progress: { atLeast: true },
  });
  t.notOk(world.sent.slice(before).some(({ operation }) => operation === 'DeleteItem'));
});

t.test('a drain ends a deletion with its own reason', async (t) => {
  const stop = new AbortController();
  const mayWrite = async () => stop.abort(new Interruption(143, 'SIGTERM'));
  const world = startingSingle([true], { signal: stop.signal, mayWrite });
  t.match(await world.deletion.outcome, { state: undefined, exitCode: 143, message: 'SIGTERM', verifiedEmpty: false });
  t.notOk(operationsOf(world).includes('DeleteItem'));
});

t.test('a capacity that changes while it runs is taken note of', async (t) => {
  const { looks, everySecond } = seconds();
  const table = (units: number) => ({
    Table: { ...SINGLE.Table, ProvisionedThroughput: { WriteCapacityUnits: units, ReadCapacityUnits: units } },
  });
  let answer: (late: object) => void = () => {};
  const late = new Promise<object>((resolve) => (answer = resolve));
  const world = starting(
    { DescribeTable: (_, earlier) => table(earlier === 0 ? 5 : 10), Query: () => late },
    { everySecond },
  );
  await turns();
  world.clock.pass(61_000);
  for (const look of looks) look();
  await turns();
  t.match(
    world.log.lines.filter(({ message }) => /capacity changed/.test(message)),
    [{ fields: { writeCapacity: 10, readCapacity: 10 } }],
  );
  answer(GONE);
  await world.deletion.outcome;
});
