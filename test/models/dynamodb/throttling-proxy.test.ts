import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import t, { type Test } from 'tap';
import { compareKeys, itemSize, writeUnits } from './throttling-proxy/attributes.js';
import {
  FaultyDynamoDb,
  type FaultyDynamoDbOptions,
  mostWithin,
  TokenBucket,
  traceOf,
  usageOf,
} from './throttling-proxy/index.js';

const TABLE = 'orders';

/** An engine with one table, a proxy before it on a clock that stands still, and a client of the proxy. */
async function start(test: Test, options: Omit<FaultyDynamoDbOptions, 'upstream'> = {}) {
  const engine = dynalite({ createTableMs: 0 });
  await once(engine.listen(0, '127.0.0.1'), 'listening');
  const clock = { now: 0 };
  const proxy = await FaultyDynamoDb.start({
    upstream: `http://127.0.0.1:${(engine.address() as AddressInfo).port}`,
    now: () => clock.now,
    sleep: (milliseconds) => {
      clock.now += milliseconds;
      return Promise.resolve();
    },
    ...options,
  });
  const client = new DynamoDBClient({
    endpoint: proxy.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  test.teardown(async () => {
    client.destroy();
    await proxy.close();
    engine.close();
  });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const put = (sk: string, bytes = 10) =>
    client.send(
      new PutItemCommand({ TableName: TABLE, Item: { pk: { S: 'p' }, sk: { S: sk }, data: { S: 'x'.repeat(bytes) } } }),
    );
  const key = (sk: string) => ({ pk: { S: 'p' }, sk: { S: sk } });
  const remove = (...keys: string[]) =>
    client.send(
      new BatchWriteItemCommand({
        RequestItems: { [TABLE]: keys.map((sk) => ({ DeleteRequest: { Key: key(sk) } })) },
        ReturnConsumedCapacity: 'INDEXES',
      }),
    );
  const left = async () => {
    const page = await client.send(
      new QueryCommand({
        TableName: TABLE,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': { S: 'p' } },
      }),
    );
    return page.Items!.map(({ sk }) => sk!.S!);
  };
  return { proxy, client, clock, put, key, remove, left };
}

t.test('a bucket admits above zero, goes into debt, fills up to its burst', async (t) => {
  const bucket = new TokenBucket({ unitsPerSecond: 1000 });
  t.ok(bucket.open(0));
  bucket.charge(400);
  t.notOk(bucket.open(150), 'a debt of 150 is paid after 150 ms, and zero is not above zero');
  t.ok(bucket.open(151));
  t.ok(bucket.open(10_000));
  bucket.charge(250);
  t.notOk(bucket.open(10_000), 'no more than a quarter of a second is saved up');
});

t.test('keys of each type compare as DynamoDB compares them', async (t) => {
  const ascending = {
    S: ['', 'Z', 'a', 'aa', '\uffee', '\u{1f600}'],
    N: ['-1e125', '-12', '-1.5', '-1e-130', '0', '1e-130', '0.05', '9', '10', '10.5', '1E125'],
    B: ['', 'AA==', 'fw==', 'gA==', '/w=='],
  };
  for (const [type, keys] of Object.entries(ascending))
    for (const [i, a] of keys.entries())
      for (const [j, b] of keys.entries())
        t.equal(Math.sign(compareKeys({ [type]: a }, { [type]: b })), Math.sign(i - j), `${type}: ${a} and ${b}`);
  t.equal(compareKeys({ N: '1.0' }, { N: '10e-1' }), 0);
});

t.test('a delete takes a write unit per started KB, names and keys counted', async (t) => {
  t.equal(itemSize({ pk: { S: 'é' }, n: { N: '-123.40' }, l: { L: [{ BOOL: true }] } }), 4 + 5 + 6);
  t.equal(writeUnits(itemSize({ data: { S: 'x'.repeat(1020) } })), 1);
  t.equal(writeUnits(itemSize({ data: { S: 'x'.repeat(1021) } })), 2);
  t.equal(writeUnits(0), 1);
});

t.test('what a bucket does not hold comes back unprocessed, and is done later', async (t) => {
  const { clock, proxy, put, remove, left } = await start(t, {
    limits: { [TABLE]: { range: { unitsPerSecond: 8, burstSeconds: 0.25 } } },
  });
  for (const sk of ['a', 'b', 'c', 'd']) await put(sk);
  const { UnprocessedItems, ConsumedCapacity } = await remove('a', 'b', 'c', 'd');
  const back = UnprocessedItems![TABLE]!.map((request) => request.DeleteRequest!.Key!.sk!.S!);
  t.equal(back.length, 2);
  t.equal(ConsumedCapacity![0]!.CapacityUnits, 2);
  t.same(await left(), [...back].sort());
  clock.now += 1000;
  await remove(...back);
  t.same(await left(), []);
  t.match(proxy.writes, [
    { at: 0, committed: 2, refused: 2 },
    { at: 1000, committed: 2, refused: 0 },
  ]);
});

t.test('ranges have buckets of their own; nothing done is an exception with the reason', async (t) => {
  const { put, remove, left, proxy } = await start(t, {
    limits: { [TABLE]: { splits: [{ S: 'm' }], range: { unitsPerSecond: 4 } } },
  });
  for (const sk of ['a', 'b', 'm', 'n']) await put(sk, 3000);
  await remove('a', 'm');
  t.same(await left(), ['b', 'n']);
  await t.rejects(remove('b', 'n'), {
    name: 'ThrottlingException',
    throttlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded' }],
  });
  t.match(proxy.writes.map(({ range, committed, refused }) => [range, committed, refused]).sort(), [
    [0, 0, 3],
    [0, 3, 0],
    [1, 0, 3],
    [1, 3, 0],
  ]);
});

t.test('the other exception names the field of its reasons differently', async (t) => {
  const reason = 'TableWriteProvisionedThroughputExceeded';
  const { client, key, remove } = await start(t, {
    limits: {
      [TABLE]: {
        table: { unitsPerSecond: 4, reason },
        exception: 'ProvisionedThroughputExceededException',
      },
    },
  });
  await remove('a');
  await t.rejects(client.send(new DeleteItemCommand({ TableName: TABLE, Key: key('b') })), {
    name: 'ProvisionedThroughputExceededException',
    ThrottlingReasons: [{ reason }],
  });
});

t.test('scripted: everything throttled, then 1 of 3 processed, then a 500, then done', async (t) => {
  const { put, remove, left } = await start(t, {
    rules: [
      { operation: 'BatchWriteItem', times: 1, fault: { kind: 'throttle' } },
      { operation: 'BatchWriteItem', skip: 0, times: 1, fault: { kind: 'process', items: 1 } },
      {
        operation: 'BatchWriteItem',
        times: 1,
        fault: { kind: 'answer', answer: { status: 500, body: { __type: 'x#InternalServerError' } } },
      },
    ],
  });
  for (const sk of ['a', 'b', 'c']) await put(sk);
  await t.rejects(remove('a', 'b', 'c'), { name: 'ThrottlingException' });
  t.equal((await left()).length, 3);
  t.equal((await remove('a', 'b', 'c')).UnprocessedItems![TABLE]!.length, 2);
  t.equal((await left()).length, 2);
  await t.rejects(remove('a', 'b', 'c'), { name: 'InternalServerError' });
  t.equal((await left()).length, 2);
  await remove('a', 'b', 'c');
  t.same(await left(), []);
});

t.test('an answer lost after its commit, and a connection cut before it', async (t) => {
  const { put, remove, left } = await start(t, {
    rules: [
      { operation: 'BatchWriteItem', times: 1, fault: { kind: 'cut' } },
      { operation: 'BatchWriteItem', times: 1, fault: { kind: 'cutAfterCommit' } },
    ],
  });
  await put('a');
  await t.rejects(remove('a'), { code: 'ECONNRESET' });
  t.same(await left(), ['a']);
  await t.rejects(remove('a'), { code: 'ECONNRESET' });
  t.same(await left(), []);
});

t.test('slow answers and windows of time go by the injected clock', async (t) => {
  const { clock, remove, proxy } = await start(t, {
    rules: [
      { operation: 'BatchWriteItem', until: 100, fault: { kind: 'slow', milliseconds: 250 } },
      { operation: 'BatchWriteItem', from: 100, fault: { kind: 'throttle', exception: 'RequestLimitExceeded' } },
    ],
  });
  await remove('a');
  t.equal(clock.now, 250);
  await t.rejects(remove('a'), { name: 'RequestLimitExceeded' });
  t.equal(proxy.received.filter(({ operation }) => operation === 'BatchWriteItem').length, 2);
});

t.test('point-in-time recovery is on, off, or not for us to know', async (t) => {
  const { client, proxy } = await start(t);
  const ask = () => client.send(new DescribeContinuousBackupsCommand({ TableName: TABLE }));
  for (const [setting, status] of [
    ['on', 'ENABLED'],
    ['off', 'DISABLED'],
  ] as const) {
    proxy.pointInTimeRecovery = setting;
    const { ContinuousBackupsDescription } = await ask();
    t.equal(ContinuousBackupsDescription!.PointInTimeRecoveryDescription!.PointInTimeRecoveryStatus, status);
  }
  proxy.pointInTimeRecovery = 'denied';
  await t.rejects(ask(), { name: 'AccessDeniedException' });
});

t.test('reads are limited and recorded by what the engine says that they took', async (t) => {
  const { put, left, proxy, clock } = await start(t, { limits: { [TABLE]: { reads: { unitsPerSecond: 4 } } } });
  await put('a', 3000);
  await put('b', 3000);
  await left();
  t.match(proxy.reads, [{ units: 2 }]);
  await t.rejects(left(), {
    name: 'ThrottlingException',
    throttlingReasons: [{ reason: 'TableReadKeyRangeThroughputExceeded' }],
  });
  clock.now += 1000;
  t.same(await left(), ['a', 'b']);
});

t.test('an engine may say less of the capacity that it consumed', async (t) => {
  for (const [detail, expected] of [
    ['total', [{ TableName: TABLE, CapacityUnits: 1 }]],
    ['none', undefined],
  ] as const) {
    const { remove } = await start(t, { consumedCapacity: detail });
    t.strictSame((await remove('a')).ConsumedCapacity, expected);
  }
});

t.test('figures of a run', async (t) => {
  const entry = (at: number, committed: number, refused = 0, range = 0) => ({
    at,
    table: TABLE,
    range,
    committed,
    refused,
  });
  const entries = [entry(0, 10, 5), entry(2000, 30), entry(4000, 50, 2, 1), entry(5000, 9), entry(6000, 1)];
  const usage = usageOf(entries);
  t.equal(usage.unitsPerSecond, 80 / 3);
  t.equal(usage.wasted, 7 / 100);
  t.equal(usage.wastedSteady, 2 / 90);
  t.equal(mostWithin(entries, 2000), 59);
  t.equal(mostWithin(entries, 2001), 80);
  t.strictSame(traceOf(entries, 3000), [
    [40, 9, 1],
    [0, 50, 0],
  ]);
});
