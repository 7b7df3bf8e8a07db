import { DescribeTableCommand, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { DEFAULT_REGION } from '../../../src/api/names.js';
import { connect, SDK_LOGGER } from '../../../src/dynamodb/client.js';
import { DUMMY_CREDENTIALS } from '../../../src/dynamodb/credentials.js';
import { surroundings } from '../../support/surroundings.js';

/** The real credentials, which a foreign host must not see. */
const REAL = {
  AWS_ACCESS_KEY_ID: 'AKIAREALREALREALREAL',
  AWS_SECRET_ACCESS_KEY: 'realSecretrealSecretrealSecretrealSecret',
  AWS_SESSION_TOKEN: 'realSessionTokenrealSessionToken',
};

/** A socket that records every byte it gets and answers every request with an error. */
async function listen(): Promise<{ url: string; bytes: () => string; close: () => void }> {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${address.port}`,
    bytes: () => Buffer.concat(chunks).toString('latin1'),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Sets the environment for one test. The SDK reads it for itself: nothing else can show what it does with it. */
function withEnvironment(t: { teardown: (undo: () => void) => void }, set: Record<string, string>): void {
  const names = [...Object.keys(process.env).filter((name) => name.startsWith('AWS_')), ...Object.keys(set)];
  const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  for (const name of names) delete process.env[name];
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', ...set });
  t.teardown(() => {
    for (const name of [...names, 'AWS_EC2_METADATA_DISABLED']) delete process.env[name];
    for (const [name, value] of Object.entries(before)) if (value !== undefined) process.env[name] = value;
  });
}

const describe = new DescribeTableCommand({ TableName: 'Orders' });

t.test('a foreign host never sees real credentials', async (t) => {
  for (const [reason, destination, environment] of [
    ['an endpoint that was asked for', (url: string) => ({ endpoint: url }), () => ({})],
    ['AWS_ENDPOINT_URL', () => ({}), (url: string) => ({ AWS_ENDPOINT_URL: url })],
    ['AWS_ENDPOINT_URL_DYNAMODB', () => ({}), (url: string) => ({ AWS_ENDPOINT_URL_DYNAMODB: url })],
    [
      'an endpoint in the shared configuration',
      () => ({}),
      (url: string) => {
        const file = join(mkdtempSync(join(tmpdir(), 'dynamoctl-')), 'config');
        writeFileSync(file, `[default]\nservices = local\n[services local]\ndynamodb =\n  endpoint_url = ${url}\n`);
        return { AWS_CONFIG_FILE: file };
      },
    ],
    [
      'a chain that would have to be asked first',
      (url: string) => ({ endpoint: url }),
      (url: string) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/credentials` }),
    ],
  ] as const)
    await t.test(reason, async (t) => {
      const socket = await listen();
      t.teardown(socket.close);
      withEnvironment(t, { ...REAL, ...environment(socket.url) });
      const connection = await connect({
        surroundings,
        region: 'us-east-1',
        trustedEndpoints: [],
        ...destination(socket.url),
      });
      t.teardown(connection.close);
      t.equal(connection.endpoint, socket.url, 'the endpoint that is dialed is known');
      t.notOk(connection.realCredentials);
      await t.rejects(connection.client.send(describe), 'the listener is no DynamoDB');
      const bytes = socket.bytes();
      t.match(bytes, `Credential=${DUMMY_CREDENTIALS.accessKeyId}/`, 'it is signed with the dummy');
      t.notMatch(bytes, /x-amz-security-token/i);
      t.notMatch(bytes, /GET \/credentials/, 'the chain is not asked');
      for (const value of Object.values(REAL)) t.notOk(bytes.includes(value), 'nothing real is in any byte');
    });
});

t.test('a trusted endpoint does', async (t) => {
  const socket = await listen();
  t.teardown(socket.close);
  withEnvironment(t, REAL);
  const trustedEndpoints = ['http://elsewhere:8000', socket.url];
  const connection = await connect({ surroundings, region: 'us-east-1', endpoint: `${socket.url}/`, trustedEndpoints });
  t.teardown(connection.close);
  t.ok(connection.realCredentials);
  await t.rejects(connection.client.send(describe));
  t.ok(socket.bytes().includes(REAL.AWS_ACCESS_KEY_ID), 'so the recording above can fail');
  t.notOk(socket.bytes().includes(REAL.AWS_SECRET_ACCESS_KEY));
});

t.test("AWS's own endpoints are taken for what they are", async (t) => {
  withEnvironment(t, REAL);
  for (const [environment, region, endpoint] of [
    [{}, 'eu-central-1', /^https:\/\/dynamodb\.eu-central-1\.amazonaws\.com$/],
    [{ AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'eu-central-1', /\.eu-central-1\.api\.aws$/],
    [{ AWS_USE_FIPS_ENDPOINT: 'true' }, 'us-east-1', /dynamodb-fips\.us-east-1\.amazonaws\.com$/],
    [
      { AWS_ACCOUNT_ID_ENDPOINT_MODE: 'required' },
      'us-east-1',
      /^https:\/\/[0-9]{12}\.ddb\.us-east-1\.amazonaws\.com$/,
    ],
    [{}, 'cn-north-1', /^https:\/\/dynamodb\.cn-north-1\.amazonaws\.com\.cn$/],
  ] as const) {
    Object.assign(process.env, environment);
    const connection = await connect({ surroundings, region, trustedEndpoints: [] });
    t.match(connection, { realCredentials: true, endpoint, region }, JSON.stringify(environment));
    connection.close();
    for (const name of Object.keys(environment)) delete process.env[name];
  }
});

t.test('a host that changes after it was looked at is refused at the socket', async (t) => {
  const socket = await listen();
  t.teardown(socket.close);
  withEnvironment(t, REAL);
  const connection = await connect({ surroundings, region: 'us-east-1', trustedEndpoints: [] });
  t.teardown(connection.close);
  t.ok(connection.realCredentials);
  // The SDK reads the environment at each client's first request; by now it has changed.
  process.env.AWS_ENDPOINT_URL = socket.url;
  t.teardown(() => delete process.env.AWS_ENDPOINT_URL);
  await t.rejects(connection.client.send(describe), { name: 'ForeignEndpoint' });
  t.equal(socket.bytes(), '', 'not a byte was sent');
});

t.test('a DAX endpoint is refused with the reason', async (t) => {
  const endpoint = 'https://my.abc123.dax-clusters.us-east-1.amazonaws.com';
  await t.rejects(connect({ surroundings, region: 'us-east-1', endpoint, trustedEndpoints: [] }), {
    state: 'InvalidTarget',
    message: /DAX/,
  });
});

t.test('the region is what AWS is configured with', async (t) => {
  withEnvironment(t, { ...REAL, AWS_REGION: 'eu-west-3' });
  const configured = await connect({ surroundings, trustedEndpoints: [] });
  t.match(configured, { region: 'eu-west-3', endpoint: /eu-west-3/ });
  configured.close();
});

t.test('the SDK still has the logging that is taken out, under that name', async (t) => {
  const client = new DynamoDBClient({ region: 'us-east-1' });
  t.teardown(() => client.destroy());
  t.ok(client.middlewareStack.identify().some((line) => line.startsWith(SDK_LOGGER)));
});

t.test('without a configured region it is the default', async (t) => {
  withEnvironment(t, { ...REAL, AWS_CONFIG_FILE: '/nonexistent' });
  const connection = await connect({ surroundings, trustedEndpoints: [] });
  t.teardown(connection.close);
  t.equal(connection.region, DEFAULT_REGION);
});

t.test('renewing credentials takes those that are there now', async (t) => {
  const socket = await listen();
  t.teardown(socket.close);
  withEnvironment(t, REAL);
  const connection = await connect({
    surroundings,
    region: 'us-east-1',
    endpoint: socket.url,
    trustedEndpoints: [socket.url],
  });
  t.teardown(connection.close);
  await t.rejects(connection.client.send(describe));
  process.env.AWS_ACCESS_KEY_ID = 'AKIANEWNEWNEWNEWNEW0';
  await t.rejects(connection.client.send(describe));
  t.notMatch(socket.bytes(), /AKIANEWNEW/, 'credentials without an expiry are kept');
  connection.renewCredentials();
  await t.rejects(connection.client.send(describe));
  t.match(socket.bytes(), /AKIANEWNEW/);
});

t.test('the requests of a deletion go by the fast path, unless the SDK is asked for', async (t) => {
  const ids: string[] = [];
  const server = createHttpServer((request, response) => {
    ids.push(String(request.headers['amz-sdk-invocation-id']));
    response.end('{"Items":[],"Count":0}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  for (const [requestPath, isFast] of [
    [undefined, true],
    ['fast', true],
    ['sdk', false],
  ] as const) {
    ids.length = 0;
    const connection = await connect({
      surroundings,
      region: 'us-east-1',
      endpoint,
      trustedEndpoints: [],
      requestPath,
    });
    for (let i = 0; i < 3; i++) await connection.client.send(new QueryCommand({ TableName: 'T' }));
    connection.close();
    t.equal(new Set(ids).size, 3, `${requestPath}: three requests, each with its own id`);
    // The fast path counts the SDK's id up; the SDK makes each one anew.
    t.equal(new Set(ids.map((id) => id.slice(0, 23))).size, isFast ? 1 : 3, `${requestPath}`);
  }
});
