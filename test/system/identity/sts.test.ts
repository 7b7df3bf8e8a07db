import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import t, { type Test } from 'tap';
import { connect, type Connection } from '../../../src/dynamodb/client.js';
import { classOf } from '../../../src/dynamodb/errors.js';
import { fakeSts, ROLE_CREDENTIALS } from '../../support/fake-sts.js';
import { serve } from '../../support/serve.js';
import { surroundings } from '../../support/surroundings.js';

const ROLE = 'arn:aws:iam::123456789012:role/worker';
const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-'));
const TOKEN_FILE = join(folder, 'token');
writeFileSync(TOKEN_FILE, 'the.web.identity');
const describe = new DescribeTableCommand({ TableName: 'Orders' });

/** A DynamoDB that always gives the same answer and keeps the headers of each request. */
async function table(t: Test) {
  const headers: { authorization?: string | undefined; token?: string | string[] | undefined }[] = [];
  const url = await serve(t, (request, response) => {
    headers.push({ authorization: request.headers.authorization, token: request.headers['x-amz-security-token'] });
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ Table: { TableName: 'Orders' } }));
  });
  return { url, headers };
}

/** Sets the environment for one test. The SDK reads it for itself: nothing else can show what it does with it. */
function environment(t: Test, set: Record<string, string>): void {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    ...set,
  });
  t.teardown(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });
}

async function connected(t: Test, endpoint: string, trusted: boolean): Promise<Connection> {
  const connection = await connect({
    surroundings,
    region: 'eu-central-1',
    endpoint,
    trustedEndpoints: trusted ? [endpoint] : [],
  });
  t.teardown(connection.close);
  return connection;
}

const irsa = (sts: string) => ({
  AWS_ROLE_ARN: ROLE,
  AWS_WEB_IDENTITY_TOKEN_FILE: TOKEN_FILE,
  AWS_ENDPOINT_URL_STS: sts,
});

t.test('a web identity (IRSA) is exchanged at STS, and signs what goes to the table', async (t) => {
  const sts = await fakeSts();
  t.teardown(sts.close);
  const { url, headers } = await table(t);
  environment(t, irsa(sts.url));
  const { client } = await connected(t, url, true);
  t.match(await client.send(describe), { Table: { TableName: 'Orders' } });
  t.equal(sts.received.length, 1);
  t.equal(sts.received[0]?.get('Action'), 'AssumeRoleWithWebIdentity');
  t.equal(sts.received[0]?.get('WebIdentityToken'), 'the.web.identity');
  t.equal(sts.received[0]?.get('RoleArn'), ROLE);
  t.match(headers[0]?.authorization, `Credential=${ROLE_CREDENTIALS.accessKeyId}/`);
  t.match(headers[0]?.authorization, '/eu-central-1/dynamodb/');
  t.equal(headers[0]?.token, ROLE_CREDENTIALS.sessionToken);
});

t.test('a web identity token goes to STS, and elsewhere only if AWS_ENDPOINT_URL_STS says so', async (t) => {
  const config = join(folder, 'config-services');
  const elsewhere = await fakeSts();
  t.teardown(elsewhere.close);
  writeFileSync(config, `[default]\nservices = all\n[services all]\nsts =\n  endpoint_url = ${elsewhere.url}\n`);
  for (const [reason, set] of [
    ['an endpoint that is meant for every service', { AWS_ENDPOINT_URL: elsewhere.url }],
    ['an endpoint that is meant for STS, in a file', { AWS_CONFIG_FILE: config }],
  ] as const)
    await t.test(reason, async (t) => {
      const { url, headers } = await table(t);
      const { AWS_ENDPOINT_URL_STS: _, ...identity } = irsa('');
      environment(t, { ...identity, ...set });
      const { client } = await connected(t, url, true);
      await t.rejects(client.send(describe), { name: 'NoIdentity', message: /is not AWS STS.*AWS_ENDPOINT_URL_STS/ });
      t.same(elsewhere.received, [], 'the token stays here');
      t.same(headers, []);
    });
});

t.test('so is the role that a profile names', async (t) => {
  const sts = await fakeSts();
  t.teardown(sts.close);
  const { url, headers } = await table(t);
  const config = join(folder, 'config');
  writeFileSync(config, `[profile worker]\nrole_arn = ${ROLE}\nsource_profile = base\nregion = eu-central-1\n`);
  const credentials = join(folder, 'credentials');
  writeFileSync(credentials, '[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base\n');
  environment(t, {
    AWS_PROFILE: 'worker',
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_ENDPOINT_URL_STS: sts.url,
  });
  const { client } = await connected(t, url, true);
  await client.send(describe);
  t.equal(sts.received[0]?.get('Action'), 'AssumeRole');
  t.match(headers[0]?.authorization, `Credential=${ROLE_CREDENTIALS.accessKeyId}/`);
});

/** A stand-in for AWS Sign-In that renews the credentials of `aws login`. Source: CreateOAuth2Token in the SDK's signin client. */
async function fakeSignIn(t: Test): Promise<{ url: string; paths: (string | undefined)[] }> {
  const paths: (string | undefined)[] = [];
  const { accessKeyId, sessionToken } = ROLE_CREDENTIALS;
  const accessToken = { accessKeyId, secretAccessKey: 'renewed', sessionToken };
  const url = await serve(t, (request, response) => {
    paths.push(request.url);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ accessToken, tokenType: 'aws_sigv4', expiresIn: 900, refreshToken: 'next' }));
  });
  return { url, paths };
}

/** Files as `aws login` leaves them, with credentials that ended in 2020. @returns the environment that names them */
function endedLogin(): Record<string, string> {
  const session = 'arn:aws:iam::123456789012:user/someone';
  const config = join(folder, 'config-login');
  writeFileSync(config, `[default]\nlogin_session = ${session}\n`);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const token = {
    accessToken: {
      accessKeyId: 'ASIAENDED',
      secretAccessKey: 'ended',
      sessionToken: 'ended',
      accountId: '123456789012',
      expiresAt: '2020-01-01T00:00:00Z',
    },
    clientId: 'arn:aws:signin:::devtools/same-device',
    refreshToken: 'first',
    dpopKey: privateKey.export({ format: 'pem', type: 'sec1' }),
  };
  const name = createHash('sha256').update(session).digest('hex');
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(token));
  return { AWS_CONFIG_FILE: config, AWS_LOGIN_CACHE_DIRECTORY: folder };
}

t.test('the credentials of `aws login` are renewed at AWS Sign-In', async (t) => {
  const signIn = await fakeSignIn(t);
  const { url, headers } = await table(t);
  environment(t, { ...endedLogin(), AWS_ENDPOINT_URL_SIGNIN: signIn.url });
  const { client } = await connected(t, url, true);
  await client.send(describe);
  t.same(signIn.paths, ['/v1/token']);
  t.match(headers[0]?.authorization, `Credential=${ROLE_CREDENTIALS.accessKeyId}/`);
});

t.test('a host that may not see credentials does not make the worker ask STS', async (t) => {
  const sts = await fakeSts();
  t.teardown(sts.close);
  const { url, headers } = await table(t);
  environment(t, irsa(sts.url));
  const { client, realCredentials } = await connected(t, url, false);
  t.notOk(realCredentials);
  await client.send(describe);
  t.same(sts.received, []);
  t.match(headers[0]?.authorization, 'Credential=dynamoctl/');
  t.equal(headers[0]?.token, undefined);
});

t.test('a failure of the credential chain is never taken for a wrong endpoint', async (t) => {
  const page = await serve(t, (_request, response) => response.end('<html>a login page</html>'));
  const rows: readonly { why: string; sts: () => Promise<{ url: string; close: () => void }>; rule: string }[] = [
    { why: 'the role does not trust us', sts: () => fakeSts({ status: 403, code: 'AccessDenied' }), rule: 'denied' },
    {
      why: 'the token is not valid',
      sts: () => fakeSts({ status: 400, code: 'InvalidIdentityToken' }),
      rule: 'denied',
    },
    {
      why: 'the token has expired',
      sts: () => fakeSts({ status: 400, code: 'ExpiredTokenException' }),
      rule: 'credentials',
    },
    { why: 'STS is in trouble', sts: () => fakeSts({ status: 500, code: 'InternalFailure' }), rule: 'credentials' },
    {
      why: 'a request of ours that STS does not understand',
      sts: () => fakeSts({ status: 400, code: 'ValidationError' }),
      rule: 'credentials',
    },
    {
      why: 'nothing listens',
      sts: async () => ({ url: 'http://127.0.0.1:9', close: () => undefined }),
      rule: 'credentials',
    },
    {
      why: 'something else answers',
      sts: async () => ({ url: page, close: () => undefined }),
      rule: 'credentials',
    },
    {
      why: 'plain HTTP where TLS is expected',
      sts: async () => ({ url: page.replace('http:', 'https:'), close: () => undefined }),
      rule: 'credentials',
    },
  ];
  for (const { why, sts: start, rule } of rows)
    await t.test(why, async (t) => {
      const sts = await start();
      t.teardown(sts.close);
      const { url, headers } = await table(t);
      environment(t, irsa(sts.url));
      const { client } = await connected(t, url, true);
      const error: unknown = await client.send(describe).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      t.equal(classOf(error), rule, String((error as Error | undefined)?.name));
      t.same(headers, [], 'nothing reaches the table without credentials');
    });
});
