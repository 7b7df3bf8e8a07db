import t from 'tap';
import { Interruption } from '../../../src/api/failure.js';
import type { Progress } from '../../../src/api/status.js';
import { cumulativeProgress } from '../../../src/worker/earlier-attempts.js';
import { type Fault, FaultyDynamoDb, type Rule, seeded } from '../../models/dynamodb/throttling-proxy/index.js';
import { runDeletion } from '../../support/deletion.js';
import { countByPartition, createTable, type Engine, putItems, startDynalite } from '../../support/dynamodb.js';

let engine: Engine;
let tables = 0;
t.before(async () => void (engine = await startDynalite()));
t.teardown(() => engine.stop());

/** A partition of so many items, and a neighbor of 5. */
async function filled(count: number, sorted = true) {
  const table = `limited-${++tables}`;
  await createTable(engine.client, {
    name: table,
    partition: ['pk', 'S'],
    ...(sorted && { sort: ['sk', 'N'] as const }),
  });
  const item = (pk: string, i: number) => ({ pk: { S: pk }, ...(sorted && { sk: { N: `${i}` } }) });
  const numbers = (length: number) => Array.from({ length }, (_, i) => i);
  await putItems(engine.client, table, [
    ...numbers(count).map((i) => item('p', i)),
    ...numbers(sorted ? 5 : 1).map((i) => item('q', i)),
  ]);
  const left = async () => (await countByPartition(engine.client, table, 'pk')).p ?? 0;
  return { table, left, put: (i: number) => putItems(engine.client, table, [item('p', i)]) };
}

t.test('as many items as may be deleted are, and no other', async (t) => {
  for (const [count, maxItems] of [
    [600, 600],
    [600, 601],
    [601, 600],
    [1200, 600],
    [30, 1],
  ] as const) {
    const { table, left } = await filled(count);
    const outcome = await runDeletion(engine.endpoint, { tableName: table, partitionValue: 'p', maxItems });
    const isOver = count > maxItems;
    t.match(
      outcome,
      isOver
        ? { state: 'GuardRefused', exitCode: 4, verifiedEmpty: false, message: new RegExp(`the ${maxItems} items`) }
        : { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true },
      `${count} items, at most ${maxItems}`,
    );
    t.equal(outcome.progress.itemsDeleted, Math.min(count, maxItems));
    t.equal(await left(), Math.max(0, count - maxItems), 'not one over');
  }
});

t.test('a table without a sort key', async (t) => {
  const { table, left } = await filled(1, false);
  const asked = { tableName: table, partitionValue: 'p', maxItems: 1 };
  const total = () => ({ itemsDeleted: 1 });
  t.match(
    await runDeletion(engine.endpoint, asked, { total }),
    { state: 'GuardRefused' },
    'an earlier attempt had one',
  );
  t.equal(await left(), 1);
  t.match(await runDeletion(engine.endpoint, asked), { state: 'PartitionDeleted' });
  t.equal(await left(), 0);
});

t.test('a count says that it is more', async (t) => {
  const { table, left } = await filled(7);
  for (const [maxItems, message] of [
    [6, '7 items found, more than the 6 that may be deleted (maxItems); nothing was deleted'],
    [7, '7 items found; nothing was deleted'],
  ] as const) {
    const asked = { tableName: table, partitionValue: 'p', maxItems, mode: 'DryRun' as const };
    t.match(await runDeletion(engine.endpoint, asked), { state: 'DryRunComplete', exitCode: 0, message });
  }
  t.equal(await left(), 7);
});

t.test('what earlier attempts deleted is unknown: nothing is deleted', async (t) => {
  const { table, left } = await filled(7);
  const asked = { tableName: table, partitionValue: 'p', maxItems: 1000 };
  const total = () => ({ itemsDeleted: 3, atLeast: true });
  t.match(await runDeletion(engine.endpoint, asked, { total }), {
    state: 'GuardRefused',
    exitCode: 4,
    message: /at least 3 of them, but how many exactly is unknown/,
  });
  t.equal(await left(), 7);
});

t.test('items that are written meanwhile count too', async (t) => {
  const world = await filled(10);
  let written = 0;
  const rewrite = () => void (written < 50 && world.put(1000 + written++));
  const asked = { tableName: world.table, partitionValue: 'p', maxItems: 12 };
  const outcome = await runDeletion(engine.endpoint, asked, {
    mayWrite: async () => {
      for (let i = 0; i < 5; i++) rewrite();
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  t.ok((outcome.progress.itemsDeleted ?? 0) <= 12, `${outcome.progress.itemsDeleted}`);
});

const FAULTS: readonly Fault[] = [
  { kind: 'process', items: 3 },
  { kind: 'throttle' },
  { kind: 'cut' },
  { kind: 'cutAfterCommit' },
  { kind: 'slow', milliseconds: 3 },
];

t.test('with any faults and over any attempts, never one item over', async (t) => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = seeded(seed);
    const below = (most: number) => Math.floor(random() * most);
    const count = 150 + below(300);
    const maxItems = 1 + below(count);
    const { table, left } = await filled(count);
    const rules: Rule[] = FAULTS.filter(() => random() < 0.5).map((fault) => ({
      operation: 'BatchWriteItem',
      probability: 0.15,
      fault,
    }));
    const proxy = await FaultyDynamoDb.start({ upstream: engine.endpoint, rules, seed });
    let before: Progress | undefined;
    for (let attempt = 0; attempt < 4; attempt++) {
      const stop = new AbortController();
      let writes = below(4) + attempt;
      const asked = { tableName: table, partitionValue: 'p', maxItems };
      const { state, progress } = await runDeletion(proxy.url, asked, {
        signal: stop.signal,
        total: (own) => cumulativeProgress(before, own, 'Execute'),
        mayWrite: async () => {
          if (writes-- === 0 && attempt < 3) stop.abort(new Interruption(143, 'stop'));
        },
      });
      before = cumulativeProgress(before, progress, 'Execute');
      const deleted = count - (await left());
      t.ok(deleted <= maxItems, `seed ${seed}, attempt ${attempt}: ${deleted} of ${maxItems}`);
      if (before.atLeast !== true) t.equal(deleted, before.itemsDeleted, 'and as many as are told');
      t.not(state, 'PartitionDeleted', 'there are more than may be deleted, or the last one is', {
        skip: count === maxItems,
      });
    }
    await proxy.close();
  }
});
