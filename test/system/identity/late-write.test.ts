import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import t, { type Test } from 'tap';
import { connect } from '../../../src/dynamodb/client.js';
import { classOf } from '../../../src/dynamodb/errors.js';
import { serve } from '../../support/serve.js';
import { surroundings } from '../../support/surroundings.js';

/** STS takes this long for the credentials, in milliseconds: longer than the fence's answer is valid here. */
const STS_MS = 600;
const VALID_MS = 200;
/** The same for a request that has to be on its way by then, on a busy machine too. */
const SENT_MS = 1500;

const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-'));
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, 'the.web.identity');

/** An STS that takes its time, and credentials that only it can give. */
async function slowSts(t: Test): Promise<void> {
  const answer = `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
    <AccessKeyId>ASIAX</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>x</SessionToken>
    <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
    </AssumeRoleWithWebIdentityResponse>`;
  const url = await serve(t, (_request, response) => void sleep(STS_MS).then(() => response.end(answer)));
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/worker',
    AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
    AWS_ENDPOINT_URL_STS: url,
  });
  t.teardown(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });
}

/** A table that keeps what reached it, and answers at once or never. */
async function table(t: Test, { silent = false } = {}) {
  const received: string[] = [];
  let closed = 0;
  const url = await serve(t, (request, response) => {
    received.push(String(request.headers['x-amz-target']).replace(/^.*\./, ''));
    response.on('close', () => closed++);
    if (silent) return;
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ Table: { TableName: 'Orders' }, UnprocessedItems: {} }));
  });
  return { url, received, closed: () => closed };
}

/** A client whose writes are admitted for a while. */
async function client(t: Test, endpoint: string, validMs: number, trusted = true) {
  const fresh = new AbortController();
  const timer = setTimeout(() => fresh.abort(), validMs);
  const connection = await connect({
    surroundings,
    region: 'eu-central-1',
    endpoint,
    trustedEndpoints: trusted ? [endpoint] : [],
    writeSignal: () => (fresh.signal.aborted ? undefined : fresh.signal),
  });
  t.teardown(() => {
    clearTimeout(timer);
    connection.close();
  });
  return connection.client;
}

const Key = { id: { S: 'x' } };
const WRITES: readonly [name: string, send: (to: Pick<DynamoDBClient, 'send'>) => Promise<unknown>][] = [
  ['DeleteItem', (to) => to.send(new DeleteItemCommand({ TableName: 'Orders', Key }))],
  [
    'BatchWriteItem',
    (to) => to.send(new BatchWriteItemCommand({ RequestItems: { Orders: [{ DeleteRequest: { Key } }] } })),
  ],
];
const describe = new DescribeTableCommand({ TableName: 'Orders' });

for (const [name, send] of WRITES) {
  t.test(`${name}: what waited for credentials longer than the answer is valid never reaches the table`, async (t) => {
    await slowSts(t);
    const { url, received } = await table(t);
    const error: unknown = await send(await client(t, url, VALID_MS)).catch((thrown: unknown) => thrown);
    t.same(received, [], 'nothing was sent');
    t.equal(classOf(error), 'not-sent', 'and it is known that nothing was done');
  });

  t.test(`${name}: what is in flight is given up when the answer expires`, async (t) => {
    const { url, received, closed } = await table(t, { silent: true });
    const began = performance.now();
    const error: unknown = await send(await client(t, url, SENT_MS, false)).catch((thrown: unknown) => thrown);
    t.ok(performance.now() - began < 5_000, 'long before the request times out');
    t.same(received, [name]);
    t.equal(classOf(error), 'retry', 'it may have been carried out');
    await sleep(50);
    t.equal(closed(), 1, 'its connection is closed');
  });

  t.test(`${name}: while the answer is valid it is sent`, async (t) => {
    const { url, received } = await table(t);
    await send(await client(t, url, 60_000, false));
    t.same(received, [name]);
  });
}

t.test('reads need no answer', async (t) => {
  const { url, received } = await table(t);
  await (await client(t, url, 0, false)).send(describe);
  t.same(received, ['DescribeTable']);
});
