import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import t, { type Test } from 'tap';
import { clock } from '../../../src/cli/process/clock.js';
import { connect } from '../../../src/dynamodb/client.js';
import { surroundings } from '../../support/surroundings.js';

const describe = new DescribeTableCommand({ TableName: 'Orders' });
const JSON_1 = { 'content-type': 'application/x-amz-json-1.0' };
const EXPIRED = JSON.stringify({ __type: 'com.amazon.coral.service#ExpiredTokenException' });

/** A server that is asked for credentials and for tables: it keeps its connections, and answers when it is told to. */
async function server(t: Test) {
  const open = { credentials: 0, table: 0 };
  const asked = { credentials: 0, table: 0 };
  const waiting: ServerResponse[] = [];
  const listener = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    const kind = request.method === 'GET' ? 'credentials' : 'table';
    asked[kind]++;
    open[kind]++;
    request.socket.once('close', () => open[kind]--);
    if (kind === 'table') return void waiting.push(response);
    const Expiration = new Date(Date.now() + 3_600_000).toISOString();
    response.end(
      JSON.stringify({ AccessKeyId: `ASIA${asked.credentials}`, SecretAccessKey: 'x', Token: 'x', Expiration }),
    );
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.teardown(() => {
    listener.close();
    listener.closeAllConnections();
  });
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = url;
  t.teardown(() => {
    delete process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
    Object.assign(process.env, before);
  });
  const connection = await connect({ surroundings, region: 'eu-central-1', endpoint: url, trustedEndpoints: [url] });
  t.teardown(connection.close);
  const next = async (): Promise<ServerResponse> => {
    for (let waited = 0; waiting.length === 0 && waited < 400; waited++) await clock.sleep(5);
    return waiting.shift()!;
  };
  const soon = async (happened: () => boolean): Promise<boolean> => {
    for (let waited = 0; !happened() && waited < 400; waited++) await clock.sleep(5);
    return happened();
  };
  return { connection, open, asked, next, soon };
}

const refuse = (response: ServerResponse): void => void response.writeHead(400, JSON_1).end(EXPIRED);
const answer = (response: ServerResponse): void =>
  void response.writeHead(200, JSON_1).end('{"Table":{"TableName":"Orders"}}');

t.test('a client that was replaced closes its connections, once what is in flight has ended', async (t) => {
  const { connection, open, next, soon } = await server(t);
  const first = connection.client.send(describe);
  const second = connection.client.send(describe);
  const [one, two] = [await next(), await next()];
  refuse(one);
  await t.rejects(first, { name: 'ExpiredTokenException' });
  connection.renewCredentials();
  answer(two);
  t.match(await second, { $metadata: { httpStatusCode: 200 } }, 'what was in flight is answered');
  t.ok(await soon(() => open.table === 0), 'the old connections are closed');
  const third = connection.client.send(describe);
  answer(await next());
  await third;
});

t.test('many requests that fail with the same credentials ask for new ones once', async (t) => {
  const { connection, asked, next } = await server(t);
  const all = Array.from({ length: 8 }, () =>
    connection.client.send(describe).catch(() => connection.renewCredentials()),
  );
  for (let i = 0; i < all.length; i++) refuse(await next());
  await Promise.all(all);
  const again = connection.client.send(describe);
  answer(await next());
  await again;
  t.equal(asked.credentials, 2);
});

t.test('a closed connection leaves no socket', async (t) => {
  const { connection, open, next, soon } = await server(t);
  const sending = connection.client.send(describe);
  answer(await next());
  await sending;
  connection.close();
  t.ok(await soon(() => open.table === 0));
});
