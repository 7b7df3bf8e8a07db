import { type AttributeValue, BatchWriteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import t from 'tap';
import { BATCH_ITEMS, KEY_BYTES, PARTITION_WRITE_UNITS } from '../../../src/dynamodb/limits.js';
import { createTable, startDynalite } from '../../support/dynamodb.js';

t.test('the limits are those of an engine that was written apart from this program', async (t) => {
  const engine = await startDynalite();
  t.teardown(() => engine.stop());
  await createTable(engine.client, { name: 'limits', partition: ['pk', 'S'], sort: ['sk', 'S'] });
  const put = (pk: number, sk: number): Promise<unknown> =>
    engine.client.send(
      new PutItemCommand({ TableName: 'limits', Item: { pk: { S: 'x'.repeat(pk) }, sk: { S: 'x'.repeat(sk) } } }),
    );
  const deletes = (count: number): Promise<unknown> => {
    const keys = Array.from({ length: count }, (_, i): Record<string, AttributeValue> => ({
      pk: { S: 'p' },
      sk: { S: `${i}` },
    }));
    const RequestItems = { limits: keys.map((Key) => ({ DeleteRequest: { Key } })) };
    return engine.client.send(new BatchWriteItemCommand({ RequestItems }));
  };
  const [pk, sk] = [KEY_BYTES['partition key'], KEY_BYTES['sort key']];
  for (const [reason, allowed, tooMuch] of [
    ['requests in a batch', () => deletes(BATCH_ITEMS), () => deletes(BATCH_ITEMS + 1)],
    ['bytes of a partition key', () => put(pk, 1), () => put(pk + 1, 1)],
    ['bytes of a sort key', () => put(1, sk), () => put(1, sk + 1)],
  ] as const) {
    await t.resolves(allowed(), reason);
    await t.rejects(tooMuch(), { name: 'ValidationException' }, `one more: ${reason}`);
  }
});

t.test('the throughput of a physical partition, which no local engine has: as documented', async (t) => {
  t.equal(PARTITION_WRITE_UNITS, 1000);
});
