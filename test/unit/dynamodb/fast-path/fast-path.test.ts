import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  DeleteItemCommand,
  DescribeTableCommand,
  type QueryInput,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { createHash, createHmac } from 'node:crypto';
import t, { type Test } from 'tap';
import { fastSend } from '../../../../src/dynamodb/fast-path/fast-path.js';
import { client, CREDENTIALS, OK, type Reply, type Request } from './handler.js';

const key = { pk: { S: 'a "tenant" é\u{1f600}\u2028\u0000' }, sk: { N: '-1.5E+7' } };
const binary = { pk: { B: new Uint8Array([0, 255, 62, 63]) }, sk: { B: new Uint8Array([1]) } };
const query: QueryInput = {
  TableName: 'Orders',
  KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
  ProjectionExpression: '#p, #s',
  ExpressionAttributeNames: { '#p': 'pk', '#s': 'sk' },
  ExpressionAttributeValues: { ':p': key.pk, ':from': { N: '1' }, ':to': { B: new Uint8Array([7, 8]) } },
  ReturnConsumedCapacity: 'INDEXES',
  ConsistentRead: true,
  Limit: 100,
};
const deletes = (...keys: (typeof key | typeof binary)[]) => keys.map((Key) => ({ DeleteRequest: { Key } }));

/** What a deletion sends, in all its forms. */
const COMMANDS = {
  'a page': () => new QueryCommand(query),
  'the next page': () => new QueryCommand({ ...query, ExclusiveStartKey: binary, ConsistentRead: false }),
  'the last key': () => new QueryCommand({ ...query, ScanIndexForward: false, Limit: 1 }),
  'a field that is undefined': () => new QueryCommand({ ...query, ExclusiveStartKey: undefined }),
  'a batch': () =>
    new BatchWriteItemCommand({
      RequestItems: { Orders: deletes(key, binary, key) },
      ReturnConsumedCapacity: 'INDEXES',
    }),
  'a batch without capacity': () => new BatchWriteItemCommand({ RequestItems: { Orders: deletes(key) } }),
  'a table named by its ARN': () =>
    new BatchWriteItemCommand({ RequestItems: { 'arn:aws:dynamodb:eu-central-1:1:table/a': deletes(key) } }),
  'one item': () => new DeleteItemCommand({ TableName: 'Orders', Key: key, ReturnConsumedCapacity: 'INDEXES' }),
};

/** Headers that are never the same in two requests. */
const CHANGING = ['amz-sdk-invocation-id', 'x-amz-date', 'authorization'];

function comparable({ method, protocol, hostname, port, path, query: parameters, headers, body }: Request) {
  const kept = Object.entries(headers).filter(([name]) => !CHANGING.includes(name));
  const body_ = typeof body === 'string' ? body : Buffer.from(body as Uint8Array).toString('utf8');
  return { method, protocol, hostname, port, path, parameters, headers: kept, body: body_ };
}

t.test('each request is, byte for byte, what the SDK would send', async (t) => {
  for (const [what, command] of Object.entries(COMMANDS))
    await t.test(what, async (t) => {
      const { handler, recorder, sdk } = client();
      await sdk.send(command() as QueryCommand);
      const slow = handler.last;
      let sdkCalls = 0;
      sdk.middlewareStack.add((next) => (args) => (sdkCalls++, next(args)), { step: 'initialize' });
      await fastSend(sdk, recorder)(command() as QueryCommand);
      t.equal(handler.requests.length, 2);
      t.equal(sdkCalls, 0, 'without the SDK’s middleware');
      t.same(comparable(handler.last), comparable(slow));
      t.same(Object.keys(handler.last.headers), Object.keys(slow.headers), 'in the same order');
      t.not(handler.last.headers['amz-sdk-invocation-id'], slow.headers['amz-sdk-invocation-id']);
      for (const request of [slow, handler.last]) isSigned(t, request, CREDENTIALS);
    });
});

/** Computes the signature anew. Source: "Create a signed AWS API request" in the IAM user guide. */
function isSigned(
  t: Test,
  { headers, body }: Request,
  { accessKeyId, secretAccessKey, sessionToken }: typeof CREDENTIALS,
) {
  const hash = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
  const hmac = (secret: string | Buffer, data: string): Buffer => createHmac('sha256', secret).update(data).digest();
  const [, scope, names, signature] =
    /Credential=([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(headers.authorization!) ?? [];
  const [, date, region, service] = scope!.split('/');
  const signed = names!.split(';').map((name) => `${name}:${headers[name]!.trim().replace(/ +/g, ' ')}\n`);
  const canonical = `POST\n/\n\n${signed.join('')}\n${names!}\n${hash(body as string)}`;
  const text = `AWS4-HMAC-SHA256\n${headers['x-amz-date']!}\n${date!}/${region!}/${service!}/aws4_request\n${hash(canonical)}`;
  const secret = [region!, service!, 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, date!));
  t.equal(signature, hmac(secret, text).toString('hex'), 'its signature holds');
  t.equal(scope, `${accessKeyId}/${date!}/eu-central-1/dynamodb/aws4_request`);
  t.equal(headers['x-amz-security-token'], sessionToken);
  t.equal(headers['content-length'], String(Buffer.byteLength(body as string)));
}

const id = { 'x-amzn-requestid': 'REQUEST' };
const json = (body: object, statusCode = 200): Reply => ({ statusCode, headers: id, body: JSON.stringify(body) });
const refusal = (type: string, more: object = {}, statusCode = 400): Reply =>
  json({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'why', ...more }, statusCode);
const capacity = {
  TableName: 'Orders',
  CapacityUnits: 12.5,
  Table: { CapacityUnits: 10 },
  LocalSecondaryIndexes: { a: { CapacityUnits: 1 } },
  GlobalSecondaryIndexes: { 'b c': { CapacityUnits: 1.5 } },
};

const BOTH = ['QueryCommand', 'BatchWriteItemCommand'];

/** What may come back, and for which command the fast path reads it itself. */
const REPLIES: Record<string, { reply: Reply | Error; fast: string[] }> = {
  nothing: { reply: OK, fast: BOTH },
  'a page': {
    reply: json({ Items: [key, { pk: { B: 'AP8+Pw==' } }], Count: 2, ScannedCount: 2, LastEvaluatedKey: key }),
    fast: ['QueryCommand'],
  },
  capacity: { reply: json({ UnprocessedItems: {}, ConsumedCapacity: [capacity] }), fast: ['BatchWriteItemCommand'] },
  'items left': { reply: json({ UnprocessedItems: { Orders: deletes(key, key) } }), fast: ['BatchWriteItemCommand'] },
  'capacity of one table': { reply: json({ ConsumedCapacity: capacity }), fast: ['QueryCommand'] },
  'an attribute that no key has': { reply: json({ Items: [{ pk: { L: [{ S: 'x' }] } }] }), fast: [] },
  'a field that nobody knows': { reply: json({ New: 1 }), fast: [] },
  'a null': { reply: json({ Items: null }), fast: [] },
  'a put that is left': { reply: json({ UnprocessedItems: { Orders: [{ PutRequest: { Item: key } }] } }), fast: [] },
  'broken JSON': { reply: { statusCode: 200, headers: id, body: '{"Items": [' }, fast: [] },
  'no object': { reply: { statusCode: 200, headers: id, body: '7' }, fast: [] },
  'an empty body': { reply: { statusCode: 200, headers: id, body: '' }, fast: [] },
  throttled: { reply: refusal('ProvisionedThroughputExceededException'), fast: [] },
  'throttled with reasons': {
    reply: refusal('ThrottlingException', {
      throttlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'arn' }],
    }),
    fast: [],
  },
  denied: { reply: refusal('AccessDeniedException'), fast: [] },
  'an error nobody knows': { reply: refusal('SomethingNewException'), fast: [] },
  'an error of the server': { reply: refusal('InternalServerError', {}, 500), fast: [] },
  'a page of HTML': { reply: { statusCode: 503, headers: id, body: '<html>' }, fast: [] },
  'an empty refusal': { reply: { statusCode: 403, headers: id, body: '' }, fast: [] },
  'a broken connection': { reply: Object.assign(new Error('reset'), { code: 'ECONNRESET' }), fast: BOTH },
};

interface Failed extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (answer) => {
      const { $metadata, ...fields } = answer as { $metadata: { httpStatusCode: number; requestId: string } };
      return { ...fields, status: $metadata.httpStatusCode, requestId: $metadata.requestId };
    },
    (error: unknown) => {
      const { name, message, code, $metadata, ...fields } = error as Failed;
      return { error: { name, message, code, fields: JSON.stringify(fields) }, status: $metadata?.httpStatusCode };
    },
  );

t.test('each answer is what the SDK would have made of it', async (t) => {
  for (const [what, { reply, fast }] of Object.entries(REPLIES))
    for (const command of [COMMANDS['a page'], COMMANDS['a batch']] as (() => QueryCommand)[])
      await t.test(`${what}: ${command().constructor.name}`, async (t) => {
        const { handler, recorder, sdk } = client();
        await sdk.send(command());
        handler.reply = reply;
        const bySlow = await outcome(sdk.send(command()));
        let sdkCalls = 0;
        sdk.middlewareStack.add((next) => (args) => (sdkCalls++, next(args)), { step: 'initialize' });
        const byFast = await outcome(fastSend(sdk, recorder)(command()));
        t.equal(sdkCalls, fast.includes(command().constructor.name) ? 0 : 1);
        t.equal(handler.requests.length, 3, 'nothing is sent twice');
        t.same(byFast, bySlow);
      });
});

t.test('the SDK sends whatever else there is', async (t) => {
  for (const [what, command] of Object.entries({
    'another operation': () => new DescribeTableCommand({ TableName: 'Orders' }),
    'a field that no deletion sends': () => new QueryCommand({ ...query, IndexName: 'index' }),
    'a value that no key has': () =>
      new QueryCommand({ ...query, ExpressionAttributeValues: { ':p': { L: [{ S: 'x' }] } } }),
    'a put': () => new BatchWriteItemCommand({ RequestItems: { Orders: [{ PutRequest: { Item: key } }] } }),
  }))
    await t.test(what, async (t) => {
      const { handler, recorder, sdk } = client();
      const send = fastSend(sdk, recorder);
      for (const first of Object.values(COMMANDS)) await send(first() as QueryCommand);
      let sdkCalls = 0;
      sdk.middlewareStack.add((next) => (args) => (sdkCalls++, next(args)), { step: 'initialize' });
      await send(command() as never);
      t.equal(sdkCalls, 1);
      t.ok(handler.last.body);
    });
});

t.test('new credentials go through the SDK first', async (t) => {
  let current = CREDENTIALS;
  // Expires at once, so that the SDK asks again for each request.
  const { handler, recorder, sdk } = client(async () => ({ ...current, expiration: new Date(Date.now() + 1000) }));
  const send = fastSend(sdk, recorder);
  let sdkCalls = 0;
  sdk.middlewareStack.add((next) => (args) => (sdkCalls++, next(args)), { step: 'initialize' });
  const calls: number[] = [];
  for (const credentials of [
    CREDENTIALS,
    CREDENTIALS,
    { ...CREDENTIALS, accessKeyId: 'AKIASECOND', secretAccessKey: 'second' },
  ]) {
    current = credentials;
    for (const command of [COMMANDS['a page'], COMMANDS['the next page']]) {
      await send(command());
      isSigned(t, handler.last, credentials);
      calls.push(sdkCalls);
    }
  }
  t.same(calls, [1, 1, 1, 1, 2, 2]);
});

t.test('the clock is corrected as by the SDK', async (t) => {
  const { handler, recorder, sdk } = client();
  const send = fastSend(sdk, recorder);
  await send(COMMANDS['a page']());
  const date = (offset: number) => ({ date: new Date(Date.now() + offset).toUTCString() });
  handler.reply = { ...OK, headers: date(600_000) };
  await send(COMMANDS['a page']());
  const offset = sdk.config.systemClockOffset;
  t.ok(Math.abs(offset - 600_000) < 60_000, `after an answer: ${offset}`);
  handler.reply = { ...refusal('InvalidSignatureException'), headers: date(-600_000) };
  await t.rejects(send(COMMANDS['a page']()), {
    name: 'InvalidSignatureException',
    $metadata: { clockSkewCorrected: true },
  });
  t.ok(Math.abs(sdk.config.systemClockOffset + 600_000) < 60_000, 'after a refusal');
});

t.test('an abort signal reaches the handler', async (t) => {
  const { handler, recorder, sdk } = client();
  const send = fastSend(sdk, recorder);
  await send(COMMANDS['a page']());
  const seen: unknown[] = [];
  handler.handle = async (_request: Request, options?: unknown) => {
    seen.push(options);
    throw new Error('stop');
  };
  const { signal: abortSignal } = new AbortController();
  await t.rejects(send(COMMANDS['a page'](), { abortSignal }), { message: 'stop' });
  t.match(seen, [{ abortSignal }]);
});

type Answer = Partial<
  Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'> & Pick<BatchWriteItemCommandOutput, 'UnprocessedItems'>
>;

t.test('an attribute named __proto__, whose value the SDK loses', async (t) => {
  const item = '{"pk":{"S":"a"},"__proto__":{"S":"x"}}';
  const itsValue = (of: object | undefined): unknown => of && Object.getOwnPropertyDescriptor(of, '__proto__')?.value;
  const rows: readonly [
    what: string,
    body: string,
    command: () => QueryCommand,
    read: (answer: Answer) => object | undefined,
  ][] = [
    ['a page', `{"Items":[${item}]}`, COMMANDS['a page'], ({ Items }) => Items?.[0]],
    ['its last key', `{"Items":[],"LastEvaluatedKey":${item}}`, COMMANDS['a page'], (page) => page.LastEvaluatedKey],
    [
      'what a batch left',
      `{"UnprocessedItems":{"Orders":[{"DeleteRequest":{"Key":${item}}}]}}`,
      COMMANDS['a batch'] as never,
      ({ UnprocessedItems }) => UnprocessedItems?.Orders?.[0]?.DeleteRequest?.Key,
    ],
  ];
  for (const [what, body, command, read] of rows) {
    const { handler, sdk } = client();
    handler.reply = { ...OK, body };
    t.equal(
      itsValue(read(await sdk.send(command()))),
      undefined,
      `${what}: if the SDK can read it, this is needed no more`,
    );
    const asked = handler.requests.length;
    const second = client();
    second.handler.reply = { ...OK, body };
    t.same(itsValue(read(await fastSend(second.sdk, second.recorder)(command()))), { S: 'x' }, what);
    t.equal(second.handler.requests.length, 2 * asked, 'it is asked once more');
  }
});
