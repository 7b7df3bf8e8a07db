import t from 'tap';
import { RETRY_LIMITS } from '../../../../src/deletion/retry/retry-policy.js';
import { sendBatch } from '../../../../src/deletion/write/batch-write.js';
import { PageCost } from '../../../../src/deletion/read/page-cost.js';
import { N, S } from '../../dynamodb/keys.js';
import { scripted, sdkError, sortedTarget, throttled, unavailable } from '../scripted.js';

const cost = new PageCost(3, 1, true, 0);
const BATCH = ['a', 'b', 'c'].map((text) => ({ key: S(text), cost }));
const [A, , C] = BATCH;

const unprocessed = (...keys: string[]) => ({
  UnprocessedItems: { Orders: keys.map((sk) => ({ DeleteRequest: { Key: { pk: { S: 'p' }, sk: { S: sk } } } })) },
});
const capacity = (...units: number[]) => ({ ConsumedCapacity: units.map((CapacityUnits) => ({ CapacityUnits })) });

const send = async (answer: object, asks = true) => {
  let told = 0;
  const world = scripted({ BatchWriteItem: () => answer }, { onProgress: () => told++ });
  const result = await sendBatch(world.context, sortedTarget(), BATCH, asks);
  return { ...world, result, counters: world.context.counters, told: () => told };
};

t.test('what became of a batch', async (t) => {
  for (const [reason, answer, result, counters] of [
    [
      'all done',
      capacity(3),
      { left: [], consumed: { total: 3, ofPartition: 3 }, failed: undefined, unknown: false },
      { itemsDeleted: 3, throttled: 0, atLeast: false },
    ],
    ['capacity of table and index', capacity(3, 2), { consumed: { total: 5, ofPartition: 5 } }, {}],
    ['an engine that does not report capacity', {}, { left: [], consumed: undefined }, { itemsDeleted: 3 }],
    [
      'a global index consumes beside the partition',
      {
        ConsumedCapacity: [
          {
            CapacityUnits: 12,
            Table: { CapacityUnits: 3 },
            LocalSecondaryIndexes: { l: { CapacityUnits: 3 } },
            GlobalSecondaryIndexes: { g: { CapacityUnits: 6 } },
          },
        ],
      },
      { consumed: { total: 12, ofPartition: 6 } },
      {},
    ],
    ['capacity without units', { ConsumedCapacity: [{}] }, { consumed: { total: 0, ofPartition: 0 } }, {}],
    [
      'a part was refused: in the order of the batch, as it was',
      { ...unprocessed('c', 'a'), ...capacity(1) },
      { left: [A, C], consumed: { total: 1, ofPartition: 1 }, failed: undefined, unknown: false },
      { itemsDeleted: 1, throttled: 1, atLeast: false },
    ],
    [
      'all was refused, without an exception',
      unprocessed('a', 'b', 'c'),
      { left: BATCH, failed: undefined, unknown: false },
      { itemsDeleted: 0, throttled: 1 },
    ],
    [
      'throttled: the reasons are handed on',
      throttled({ throttlingReasons: [{ reason: 'TableWriteAccountLimitExceeded' }] }),
      {
        left: BATCH,
        consumed: undefined,
        failed: 'throttled',
        unknown: false,
        reasons: ['TableWriteAccountLimitExceeded'],
      },
      { itemsDeleted: 0, throttled: 1, atLeast: false },
    ],
    [
      'a failure of unknown outcome',
      unavailable(),
      { left: BATCH, failed: 'retry', unknown: true },
      { itemsDeleted: 0, throttled: 0, atLeast: true },
    ],
    [
      'it never got there',
      Object.assign(new Error(), { code: 'ECONNREFUSED' }),
      { left: BATCH, failed: 'not-sent', unknown: false },
      { atLeast: false },
    ],
  ] as const) {
    const sent = await send(answer);
    t.match(sent.result, result, reason);
    t.match(sent.counters, counters, reason);
  }
});

t.test('only an exception carries reasons', async (t) => {
  for (const answer of [capacity(3), unprocessed('a'), unprocessed('a', 'b', 'c'), throttled()])
    t.strictSame((await send(answer)).result.reasons, []);
});

t.test('the request: deletes by primary key', async (t) => {
  const { sent } = await send({});
  t.strictSame(sent[0]?.input, {
    RequestItems: {
      Orders: ['a', 'b', 'c'].map((sk) => ({ DeleteRequest: { Key: { pk: { S: 'p' }, sk: { S: sk } } } })),
    },
    ReturnConsumedCapacity: 'INDEXES',
  });
  const { sent: unasked } = await send({}, false);
  t.notOk('ReturnConsumedCapacity' in unasked[0]!.input, 'asks what it consumed only where it is to');
});

t.test('numbers are matched by value, however they come back', async (t) => {
  const batch = [N('1500'), N('2')].map((key) => ({ key, cost }));
  const back = { DeleteRequest: { Key: { pk: { S: 'p' }, sk: { N: '1.5E3' } } } };
  const { context } = scripted({ BatchWriteItem: () => ({ UnprocessedItems: { Orders: [back] } }) });
  t.strictSame((await sendBatch(context, sortedTarget(), batch, true)).left, [batch[0]]);
});

t.test('what comes back and is not a delete is ignored', async (t) => {
  const { result, counters } = await send({ UnprocessedItems: { Orders: [{ PutRequest: { Item: {} } }, {}] } });
  t.same(result.left, []);
  t.equal(counters.itemsDeleted, 3);
});

t.test('what comes back without its key is a bug: ignored, it would count as deleted', async (t) => {
  const back = { DeleteRequest: { Key: { pk: { S: 'p' } } } };
  await t.rejects(send({ UnprocessedItems: { Orders: [back] } }), {
    name: 'TypeError',
    message: 'an unprocessed item has no sort key',
  });
});

t.test('what is not worth sending again is thrown', async (t) => {
  await t.rejects(send(sdkError('ValidationException', 400)), { name: 'ValidationException' });
  await t.rejects(send(sdkError('ResourceNotFoundException', 400)), { name: 'Failure', state: 'TableNotFound' });
  const world = scripted({ BatchWriteItem: () => unprocessed('a', 'b', 'c') });
  world.clock.pass(RETRY_LIMITS.withoutProgress);
  await t.rejects(sendBatch(world.context, sortedTarget(), BATCH, true), { name: 'Failure', state: 'Incomplete' });
});

t.test('a batch that was done in part is progress, one of which nothing was done is none', async (t) => {
  for (const [reason, answer, survives] of [
    ['in part', unprocessed('a', 'b'), true],
    ['nothing', unprocessed('a', 'b', 'c'), false],
  ] as const) {
    const world = scripted({ BatchWriteItem: () => answer });
    world.clock.pass(RETRY_LIMITS.withoutProgress - 1);
    await sendBatch(world.context, sortedTarget(), BATCH, true);
    world.clock.pass(1);
    const judge = () => world.context.retryPolicy.judge(throttled());
    if (survives) t.equal(judge(), 'throttled', reason);
    else t.throws(judge, { name: 'Failure', state: 'Incomplete' }, reason);
  }
});

t.test('the terminal is told at once, also while nothing succeeds', async (t) => {
  for (const answer of [capacity(3), unprocessed('a'), unprocessed('a', 'b', 'c'), throttled()])
    t.ok((await send(answer)).told() >= 1);
});
