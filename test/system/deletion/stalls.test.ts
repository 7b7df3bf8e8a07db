import type { IncomingMessage, ServerResponse } from 'node:http';
import { BatchWriteItemCommand, DescribeTableCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import t, { type Test } from 'tap';
import { clock } from '../../../src/cli/process/clock.js';
import { type Connection, connect } from '../../../src/dynamodb/client.js';
import type { Surroundings } from '../../../src/dynamodb/credential-chain.js';
import { classOf, type ErrorClass, nameOf } from '../../../src/dynamodb/errors.js';
import { REQUEST_LIMIT_MS } from '../../../src/dynamodb/flight.js';
import { DRAIN_SECONDS } from '../../../src/api/worker.js';
import { serve } from '../../support/serve.js';

/** The real SDK against servers that stall. The limits come when a test says so. */
function limits() {
  let expire = (): void => undefined;
  const expired = new Promise<void>((resolve) => (expire = resolve));
  const sleep = (_: number, signal?: AbortSignal): Promise<void> =>
    Promise.race([expired, new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))]);
  const after = (_: number, act: () => void): (() => void) => {
    let takenBack = false;
    void expired.then(() => takenBack || act());
    return () => void (takenBack = true);
  };
  return { env: {}, sleep, after, expire: () => expire() };
}

const HEADERS = { 'content-type': 'application/x-amz-json-1.0', 'content-length': 1000 };

/** How a server stalls. */
const STALLS: Record<string, (response: ServerResponse) => void> = {
  'after ten bytes of the body': (response) => response.writeHead(200, HEADERS).write('{"Items":['),
  'after the headers': (response) => response.writeHead(200, HEADERS).flushHeaders(),
  'before the headers': () => undefined,
};

async function listen(t: Test, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  let [requests, closed] = [0, 0];
  const url = await serve(t, (request, response) => {
    requests++;
    response.on('close', () => closed++);
    answer(request, response);
  });
  return {
    url,
    requests: () => requests,
    closed: () => closed,
  };
}

async function connected(
  t: Test,
  endpoint: string,
  {
    stopping,
    trusted = false,
    surroundings = limits(),
  }: { stopping?: AbortSignal; trusted?: boolean; surroundings?: Surroundings } = {},
): Promise<Connection['client']> {
  const trustedEndpoints = trusted ? [endpoint] : [];
  const region = 'eu-central-1';
  const connection = await connect({ surroundings, region, endpoint, trustedEndpoints, stopping });
  t.teardown(connection.close);
  return connection.client;
}

const REQUESTS = {
  Query: new QueryCommand({ TableName: 'Orders' }),
  BatchWriteItem: new BatchWriteItemCommand({
    RequestItems: { Orders: [{ DeleteRequest: { Key: { id: { S: 'x' } } } }] },
  }),
} as const;

const failure = async (sending: Promise<unknown>): Promise<unknown> => {
  const inTime = new AbortController();
  const stillWaiting = clock.sleep(10_000, inTime.signal).then(() => new Error('still waiting after 10 s'));
  const error: unknown = await Promise.race([sending.catch((thrown: unknown) => thrown), stillWaiting]);
  inTime.abort();
  return error;
};

/** Waits for something to happen, for ten seconds at most: what asserts it then fails. */
const soon = async (happened: () => boolean): Promise<boolean> => {
  for (let waited = 0; !happened() && waited < 2_000; waited++) await clock.sleep(5);
  return happened();
};

t.test('the limit of a request is within the time for draining', async (t) => {
  t.ok(REQUEST_LIMIT_MS < DRAIN_SECONDS * 1000);
});

for (const [name, command] of Object.entries(REQUESTS))
  for (const [where, stall] of Object.entries(STALLS))
    t.test(`${name}: an answer that stalls ${where} is given up, and its connection closed`, async (t) => {
      const server = await listen(t, (_request, response) => stall(response));
      const surroundings = limits();
      const client = await connected(t, server.url, { surroundings });
      const sending = failure(client.send(command as QueryCommand));
      await soon(() => server.requests() === 1);
      // Long enough for what the server has sent to arrive; a machine that is slower gives it up at an earlier point.
      await clock.sleep(100);
      surroundings.expire();
      const error = await sending;
      t.equal(classOf(error), 'retry', nameOf(error));
      t.ok(await soon(() => server.closed() === 1));
    });

const ANSWERS: Record<string, object> = {
  Query: { Items: [], Count: 0, ScannedCount: 0 },
  BatchWriteItem: { UnprocessedItems: {} },
};

for (const [name, command] of Object.entries(REQUESTS))
  t.test(`${name}: what repeats the SDK's request is given up as well, and its connection closed`, async (t) => {
    const server = await listen(t, (_request, response) => {
      if (server.requests() > 1) return STALLS['after ten bytes of the body']!(response);
      response.writeHead(200, { 'content-type': HEADERS['content-type'] }).end(JSON.stringify(ANSWERS[name]));
    });
    const surroundings = limits();
    const client = await connected(t, server.url, { surroundings });
    t.match(await client.send(command as QueryCommand), ANSWERS[name]);
    const sending = failure(client.send(command as QueryCommand));
    await soon(() => server.requests() === 2);
    await clock.sleep(100);
    t.equal(server.closed(), 1, 'the first answer has ended, and the second has not');
    surroundings.expire();
    t.equal(classOf(await sending), 'retry');
    t.ok(await soon(() => server.closed() === 2));
  });

t.test('told to stop, nothing waits any longer but a write that may have been carried out', async (t) => {
  for (const [reason, command, trusted, expected] of [
    ['a read in flight', REQUESTS.Query, false, 'retry'],
    ['a read that waits for credentials', REQUESTS.Query, true, 'not-sent'],
    ['a write that waits for credentials', REQUESTS.BatchWriteItem, true, 'not-sent'],
  ] as const satisfies readonly [string, object, boolean, ErrorClass][])
    await t.test(reason, async (t) => {
      const server = await listen(t, () => undefined);
      const before = { ...process.env };
      t.teardown(() => void Object.assign(process.env, before));
      process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = server.url;
      const stop = new AbortController();
      const client = await connected(t, server.url, { trusted, stopping: stop.signal });
      const sending = failure(client.send(command as QueryCommand));
      await soon(() => server.requests() === 1);
      stop.abort();
      const error = await sending;
      t.equal(classOf(error), expected, nameOf(error));
    });

  await t.test('a write in flight', async (t) => {
    let answer = (): void => undefined;
    const server = await listen(t, (_request, response) => {
      answer = () =>
        void response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"UnprocessedItems":{}}');
    });
    const stop = new AbortController();
    const client = await connected(t, server.url, { stopping: stop.signal });
    const sending = client.send(REQUESTS.BatchWriteItem);
    await soon(() => server.requests() === 1);
    stop.abort();
    answer();
    t.match(await sending, { $metadata: { httpStatusCode: 200 } });
  });
});

t.test('nothing new is sent by a client that was told to stop', async (t) => {
  const server = await listen(t, (_request, response) => response.end('{}'));
  const stop = new AbortController();
  stop.abort();
  const client = await connected(t, server.url, { stopping: stop.signal });
  const error = await failure(client.send(new DescribeTableCommand({ TableName: 'Orders' })));
  t.equal(classOf(error), 'not-sent', nameOf(error));
  t.equal(server.requests(), 0);
});
