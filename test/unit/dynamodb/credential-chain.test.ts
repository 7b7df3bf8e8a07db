import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { credentialChain } from '../../../src/dynamodb/credential-chain.js';
import { surroundings } from '../../support/surroundings.js';

const TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 1000 };

/** The environment that the chain reads: these variables, and no other of AWS's. */
function withEnvironment(t: Test, set: Record<string, string>): void {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  const nowhere = { AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' };
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', ...nowhere, ...set });
  t.teardown(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    Object.assign(process.env, before);
  });
}

/** A container credentials endpoint, such as EKS Pod Identity's. */
async function containerEndpoint(t: Test, status: number, body: object): Promise<Record<string, string>> {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/` };
}

t.test('credentials of the environment', async (t) => {
  withEnvironment(t, { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' });
  t.match(await credentialChain('us-east-1', TIMEOUTS, surroundings).provide(), {
    accessKeyId: 'AKIATEST',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  });
});

t.test('credentials of a container', async (t) => {
  const Expiration = new Date(Date.now() + 3_600_000).toISOString();
  const body = { AccessKeyId: 'ASIATEST', SecretAccessKey: 'secret', Token: 'token', Expiration };
  withEnvironment(t, await containerEndpoint(t, 200, body));
  t.match(await credentialChain('us-east-1', TIMEOUTS, surroundings).provide({}), { accessKeyId: 'ASIATEST' });
});

t.test('without credentials, the error is about credentials and nothing else', async (t) => {
  for (const [reason, environment] of [
    ['the container endpoint fails', await containerEndpoint(t, 500, {})],
    ['nobody listens at the container endpoint', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/' }],
  ] as const)
    await t.test(reason, async (t) => {
      withEnvironment(t, environment);
      await t.rejects(credentialChain('us-east-1', TIMEOUTS, surroundings).provide(), {
        name: 'CredentialsProviderError',
      });
    });
});

/** Instance metadata at an address where something listens, and answers as `answer` says. */
async function metadata(t: Test, answer: 'nothing' | number): Promise<Record<string, string>> {
  const server = createServer((_, response) => {
    if (typeof answer === 'number') response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    AWS_EC2_METADATA_DISABLED: 'false',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}`,
  };
}

t.test('no identity at all is told apart from one that cannot be had for now', async (t) => {
  const role = { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/r' };
  const nobody = { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:9' };
  for (const [reason, environment, message] of [
    ['nothing is configured', {}, /^looked for .*metadata \(switched off\)/],
    ['nobody is at the address of the instance metadata', nobody, /metadata \(no role, or no answer\)/],
    ['it takes the connection and says nothing', await metadata(t, 'nothing'), /no role, or no answer/],
    ['the instance has no role', await metadata(t, 404), /no role, or no answer/],
    ['half of a web identity', role, /AWS_WEB_IDENTITY_TOKEN_FILE not set/],
    [
      'the web identity token is not there',
      { ...role, AWS_WEB_IDENTITY_TOKEN_FILE: '/nonexistent' },
      /^AWS_WEB_IDENTITY_TOKEN_FILE names \/nonexistent, which does not exist$/,
    ],
  ] as const)
    await t.test(reason, async (t) => {
      withEnvironment(t, environment);
      await t.rejects(credentialChain('us-east-1', TIMEOUTS, surroundings).provide(), { name: 'NoIdentity', message });
    });
});

t.test('a search that takes too long is given up', async (t) => {
  const sts = createServer(() => undefined);
  await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    sts.close();
    sts.closeAllConnections();
  });
  const token = join(mkdtempSync(join(tmpdir(), 'dynamoctl-')), 'token');
  writeFileSync(token, 'a.web.identity');
  withEnvironment(t, {
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/r',
    AWS_WEB_IDENTITY_TOKEN_FILE: token,
    AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
  });
  let limit = 0;
  const sleep = async (milliseconds: number): Promise<void> => void (limit = milliseconds);
  const chain = credentialChain('us-east-1', { requestTimeout: 60_000 }, { ...surroundings, sleep });
  await t.rejects(chain.provide(), {
    name: 'CredentialsProviderError',
    code: 'ETIMEDOUT',
    message: 'web identity (IRSA) provides none',
  });
  t.ok(limit <= 15_000, `after ${limit} ms`);
});
