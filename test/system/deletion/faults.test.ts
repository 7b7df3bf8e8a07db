import t, { type Test } from 'tap';
import { EXIT_CODES } from '../../../src/api/exit-codes.js';
import { Interruption } from '../../../src/api/failure.js';
import { countByPartition, createTable, type Engine, putItems, startDynalite } from '../../support/dynamodb.js';
import { runDeletion } from '../../support/deletion.js';
import {
  accessDenied,
  type Fault,
  FaultyDynamoDb,
  internalServerError,
  type Rule,
  serviceUnavailable,
} from '../../models/dynamodb/throttling-proxy/index.js';

let engine: Engine;
let tables = 0;
const ITEMS = 250;

t.before(async () => void (engine = await startDynalite()));
t.teardown(() => engine.stop());

/** A partition of 250 items and a neighbour of 5, behind a proxy that misbehaves as told. */
async function behind(t: Test, rules: readonly Rule[], pointInTimeRecovery?: 'on' | 'off' | 'denied') {
  const table = `faults-${++tables}`;
  await createTable(engine.client, { name: table, partition: ['pk', 'S'], sort: ['sk', 'N'] });
  const items = [
    ...Array.from({ length: ITEMS }, (_, i) => ({ pk: { S: 'p' }, sk: { N: `${i}` } })),
    ...Array.from({ length: 5 }, (_, i) => ({ pk: { S: 'q' }, sk: { N: `${i}` } })),
  ];
  await putItems(engine.client, table, items);
  const proxy = await FaultyDynamoDb.start({
    upstream: engine.endpoint,
    rules,
    ...(pointInTimeRecovery && { pointInTimeRecovery }),
  });
  t.teardown(() => proxy.close());
  return {
    proxy,
    run: (options: Parameters<typeof runDeletion>[2] = {}, asked: object = {}) =>
      runDeletion(proxy.url, { tableName: table, partitionValue: 'p', ...asked }, options),
    left: async () => (await countByPartition(engine.client, table, 'pk')).p ?? 0,
    neighbours: async () => (await countByPartition(engine.client, table, 'pk')).q,
    writes: () => proxy.received.filter(({ operation }) => /Write|Delete|Put|Update/.test(operation)).length,
  };
}

const write = 'BatchWriteItem';

for (const [reason, rules] of [
  ['24 of 25 unprocessed, again and again', [{ operation: write, fault: { kind: 'process', items: 1 } }]],
  ['throttled for a while', [{ operation: write, fault: { kind: 'throttle' }, times: 60 }]],
  [
    'throttled for a while, the other exception',
    [{ operation: write, fault: { kind: 'throttle', exception: 'ProvisionedThroughputExceededException' }, times: 60 }],
  ],
  ['every second write throttled', [{ operation: write, fault: { kind: 'throttle' }, probability: 0.5 }]],
  ['reads throttled', [{ operation: 'Query', fault: { kind: 'throttle' }, probability: 0.5 }]],
] as readonly [string, readonly Rule[]][])
  t.test(`${reason}: all is retried, and each item counted once`, async (t) => {
    const world = await behind(t, rules);
    const outcome = await world.run();
    t.match(outcome, { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true });
    t.match(outcome.progress, { itemsFound: ITEMS, itemsDeleted: ITEMS, atLeast: undefined });
    t.equal(await world.left(), 0);
    t.equal(await world.neighbours(), 5);
  });

for (const [reason, fault] of [
  ['an answer lost after its commit', { kind: 'cutAfterCommit' }],
  ['a connection cut', { kind: 'cut' }],
  ['an internal error', { kind: 'answer', answer: internalServerError() }],
  ['unavailable', { kind: 'answer', answer: serviceUnavailable() }],
] as readonly [string, Fault][])
  t.test(`${reason}: deleting again is harmless, and the count says "at least"`, async (t) => {
    const world = await behind(t, [{ operation: [write, 'Query'], fault, probability: 0.3 }]);
    const outcome = await world.run();
    t.match(outcome, { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, message: /at least/ });
    t.match(outcome.progress, { itemsDeleted: ITEMS, atLeast: true });
    t.equal(await world.left(), 0);
    t.equal(await world.neighbours(), 5);
  });

/** An error of DynamoDB's own, by its name. */
const refusal = (name: string): Fault => ({
  kind: 'answer',
  answer: { status: 400, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'secret' } },
});

for (const [reason, fault] of [
  ['a transaction is at an item', refusal('TransactionConflictException')],
  ['a transaction of the same token', refusal('TransactionInProgressException')],
  ['another region is at an item', refusal('ReplicatedWriteConflictException')],
  ['credentials that not every server knows yet', refusal('UnrecognizedClientException')],
  ['a signature by a key that is new', refusal('InvalidSignatureException')],
  ['a denial', refusal('AccessDeniedException')],
  ['credentials that have just expired', refusal('ExpiredTokenException')],
] as readonly [string, Fault][])
  t.test(`${reason}, once in mid-run: it was refused, so the count is exact`, async (t) => {
    const world = await behind(t, [{ operation: write, fault, skip: 2, times: 1 }]);
    const outcome = await world.run();
    t.match(outcome, { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true });
    t.match(outcome.progress, { itemsDeleted: ITEMS, atLeast: undefined });
    t.equal(await world.left(), 0);
  });

for (const [reason, fault] of [
  ['an empty 403', { kind: 'answer', answer: { status: 403, body: undefined } }],
  ['an empty 413', { kind: 'answer', answer: { status: 413, body: undefined } }],
  ['an error that nobody knows', refusal('SomethingNewException')],
] as readonly [string, Fault][])
  t.test(`${reason} once in mid-run does not end the run`, async (t) => {
    const world = await behind(t, [{ operation: write, fault, skip: 2, times: 2 }]);
    const outcome = await world.run();
    t.match(outcome, { state: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, message: /at least/ });
    t.equal(await world.left(), 0);
  });

t.test('throttled forever: it gives up after ten minutes, with exit code 3', async (t) => {
  const world = await behind(t, [{ operation: write, fault: { kind: 'throttle' } }]);
  const outcome = await world.run();
  t.match(outcome, { state: 'Incomplete', exitCode: 3, verifiedEmpty: false, message: /10 minutes/ });
  t.ok(outcome.clock.now() >= 600_000);
  t.equal(await world.left(), ITEMS);
});

t.test('unprocessed forever ends in the same way', async (t) => {
  const nothing = (body: Record<string, unknown>): Fault => ({
    kind: 'answer',
    answer: { status: 200, body: { UnprocessedItems: body.RequestItems } },
  });
  const world = await behind(t, [{ operation: write, fault: ({ body }) => nothing(body) }]);
  t.match(await world.run(), { state: 'Incomplete', exitCode: 3, message: /10 minutes/ });
});

t.test('nobody at the endpoint: exit code 3 after a minute', async (t) => {
  const gone = await FaultyDynamoDb.start({ upstream: engine.endpoint });
  const { url } = gone;
  await gone.close();
  const outcome = await runDeletion(url, { tableName: 'Orders', partitionValue: 'p' });
  t.match(outcome, { state: 'Incomplete', exitCode: 3, message: /no answer.*60 s.*ECONNREFUSED/ });
});

t.test('denied', async (t) => {
  for (const operation of ['DescribeTable', 'Query', write]) {
    const world = await behind(t, [{ operation, fault: { kind: 'answer', answer: accessDenied(operation) } }]);
    const outcome = await world.run();
    t.match(outcome, { state: 'AccessDenied', exitCode: 6, verifiedEmpty: false }, operation);
    t.ok(outcome.clock.now() >= 60_000, 'IAM is given its minute, also for credentials that are new');
    t.equal(await world.left(), ITEMS);
  }
});

t.test('point-in-time recovery', async (t) => {
  for (const [recovery, expected] of [
    ['on', { state: 'PartitionDeleted', exitCode: 0 }],
    ['off', { state: 'GuardRefused', exitCode: 4, message: /it is off/ }],
    ['denied', { state: 'GuardRefused', exitCode: 4, message: /could not be determined/ }],
    [undefined, { state: 'GuardRefused', exitCode: 4, message: /could not be determined/ }],
  ] as const) {
    const world = await behind(t, [], recovery);
    const outcome = await world.run({}, { requirePointInTimeRecovery: true });
    t.match(outcome, expected, `${recovery}`);
    t.equal(await world.left(), expected.exitCode === 0 ? 0 : ITEMS);
    t.equal(world.writes() === 0, expected.exitCode !== 0, 'a refusal writes nothing');
  }
});

t.test('the table', async (t) => {
  for (const [status, expected] of [
    ['DELETING', { state: 'TableNotFound', exitCode: 5 }],
    ['ARCHIVED', { state: 'TableNotFound', exitCode: 5 }],
    ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', { state: 'AccessDenied', exitCode: 6 }],
    ['CREATING', { state: 'PartitionDeleted', exitCode: 0 }],
  ] as const) {
    const Table = {
      TableStatus: status,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    };
    const rule: Rule = {
      operation: 'DescribeTable',
      fault: { kind: 'answer', answer: { status: 200, body: { Table } } },
      ...(status === 'CREATING' && { times: 3 }),
    };
    const world = await behind(t, [rule]);
    t.match(await world.run(), expected, status);
  }
});

t.test('something that is no DynamoDB', async (t) => {
  for (const [reason, answer] of [
    ['another service', { status: 404, body: { error: 'not found' } }],
    ['an answer to anything', { status: 200, body: {} }],
    ['a refusal', { status: 400, body: { __type: 'com.amazon.coral.validate#ValidationException', message: 'no' } }],
  ] as const) {
    const world = await behind(t, [{ operation: 'DescribeTable', fault: { kind: 'answer', answer } }]);
    t.match(await world.run(), { state: 'InvalidTarget', exitCode: 2 }, reason);
  }
});

t.test('a validation error in mid-run is a bug, and is not retried', async (t) => {
  const answer = {
    status: 400,
    body: { __type: 'com.amazon.coral.validate#ValidationException', message: 'secret p' },
  };
  const world = await behind(t, [{ operation: write, fault: { kind: 'answer', answer } }]);
  const outcome = await world.run();
  t.match(outcome, { state: 'WorkerFailed', exitCode: 1, message: /ValidationException/ });
  t.notMatch(JSON.stringify([outcome.message, outcome.lines]), /secret/, "the server's words stay out of the log");
});

t.test('a dry run writes nothing, whatever it meets', async (t) => {
  const world = await behind(t, [{ operation: 'Query', fault: { kind: 'throttle' }, probability: 0.5 }]);
  const outcome = await world.run({}, { mode: 'DryRun' });
  t.match(outcome, { state: 'DryRunComplete', exitCode: 0, progress: { itemsFound: ITEMS } });
  t.equal(world.writes(), 0);
});

t.test('draining', async (t) => {
  await t.test('what is in flight is finished and counted, and nothing new is sent', async (t) => {
    const world = await behind(t, [{ operation: write, fault: { kind: 'slow', milliseconds: 50 } }]);
    const stop = new AbortController();
    let written = 0;
    const outcome = await world.run({
      signal: stop.signal,
      mayWrite: async () => {
        if (++written === 5) stop.abort(new Interruption(EXIT_CODES.terminated, 'stop'));
      },
    });
    t.match(outcome, { exitCode: 143, message: 'stop', verifiedEmpty: false });
    t.notOk('state' in outcome, 'an interruption is no outcome');
    t.equal(outcome.progress.itemsDeleted, ITEMS - (await world.left()), 'the count is exact');
    t.ok(await world.left(), 'items remain');
    t.ok(world.writes() < 5);
    const again = await world.run();
    t.match(again, { exitCode: 0, verifiedEmpty: true }, 'the next attempt needs nothing else');
    t.equal(await world.left(), 0);
  });

  await t.test('before anything was asked', async (t) => {
    const world = await behind(t, []);
    const stop = new AbortController();
    stop.abort(new Interruption(EXIT_CODES.interrupted, 'stop'));
    t.match(await world.run({ signal: stop.signal }), { exitCode: 130 });
    t.equal(world.proxy.received.length, 0);
  });

  await t.test('a reason that ends the run is its outcome', async (t) => {
    const world = await behind(t, []);
    const stop = new AbortController();
    stop.abort(new Interruption(EXIT_CODES.GuardRefused, 'the resource is gone', 'GuardRefused'));
    t.match(await world.run({ signal: stop.signal }), { exitCode: 4, state: 'GuardRefused' });
  });
});

t.test('reads', async (t) => {
  const world = await behind(t, []);
  await world.run();
  const queries = world.proxy.received.filter(({ operation }) => operation === 'Query');
  t.ok(queries.length > 0);
  for (const { body } of queries) {
    t.equal(body.ProjectionExpression, '#p, #s', 'keys only');
    t.ok((body.Limit as number) <= 1000);
  }
  t.equal(queries.at(-1)?.body.ConsistentRead, true, 'the last one proves');
});

t.test('a write cap is kept', async (t) => {
  const world = await behind(t, []);
  const outcome = await world.run({ caps: { maxWriteUnitsPerSecond: 100 } });
  t.match(outcome, { exitCode: 0, verifiedEmpty: true });
  t.ok(outcome.clock.now() >= (ITEMS / 100) * 1000 - 1000, `${ITEMS} units took ${outcome.clock.now()} ms`);
});
