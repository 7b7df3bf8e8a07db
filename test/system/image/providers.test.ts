import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { makeBundle } from '../../support/bundle.js';
import { createTable, startDynalite } from '../../support/dynamodb.js';
import { fakeSts, ROLE_CREDENTIALS } from '../../support/fake-sts.js';
import { serve } from '../../support/serve.js';
import { type Ended, startNode } from '../../support/worker-process.js';

/** Each source of credentials is a module of its own in the image, loaded when the chain comes to it. Here it comes to each. */

const bundle = makeBundle(t);
const home = mkdtempSync(join(tmpdir(), 'dynamoctl-home-'));
t.teardown(() => rmSync(home, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  mkdirSync(dirname(join(home, name)), { recursive: true });
  writeFileSync(join(home, name), text);
  return join(home, name);
};

const engine = await startDynalite();
t.teardown(engine.stop);
await createTable(engine.client, { name: 'Orders', partition: ['pk', 'S'] });

/** The engine, and the access key ids with which requests to it were signed. */
const signers = new Set<string | undefined>();
const table = await serve(t, (incoming, response) => {
  signers.add(/Credential=([^/]+)/.exec(incoming.headers.authorization ?? '')?.[1]);
  const forwarded = request(engine.endpoint, { method: incoming.method ?? 'POST', headers: incoming.headers });
  forwarded.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers)));
  incoming.pipe(forwarded);
});

const sts = await fakeSts();
t.teardown(sts.close);
const EXPIRES = '2099-01-01T00:00:00Z';
const KEYS = { SecretAccessKey: 's', Token: 't', Expiration: EXPIRES };
const json = (value: object) => JSON.stringify(value);
const container = await serve(t, (_, response) => response.end(json({ AccessKeyId: 'ASIACONTAINER', ...KEYS })));
const metadata = await serve(t, ({ url }, response) => {
  if (url === '/latest/api/token') response.end('token');
  else if (url?.endsWith('/')) response.end('role');
  else response.end(json({ Code: 'Success', Type: 'AWS-HMAC', AccessKeyId: 'ASIAMETADATA', ...KEYS }));
});
const sso = await serve(t, (_, response) =>
  response.setHeader('content-type', 'application/json').end(
    json({
      roleCredentials: { accessKeyId: 'ASIASSO', secretAccessKey: 's', sessionToken: 't', expiration: 4070908800000 },
    }),
  ),
);

/** Where `aws sso login` and `aws login` leave what they got. Source: `getSSOTokenFilepath`, `LoginCredentialsFetcher`. */
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
file(`.aws/sso/cache/${sha1('corp')}.json`, json({ accessToken: 'a', expiresAt: EXPIRES }));
file(`.aws/sso/cache/${sha1('https://start.example')}.json`, json({ accessToken: 'a', expiresAt: EXPIRES }));
const LOGIN_KEYS = { accessKeyId: 'ASIALOGIN', secretAccessKey: 's', sessionToken: 't' };
const LOGIN = 'arn:aws:iam::123456789012:user/someone';
file(
  `.aws/login/cache/${sha256(LOGIN)}.json`,
  json({
    accessToken: { ...LOGIN_KEYS, accountId: '123456789012', expiresAt: EXPIRES },
    clientId: 'c',
    refreshToken: 'r',
    dpopKey: 'k',
  }),
);
const ROLE = 'arn:aws:iam::123456789012:role/worker';
const static_ = 'aws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n';
const token = file('token', 'the.web.identity');
const command = `echo '${json({ Version: 1, AccessKeyId: 'ASIAPROCESS', SecretAccessKey: 's' })}'`;
const ssoRole = 'sso_account_id = 123456789012\nsso_role_name = r\n';

const PROFILES: Readonly<Record<string, string>> = {
  keys: static_,
  role: `role_arn = ${ROLE}\nsource_profile = keys\nregion = us-east-1\n`,
  metadata: `role_arn = ${ROLE}\ncredential_source = Ec2InstanceMetadata\nregion = us-east-1\n`,
  web: `role_arn = ${ROLE}\nweb_identity_token_file = ${token}\nregion = us-east-1\n`,
  process: `credential_process = sh ${file('process', command)}\n`,
  session: `sso_session = corp\n${ssoRole}`,
  start: `sso_start_url = https://start.example\nsso_region = us-east-1\n${ssoRole}`,
  login: `login_session = ${LOGIN}\nregion = us-east-1\n`,
};
const config = file(
  'config',
  Object.entries(PROFILES)
    .map(([name, text]) => `[profile ${name}]\n${text}`)
    .join('\n') + '\n[sso-session corp]\nsso_start_url = https://start.example\nsso_region = us-east-1\n',
);

const { accessKeyId: ROLE_KEY } = ROLE_CREDENTIALS;
const profile = (AWS_PROFILE: string) => ({ AWS_PROFILE, AWS_CONFIG_FILE: config });
const withMetadata = { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata };
const SOURCES: readonly { source: string; env: Record<string, string>; signer: string }[] = [
  {
    source: 'keys in the environment',
    env: { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 's' },
    signer: 'AKIAENV',
  },
  {
    source: 'a web identity (IRSA)',
    env: { AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: token },
    signer: ROLE_KEY,
  },
  {
    source: 'a container (Pod Identity)',
    env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: container },
    signer: 'ASIACONTAINER',
  },
  { source: 'instance metadata', env: withMetadata, signer: 'ASIAMETADATA' },
  { source: 'a profile with keys', env: profile('keys'), signer: 'AKIAPROFILE' },
  { source: 'a profile with a role', env: profile('role'), signer: ROLE_KEY },
  {
    source: 'a profile with a role, from instance metadata',
    env: { ...profile('metadata'), ...withMetadata },
    signer: ROLE_KEY,
  },
  { source: 'a profile with a web identity', env: profile('web'), signer: ROLE_KEY },
  { source: 'a process', env: profile('process'), signer: 'ASIAPROCESS' },
  { source: 'SSO with a session', env: profile('session'), signer: 'ASIASSO' },
  { source: 'SSO with a start URL', env: profile('start'), signer: 'ASIASSO' },
  { source: 'aws login', env: profile('login'), signer: 'ASIALOGIN' },
];

/** Runs the worker on the (empty) partition, with real credentials for the engine, until its end or its first failure. */
async function run(env: Record<string, string>): Promise<Ended> {
  const args = ['delete-partition', '-s', '-t', 'Orders', '-p', 'a', '-e', table];
  const worker = startNode([join(bundle, 'dist/cli/dynamoctl.js'), ...args], {
    HOME: home,
    DYNAMOCTL_TRUSTED_ENDPOINTS: table,
    AWS_REGION: 'us-east-1',
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'none'),
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_ENDPOINT_URL_SSO: sso,
    ...env,
  });
  void worker.said(/^requests failed/).then(
    () => worker.child.kill('SIGKILL'),
    () => undefined,
  );
  return worker.ended;
}

for (const { source, env, signer } of SOURCES)
  t.test(source, async (t) => {
    signers.clear();
    t.match(await run(env), { code: 0, stderr: '', lines: [{ realCredentials: true }] });
    t.same([...signers], [signer]);
  });

t.test('a module that is missing is noticed', async (t) => {
  const modules = join(bundle, 'dist/cli');
  const ofProcess = readdirSync(modules).filter((name) =>
    /credential_process/.test(readFileSync(join(modules, name), 'utf8')),
  );
  t.not(ofProcess.length, 0);
  for (const name of ofProcess) rmSync(join(modules, name));
  const { code, stdout } = await run(profile('process'));
  t.not(code, 0, stdout);
});
