import t from 'tap';
import { Interruption } from '../../../src/api/failure.js';
import { preflight } from '../../../src/deletion/preflight.js';
import type { AskedTarget } from '../../../src/deletion/target.js';
import { N, S } from '../dynamodb/keys.js';
import { scripted, sdkError } from './scripted.js';

const table = (parts: object = {}) => ({
  Table: {
    TableStatus: 'ACTIVE',
    TableId: 'id',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'sk', AttributeType: 'N' },
      { AttributeName: 'pk', AttributeType: 'S' },
    ],
    ...parts,
  },
});
const single = { KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] };
const asked = (parts: Partial<AskedTarget> = {}): AskedTarget => ({
  tableName: 'Orders',
  partitionValue: 'p',
  mode: 'Execute',
  ...parts,
});
const sorted = { kind: 'sorted', tableName: 'Orders', partition: { name: 'pk', type: 'S', value: S('p') } };

t.test('the target, as the table has it', async (t) => {
  for (const [reason, parts, more, expected] of [
    [
      'the whole partition',
      {},
      {},
      { ...sorted, tableId: 'id', sort: { name: 'sk', type: 'N' }, range: { kind: 'all' } },
    ],
    [
      'a range in the type of the sort key',
      {},
      { sortKey: { from: '1', to: '2' } },
      { ...sorted, range: { kind: 'between', from: N('1'), to: N('2') } },
    ],
    ['a table without a sort key', single, {}, { kind: 'single item', partition: { name: 'pk' } }],
    ['its ARN', { TableArn: 'arn' }, {}, { tableId: 'id', tableArn: 'arn' }],
    ['no id: the ARN tells tables apart', { TableId: undefined, TableArn: 'arn' }, {}, { tableId: 'arn' }],
    ['neither: its name', { TableId: undefined, TableName: 'Orders-2' }, {}, { tableId: 'Orders-2' }],
    ['nothing at all: the name that was asked for', { TableId: undefined }, {}, { tableId: 'Orders' }],
    [
      'indexes',
      { LocalSecondaryIndexes: [{}], GlobalSecondaryIndexes: [{}, {}] },
      {},
      { localIndexes: 1, globalIndexes: 2 },
    ],
    ['provisioned', { ProvisionedThroughput: { WriteCapacityUnits: 5 } }, {}, { capacity: { write: 5 } }],
    ['on demand', { ProvisionedThroughput: { WriteCapacityUnits: 0 } }, {}, { capacity: { write: undefined } }],
    [
      'on demand, with a maximum',
      { ProvisionedThroughput: { WriteCapacityUnits: 0 }, OnDemandThroughput: { MaxWriteRequestUnits: 40 } },
      {},
      { capacity: { write: 40 } },
    ],
    [
      'on demand, without',
      { OnDemandThroughput: { MaxWriteRequestUnits: -1 } },
      {},
      { capacity: { write: undefined } },
    ],
    ['a table that is being updated serves requests', { TableStatus: 'UPDATING' }, {}, sorted],
    ['a status that does not exist yet', { TableStatus: undefined }, {}, sorted],
  ] as const) {
    const { context } = scripted({ DescribeTable: () => table(parts) });
    t.match(await preflight(context, asked(more)), expected, reason);
  }
});

t.test('what is known of the table is logged, and no key', async (t) => {
  const { context, log } = scripted({
    DescribeTable: () =>
      table({
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        LocalSecondaryIndexes: [{ IndexName: 'by-date' }],
        Replicas: [{ RegionName: 'eu-west-1' }],
        StreamSpecification: { StreamEnabled: true },
      }),
  });
  await preflight(context, asked({ partitionValue: 'secret' }));
  t.match(log.lines, [
    {
      message: 'found the table',
      fields: { localSecondaryIndexes: ['by-date'], billing: 'PAY_PER_REQUEST', replicas: ['eu-west-1'], stream: true },
    },
  ]);
  t.notMatch(JSON.stringify(log.lines), /secret/);
});

t.test('of a plain table, too', async (t) => {
  const { context, log } = scripted({ DescribeTable: () => table() });
  await preflight(context, asked());
  t.strictSame(log.lines[0]?.fields, {
    partitionKey: { name: 'pk', type: 'S' },
    sortKey: { name: 'sk', type: 'N' },
    localSecondaryIndexes: [],
    globalSecondaryIndexes: [],
    billing: 'PROVISIONED',
    replicas: [],
    stream: false,
    tableStatus: 'ACTIVE',
  });
});

t.test('a table that is being created is waited for', async (t) => {
  const obstacles: (string | undefined)[] = [];
  const { context, sent, clock, log } = scripted(
    { DescribeTable: (_, earlier) => table(earlier < 3 ? { TableStatus: 'CREATING' } : {}) },
    { onObstacle: (why) => obstacles.push(why) },
  );
  await preflight(context, asked());
  t.same(
    sent.map(({ input }) => input),
    Array(4).fill({ TableName: 'Orders' }),
  );
  t.equal(clock.now(), 6000);
  t.equal(obstacles.at(-1), 'the table is still being created', 'and told of');
  t.equal(log.lines[0]?.message, 'the table is still being created; waiting');
});

t.test('while waiting, a drain ends it', async (t) => {
  const stop = new AbortController();
  const { context } = scripted(
    { DescribeTable: () => (stop.abort(new Interruption(143, 'stop')), table({ TableStatus: 'CREATING' })) },
    { signal: stop.signal },
  );
  await t.rejects(preflight(context, asked()), { name: 'Interruption', exitCode: 143 });
});

t.test('a table that cannot be worked on', async (t) => {
  for (const [reason, answer, state, message] of [
    ['is being deleted', table({ TableStatus: 'DELETING' }), 'TableNotFound', /deleted/],
    ['is being archived', table({ TableStatus: 'ARCHIVING' }), 'TableNotFound', /archived/],
    ['is archived', table({ TableStatus: 'ARCHIVED' }), 'TableNotFound', /archived/],
    ['its key is gone', table({ TableStatus: 'INACCESSIBLE_ENCRYPTION_CREDENTIALS' }), 'AccessDenied', /KMS/],
    ['is not there', sdkError('ResourceNotFoundException', 400), 'TableNotFound', /does not exist/],
    ['may not be described', sdkError('AccessDeniedException', 400), 'AccessDenied', /denied/],
    ['has no name that DynamoDB takes', sdkError('ValidationException', 400), 'InvalidTarget', /refuses to describe/],
    [
      'an error that DynamoDB does not have',
      sdkError('Surprise', 418),
      'InvalidTarget',
      /cannot be used: Surprise.*as DynamoDB does/,
    ],
    ['a bug', new TypeError('secret'), 'InvalidTarget', /^the endpoint does not answer as DynamoDB does: TypeError$/],
    ['an answer without a table', {}, 'InvalidTarget', /no table in its response/],
    ['no key schema', table({ KeySchema: undefined }), 'InvalidTarget', /no table in its response/],
    ['no partition key', table({ KeySchema: [] }), 'InvalidTarget', /no partition key/],
    ['keys that are not defined', table({ AttributeDefinitions: undefined }), 'InvalidTarget', /no partition key/],
    [
      'a key of a type that keys do not have',
      table({ AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'BOOL' }] }),
      'InvalidTarget',
      /no partition key/,
    ],
  ] as const) {
    const { context } = scripted({ DescribeTable: () => answer });
    await t.rejects(preflight(context, asked()), { state, message }, reason);
  }
});

t.test('a value that does not fit the key', async (t) => {
  const numbers = table({ AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'N' }] });
  const { context } = scripted({ DescribeTable: () => numbers });
  await t.rejects(preflight(context, asked({ partitionValue: 'x' })), {
    state: 'InvalidTarget',
    message: /partition key/,
  });
});

const backups = (PointInTimeRecoveryStatus?: string) => ({
  ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus } },
});

t.test('the guard for point-in-time recovery fails closed', async (t) => {
  for (const [reason, answer, message] of [
    ['off', backups('DISABLED'), /it is off/],
    ['not said', backups(), /does not say/],
    ['an empty answer', {}, /does not say/],
    ['denied', sdkError('AccessDeniedException', 400), /could not be determined.*AccessDenied/],
    ['an engine that does not know it', sdkError('UnknownOperationException', 400), /UnknownOperation/],
  ] as const) {
    const { context } = scripted({ DescribeTable: () => table(), DescribeContinuousBackups: () => answer });
    const refused = { state: 'GuardRefused', message };
    await t.rejects(preflight(context, asked({ requirePointInTimeRecovery: true })), refused, reason);
  }
  const on = scripted({ DescribeTable: () => table(), DescribeContinuousBackups: () => backups('ENABLED') });
  t.match(await preflight(on.context, asked({ requirePointInTimeRecovery: true })), sorted, 'on');
  const unasked = scripted({ DescribeTable: () => table() });
  t.match(await preflight(unasked.context, asked({ requirePointInTimeRecovery: false })), sorted, 'not asked for');
  t.equal(unasked.sent.length, 1);
});

t.test('a table under hold', async (t) => {
  const holdTag = { key: 'hold', value: undefined };
  const tagged = {
    DescribeTable: () => table({ TableArn: 'arn' }),
    ListTagsOfResource: () => ({ Tags: [{ Key: 'hold' }] }),
  };
  for (const mode of ['Execute', 'DryRun'] as const)
    await t.rejects(
      preflight(scripted(tagged).context, asked({ holdTag, mode })),
      { name: 'Failure', state: 'GuardRefused' },
      mode,
    );
  t.match(await preflight(scripted(tagged).context, asked()), sorted, 'nobody asks');
});

t.test('what says nothing of the guard passes it by', async (t) => {
  const down = scripted({
    DescribeTable: () => table(),
    DescribeContinuousBackups: () => sdkError('ServiceUnavailable', 503),
  });
  await t.rejects(preflight(down.context, asked({ requirePointInTimeRecovery: true })), {
    name: 'Failure',
    state: 'Incomplete',
  });
  const stop = new AbortController();
  const drained = scripted(
    {
      DescribeTable: () => table(),
      DescribeContinuousBackups: () => (stop.abort(new Interruption(143, 'stop')), sdkError('ServiceUnavailable', 503)),
    },
    { signal: stop.signal },
  );
  await t.rejects(preflight(drained.context, asked({ requirePointInTimeRecovery: true })), {
    name: 'Interruption',
    exitCode: 143,
  });
});
