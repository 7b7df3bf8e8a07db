import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { credentialChain } from '../../../src/dynamodb/credential-chain.js';

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
  t.match(await credentialChain('us-east-1', TIMEOUTS)(), {
    accessKeyId: 'AKIATEST',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  });
});

t.test('credentials of a container', async (t) => {
  const Expiration = new Date(Date.now() + 3_600_000).toISOString();
  const body = { AccessKeyId: 'ASIATEST', SecretAccessKey: 'secret', Token: 'token', Expiration };
  withEnvironment(t, await containerEndpoint(t, 200, body));
  t.match(await credentialChain('us-east-1', TIMEOUTS)({}), { accessKeyId: 'ASIATEST' });
});

t.test('without credentials, the error is about credentials and nothing else', async (t) => {
  const missing = { AWS_WEB_IDENTITY_TOKEN_FILE: '/nonexistent', AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/r' };
  for (const [reason, environment] of [
    ['nothing is configured', {}],
    ['the web identity token is not there', missing],
    ['the container endpoint fails', await containerEndpoint(t, 500, {})],
    ['nobody listens at the container endpoint', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/' }],
  ] as const)
    await t.test(reason, async (t) => {
      withEnvironment(t, environment);
      await t.rejects(credentialChain('us-east-1', TIMEOUTS)(), { name: 'CredentialsProviderError' });
    });
});
