import type { Test } from 'tap';
import type { Deletion, DeletionOptions } from '../../../src/deletion/delete-partition.js';
import type { AskedTarget } from '../../../src/deletion/target.js';
import { runDeletion } from '../../support/deletion.js';
import {
  countByPartition,
  createTable,
  dropTable,
  type Engine,
  type Item,
  putItems,
  type TableShape,
} from '../../support/dynamodb.js';
import { FaultyDynamoDb, type FaultyDynamoDbOptions, seeded } from './throttling-proxy/index.js';
import { VirtualTime } from '../virtual-time.js';

let tables = 0;

export interface World {
  items: Iterable<Item>;
  shape?: Omit<TableShape, 'name'>;
  faulty?: Omit<FaultyDynamoDbOptions, 'upstream' | 'now' | 'limits'> & {
    limits?: NonNullable<FaultyDynamoDbOptions['limits']>[string];
  };
  seed?: number;
}

/** A separate table behind a faulty DynamoDB in the same virtual time as the deletion. */
export async function pacedWorld(t: Test, engine: Engine, { items, shape, faulty = {}, seed = 1 }: World) {
  const table = `paced-${process.pid}-${++tables}`;
  await createTable(engine.client, { name: table, ...(shape ?? { partition: ['pk', 'S'], sort: ['sk', 'S'] }) });
  await putItems(engine.client, table, items);
  const clock = new VirtualTime({ random: seeded(seed), unattended: true });
  const { limits, ...rest } = faulty;
  const proxy = await FaultyDynamoDb.start({
    ...rest,
    seed,
    upstream: engine.endpoint,
    now: () => clock.now(),
    ...(limits ? { limits: { [table]: limits } } : {}),
  });
  t.teardown(async () => {
    await proxy.close();
    await dropTable(engine.client, table).catch(() => {});
  });
  return {
    table,
    proxy,
    clock,
    run: (
      options: Partial<DeletionOptions> = {},
      asked: Partial<AskedTarget> = {},
      onStart?: (deletion: Deletion) => void,
    ) => runDeletion(proxy.url, { tableName: table, partitionValue: 'p', ...asked }, { clock, ...options }, onStart),
    left: async () => (await countByPartition(engine.client, table, 'pk')).p ?? 0,
    queries: () => proxy.received.filter(({ operation }) => operation === 'Query').map(({ body }) => body),
  };
}
