import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect as connectTo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { authority, serverCertificate } from '../../support/certificates.js';
import { createTable, putItems, startDynalite } from '../../support/dynamodb.js';
import { fakeSts, ROLE_CREDENTIALS } from '../../support/fake-sts.js';
import { runDynamoctl, startDynamoctl } from '../../support/worker-process.js';

/** The worker as a process, toward AWS's own hosts, through a proxy on this machine that leads to stand-ins for them. */

/** With the role's account, the SDK takes the account's own host. */
const DYNAMODB = '123456789012.ddb.eu-central-1.amazonaws.com';
const STS = 'sts.eu-central-1.amazonaws.com';

const engine = await startDynalite();
t.teardown(() => engine.stop());
await createTable(engine.client, { name: 'Orders', partition: ['pk', 'S'], sort: ['sk', 'S'] });
await putItems(
  engine.client,
  'Orders',
  Array.from({ length: 60 }, (_, i) => ({ pk: { S: 'p' }, sk: { S: `${i}` } })),
);

const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-'));
const [tokenFile, caFile] = [join(folder, 'token'), join(folder, 'ca.pem')];
writeFileSync(tokenFile, 'the.web.identity');
const ca = await authority('AWS stand-in');
writeFileSync(caFile, ca.cert);

async function listen(t: Test, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** AWS as far as it is needed: DynamoDB and STS, told apart by the host that is asked for. */
async function aws(t: Test) {
  const sts = await fakeSts();
  t.teardown(sts.close);
  const keys: (string | undefined)[] = [];
  const certificate = await serverCertificate(DYNAMODB, ca, [DYNAMODB, STS]);
  const server = createHttps(certificate, (request, response) => {
    const isSts = request.headers.host === STS;
    if (!isSts) keys.push(/Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1]);
    void text(request).then(async (body) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => /^(x-amz|auth|content-type)/.test(name)),
      ) as Record<string, string>;
      const answer = await fetch(isSts ? sts.url : engine.endpoint, { method: 'POST', headers, body });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      response.end(await answer.text());
    });
  });
  return { port: await listen(t, server), keys, sts };
}

/** A proxy that leads every tunnel to one port, or refuses it. */
async function proxy(t: Test, port: number, status = 200) {
  const tunnels: (string | undefined)[] = [];
  const server = createHttp();
  server.on('connect', (request, socket: Socket) => {
    tunnels.push(request.url);
    socket.on('error', () => undefined);
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\n\r\n{}`);
    const onward = connectTo(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  return { url: `http://127.0.0.1:${await listen(t, server)}`, tunnels };
}

const identity = {
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/worker',
  AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
  NODE_EXTRA_CA_CERTS: caFile,
};
const ARGS = ['delete-partition', '-t', 'Orders', '-p', 'p', '-r', 'eu-central-1'];

t.test('DynamoDB and STS are reached through HTTPS_PROXY, and the connections are kept', async (t) => {
  const { port, keys, sts } = await aws(t);
  const { url, tunnels } = await proxy(t, port);
  const ended = await runDynamoctl([...ARGS, '-s'], { ...identity, HTTPS_PROXY: url });
  t.equal(ended.code, 0, ended.stdout + ended.stderr);
  t.equal(sts.received[0]?.get('WebIdentityToken'), 'the.web.identity');
  t.ok(keys.length > 4);
  t.same([...new Set(keys)], [ROLE_CREDENTIALS.accessKeyId]);
  t.same([...new Set(tunnels)].sort(), [`${DYNAMODB}:443`, `${STS}:443`]);
  t.ok(tunnels.length - 1 < keys.length, `${tunnels.length} tunnels for ${keys.length} requests`);
});

t.test('a local endpoint stays direct', async (t) => {
  const { url, tunnels } = await proxy(t, 9);
  const ended = await runDynamoctl([...ARGS, '--dry-run', '-e', engine.endpoint], { HTTPS_PROXY: url });
  t.equal(ended.code, 0, ended.stdout + ended.stderr);
  t.same(tunnels, []);
});

t.test("a proxy that refuses is named as what failed, and its answer is nobody else's", async (t) => {
  for (const status of [407, 202]) {
    const { url, tunnels } = await proxy(t, 9, status);
    const keys = { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'x' };
    const started = startDynamoctl([...ARGS, '--dry-run'], { ...keys, HTTPS_PROXY: url });
    const line = await started.said(/requests failed; retrying/);
    t.match(line, { error: `ProxyFailed, HTTP ${status} from the proxy`, errorClass: 'not-sent' });
    t.ok(tunnels.length > 0);
    started.child.kill('SIGTERM');
    t.equal((await started.ended).code, 143);
  }
});
