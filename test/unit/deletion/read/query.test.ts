import t from 'tap';
import type { KeyValue } from '../../../../src/dynamodb/key-value.js';
import { between, endOfTarget, type PageRequest, pages, query } from '../../../../src/deletion/read/query.js';
import type { SortRange, Target } from '../../../../src/deletion/target.js';
import { N, S } from '../../dynamodb/keys.js';
import { consumed, lastKey, page, scripted, sdkError, singleItemTarget, sortedTarget, throttled } from '../scripted.js';

const ALL: PageRequest['condition'] = { expression: '', values: {} };

t.test('the request', async (t) => {
  const base = {
    TableName: 'Orders',
    KeyConditionExpression: '#p = :p',
    ProjectionExpression: '#p, #s',
    ExpressionAttributeNames: { '#p': 'pk', '#s': 'sk' },
    ExpressionAttributeValues: { ':p': { S: 'p' } },
    ReturnConsumedCapacity: 'INDEXES',
    ConsistentRead: false,
    Limit: 10,
  };
  const cases: readonly [string, Target, Partial<PageRequest>, object][] = [
    ['keys only, every name aliased', sortedTarget(), {}, base],
    ['a consistent read', sortedTarget(), { consistent: true }, { ...base, ConsistentRead: true }],
    [
      'a range, both ends included',
      sortedTarget(),
      { condition: between(S('a'), S('b')) },
      {
        ...base,
        KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':p': { S: 'p' }, ':from': { S: 'a' }, ':to': { S: 'b' } },
      },
    ],
    [
      'going on after a key',
      sortedTarget(),
      { after: N('7') },
      { ...base, ExclusiveStartKey: { pk: { S: 'p' }, sk: { N: '7' } } },
    ],
    ['descending', sortedTarget(), { direction: 'descending' }, { ...base, ScanIndexForward: false }],
    ['ascending is what Query does anyway', sortedTarget(), { direction: 'ascending' }, base],
    [
      'a table without a sort key',
      singleItemTarget(),
      { after: S('p') },
      {
        ...base,
        ProjectionExpression: '#p',
        ExpressionAttributeNames: { '#p': 'pk' },
        ExclusiveStartKey: { pk: { S: 'p' } },
      },
    ],
  ];
  for (const [reason, target, request, input] of cases) {
    const { context, sent } = scripted({ Query: () => ({}) });
    await query(context, target, { condition: ALL, limit: 10, consistent: false, ...request });
    t.strictSame(sent[0]?.input, input, reason);
  }
});

t.test('the answer', async (t) => {
  const upToC = sortedTarget({ range: { kind: 'between', from: S('a'), to: S('c') } });
  const cases: readonly [string, Target, object, object][] = [
    ['nothing', sortedTarget(), {}, { keys: [], readUnits: undefined, last: undefined }],
    [
      'a page of many',
      sortedTarget(),
      page(['a', 'b'], { ...lastKey('b'), ...consumed(1.5) }),
      { keys: [S('a'), S('b')], readUnits: 1.5, last: S('b') },
    ],
    ['without the exclusive end', upToC, page(['b', 'c']), { keys: [S('b')], last: undefined }],
    ['one item', singleItemTarget(), { Items: [{ pk: { S: 'p' } }] }, { keys: [S('p')] }],
  ];
  for (const [reason, target, answer, expected] of cases) {
    const { context } = scripted({ Query: () => answer });
    t.match(await query(context, target, { condition: ALL, limit: 10, consistent: false }), expected, reason);
  }
  const { context } = scripted({ Query: () => ({ Items: [{ pk: { S: 'p' } }] }) });
  await t.rejects(
    query(context, sortedTarget(), { condition: ALL, limit: 1, consistent: false }),
    { state: 'InvalidTarget', message: /without its key/ },
    'not a DynamoDB',
  );
  const named = sortedTarget({ sort: { name: '__proto__', type: 'S' } });
  const lost = scripted({ Query: () => ({ Items: [Object.fromEntries([['__proto__', undefined]])] }) });
  await t.rejects(
    query(lost.context, named, { condition: ALL, limit: 1, consistent: false }),
    {
      state: 'InvalidTarget',
      message: /cannot read a key attribute named __proto__; leave DYNAMOCTL_REQUEST_PATH at fast/,
    },
    'as the SDK leaves it',
  );
});

t.test('what is learned from an answer', async (t) => {
  const { context } = scripted({ Query: () => page(['a', 'b'], consumed(4)) });
  await query(context, sortedTarget(), { condition: ALL, limit: 2, consistent: true });
  t.equal(context.counters.readUnits, 4);
  t.equal(context.pageSize.meanBytes, 8192);
});

t.test('under a cap on reads, what a failed request consumed counts only where that is possible', async (t) => {
  const asked = { condition: ALL, limit: 1, consistent: true };
  for (const [reason, failure, waits] of [
    ['refused: nothing was read', throttled(), false],
    ['never sent', Object.assign(new Error(), { code: 'ECONNREFUSED' }), false],
    ['lost: it may have been read', sdkError('TimeoutError'), true],
  ] as const) {
    const world = scripted(
      { Query: (_, earlier) => (earlier === 0 ? failure : page(['a'], consumed(1))) },
      { caps: { maxReadUnitsPerSecond: 1 } },
    );
    // The bucket is exactly large enough for what is charged first.
    await query(world.context, sortedTarget(), asked);
    t.equal(world.sent[1]!.at >= 1000, waits, `${reason}: sent again after ${world.sent[1]!.at} ms`);
    for (let i = 0; i < 12; i++) await query(world.context, sortedTarget(), asked);
    t.ok(world.sent.at(-1)!.at >= 1000, `${reason}: the cap goes on to hold`);
  }
});

t.test('under a cap on reads, what a request consumed counts, whatever was expected of it', async (t) => {
  const world = scripted({ Query: () => page(['a'], consumed(20)) }, { caps: { maxReadUnitsPerSecond: 2 } });
  for (let i = 0; i < 2; i++)
    await query(world.context, sortedTarget(), { condition: ALL, limit: 1, consistent: true });
  t.ok(world.sent[1]!.at >= 8000, `the next one waits for ${world.sent[1]!.at} ms`);
});

const collect = async (target: Target, answers: readonly object[], consistent = false) => {
  const world = scripted({ Query: (_, earlier) => answers[earlier]! });
  const keys: (readonly KeyValue[])[] = [];
  for await (const read of pages(world.context, target, { consistent })) keys.push(read.keys);
  return { ...world, keys };
};

t.test('all pages of a target', async (t) => {
  const conditions: readonly [string, SortRange, string, string[]][] = [
    ['all', { kind: 'all' }, '#p = :p', [':p']],
    ['a prefix', { kind: 'beginsWith', prefix: S('a') }, '#p = :p AND begins_with(#s, :from)', [':p', ':from']],
    [
      'a range',
      { kind: 'between', from: S('a'), to: S('z') },
      '#p = :p AND #s BETWEEN :from AND :to',
      [':p', ':from', ':to'],
    ],
  ];
  for (const [reason, range, condition, values] of conditions) {
    const answers = [page(['a'], lastKey('a')), page([], lastKey('b')), page(['c'])];
    const { sent, keys } = await collect(sortedTarget({ range }), answers, true);
    t.same(keys, [[S('a')], [], [S('c')]], `${reason}: an empty page is a page`);
    t.same(
      sent.map(({ input }) => (input.ExclusiveStartKey as { sk: object } | undefined)?.sk),
      [undefined, { S: 'a' }, { S: 'b' }],
    );
    for (const { input } of sent) {
      t.equal(input.KeyConditionExpression, condition);
      t.same(Object.keys(input.ExpressionAttributeValues!), values);
      t.equal(input.ConsistentRead, true);
    }
  }
  const nothing = await collect(sortedTarget({ range: { kind: 'nothing' } }), []);
  t.equal(nothing.sent.length, 0, 'a range that cannot hold anything is not asked for');
  t.same((await collect(singleItemTarget(), [{ Items: [{ pk: { S: 'p' } }] }])).keys, [[S('p')]]);
});

t.test('a page ahead that fails when nobody wants it is nobody’s failure', async (t) => {
  const world = scripted({
    Query: (_, earlier) => (earlier === 0 ? page(['a'], lastKey('a')) : sdkError('ValidationException', 400)),
  });
  for await (const { keys } of pages(world.context, sortedTarget(), { consistent: false })) {
    t.same(keys, [S('a')]);
    break;
  }
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(world.sent.length, 2, 'it was read ahead');
  await t.rejects(
    async () => {
      for await (const _ of pages(world.context, sortedTarget(), { consistent: false }));
    },
    { name: 'ValidationException' },
  );
});

t.test('the ends of a target', async (t) => {
  const range: SortRange = { kind: 'between', from: S('a'), to: S('c') };
  for (const [reason, end, answer, expected] of [
    ['the least', 'least', page(['a'], lastKey('a')), S('a')],
    ['the greatest', 'greatest', page(['b'], lastKey('b')), S('b')],
    ['no items', 'least', page([]), undefined],
    ['no items, from above', 'greatest', page([]), undefined],
    ['an item at the exclusive end is a good end for reading', 'greatest', page(['c'], lastKey('c')), S('c')],
    ['but not a beginning', 'least', page(['c'], lastKey('c')), undefined],
    ['an empty page is not the end: what is left begins where it stopped', 'least', page([], lastKey('b')), S('b')],
    ['the same from above', 'greatest', page([], lastKey('b')), S('b')],
  ] as const) {
    const { context, sent } = scripted({ Query: () => answer });
    t.same(await endOfTarget(context, sortedTarget({ range }), end, true), expected, reason);
    t.match(sent[0]!.input, { Limit: 1, ConsistentRead: true });
    t.equal(sent[0]!.input.ScanIndexForward, end === 'greatest' ? false : undefined);
  }
});
