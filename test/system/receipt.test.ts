import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { API_VERSION, KIND } from '../../src/api/names.js';
import { ENV } from '../../src/api/worker.js';
import { countByPartition, createTable, type Engine, putItems, startDynalite } from '../support/dynamodb.js';
import { keyPair } from '../support/receipts.js';
import { type Ended, runDynamoctl } from '../support/worker-process.js';

const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-'));
const pair = keyPair();
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const privateKey = file('private.pem', pair.privatePem);
const publicKey = file('public.pem', pair.publicPem);

let engine: Engine;
t.before(async () => {
  engine = await startDynalite();
  await createTable(engine.client, { name: 'Orders', partition: ['pk', 'S'], sort: ['sk', 'S'] });
});
t.teardown(() => engine.stop());

const fill = (partition: string): Promise<void> =>
  putItems(
    engine.client,
    'Orders',
    Array.from({ length: 30 }, (_, i) => ({ pk: { S: partition }, sk: { S: `${i}` } })),
  );

/** The environment of a Job whose operator has a key for receipts. */
const job = (partition: string, more: Record<string, string> = {}): Record<string, string> => ({
  [ENV.tableName]: 'Orders',
  [ENV.partitionValue]: partition,
  [ENV.region]: 'us-east-1',
  [ENV.endpointURL]: engine.endpoint,
  [ENV.mode]: 'Execute',
  [ENV.parentName]: 'delete-orders',
  [ENV.parentNamespace]: 'shop',
  [ENV.parentUID]: 'uid-1',
  [ENV.jobUID]: 'uid-2',
  [ENV.receiptKeyFile]: privateKey,
  [ENV.receiptKeySecret]: 'receipt-key',
  [ENV.image]: 'dynamoctl@sha256:abc',
  [ENV.terminationMessagePath]: join(folder, 'message'),
  ...more,
});

interface Told {
  outcome: string;
  message: string;
  receipt?: string;
}
const message = (): Told => JSON.parse(readFileSync(join(folder, 'message'), 'utf8')) as Told;
const verify = (text: string, ...args: string[]): Promise<Ended> =>
  runDynamoctl(['verify-receipt', file('receipt', text), '--key', publicKey, ...args]);

t.test('a deletion, its receipt, and one byte of it changed', async (t) => {
  await fill('tenant-secret');
  await fill('other');
  const env = job('tenant-secret', { [ENV.createdBy]: 'alice', [ENV.approvedBy]: 'bob' });
  const before = new Date();
  const ended = await runDynamoctl(['delete-partition'], env);
  t.equal(ended.code, 0, ended.stdout);
  const { receipt = '' } = message();
  t.equal(ended.lines.at(-1)?.receipt, receipt, 'the last line of the log has it as well');

  const verified = await verify(receipt, '-p', 'tenant-secret', '-o', 'json');
  t.equal(verified.code, 0, verified.stderr);
  const said = JSON.parse(verified.stdout) as { claims: { verifiedAt: string; partitionKey: object } };
  t.match(said, {
    verified: true,
    claims: {
      outcome: 'PartitionDeleted',
      table: { name: 'Orders', id: /./, region: 'us-east-1', endpoint: engine.endpoint },
      sortKeys: { range: 'all' },
      itemsDeleted: 30,
      verifiedEmpty: true,
      resource: { namespace: 'shop', name: 'delete-orders', uid: 'uid-1' },
      jobUID: 'uid-2',
      createdBy: 'alice',
      approvedBy: 'bob',
      worker: { image: 'dynamoctl@sha256:abc', version: /^\d/ },
    },
  });
  // Whole seconds.
  const verifiedAt = new Date(said.claims.verifiedAt).getTime();
  t.ok(verifiedAt > before.getTime() - 1000 && verifiedAt <= Date.now(), said.claims.verifiedAt);
  t.notMatch(receipt + verified.stdout + ended.stdout, /tenant-secret/, 'no key is in it');
  t.notMatch(Buffer.from(receipt, 'base64').toString('latin1'), /tenant-secret/);

  for (const at of [0, Math.floor(receipt.length / 2), receipt.length - 1]) {
    const other = receipt[at] === 'A' ? 'B' : 'A';
    const refused = await verify(receipt.slice(0, at) + other + receipt.slice(at + 1));
    t.equal(refused.code, 4, `byte ${at}`);
    t.match(refused.stderr, /^dynamoctl verify-receipt: refused: /);
    t.equal(refused.stdout, '', 'nothing is said to be proven');
  }
  t.match(await verify(receipt, '-p', 'tenant-2'), { code: 4, stderr: /about another partition/ });
  t.match(
    await verify(String(ended.stdout.trim().split('\n').at(-1))),
    { code: 0, stdout: /^Verified: / },
    'the line of the log',
  );
  const metadata = { namespace: 'shop', name: 'delete-orders', uid: 'uid-1' };
  const resource = { apiVersion: API_VERSION, kind: KIND, metadata, status: { receipt } };
  t.match(await verify(JSON.stringify(resource)), { code: 0, stdout: /^Verified: / }, 'the resource');
  const copy = { ...resource, metadata: { ...metadata, uid: 'uid-3' } };
  t.match(await verify(JSON.stringify(copy)), { code: 4, stderr: /the uid of this one differs/ });
  t.same(await countByPartition(engine.client, 'Orders', 'pk'), { other: 30 });
});

t.test('a range of sort keys, without its values', async (t) => {
  await fill('ranged');
  const env = job('ranged', { [ENV.sortKeyFrom]: '10-secret', [ENV.sortKeyTo]: '20-secret' });
  const ended = await runDynamoctl(['delete-partition'], env);
  t.equal(ended.code, 0, ended.stdout);
  const { receipt = '' } = message();
  const { stdout } = await verify(receipt, '--output', 'json');
  t.match(JSON.parse(stdout), {
    claims: {
      sortKeys: { range: 'between', fromDigest: /^[0-9a-f]{64}$/, toDigest: /^[0-9a-f]{64}$/ },
      itemsDeleted: 11,
    },
  });
  t.notMatch(stdout + ended.stdout, '-secret');
});

t.test('without a key that can sign, nothing is deleted', async (t) => {
  await fill('kept');
  const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = rsa.export({ format: 'pem', type: 'pkcs8' }) as string;
  for (const [why, keyFile, expected] of [
    [
      'the Secret is missing',
      join(folder, 'nothing'),
      /private\.pem of the Secret "receipt-key" \(RECEIPT_KEY_SECRET\), in this namespace, is not there$/,
    ],
    ['it cannot be read', folder, /cannot be read \(EISDIR\)$/],
    ['another kind of key', file('rsa.pem', pem), /must be an Ed25519 private key .* \(this one is of type rsa\)$/],
    ['the public half', publicKey, /must be an Ed25519 private key/],
    ['no key', file('empty', ''), /must be an Ed25519 private key/],
  ] as const) {
    const ended = await runDynamoctl(['delete-partition'], job('kept', { [ENV.receiptKeyFile]: keyFile }));
    t.equal(ended.code, 4, why);
    t.match(
      message(),
      { outcome: 'GuardRefused', message: /^this attempt deleted nothing, because it could not sign a receipt/ },
      why,
    );
    t.match(message().message, expected, why);
    t.equal(message().receipt, undefined);
    t.notMatch(ended.stdout, 'found the table', 'nothing was even read');
    t.notMatch(ended.stdout + JSON.stringify(message()), /BEGIN/, 'and nothing of the key is said');
  }
  t.match(await countByPartition(engine.client, 'Orders', 'pk'), { kept: 30 });
});

t.test('who gets no receipt', async (t) => {
  const { [ENV.receiptKeyFile]: _file, [ENV.receiptKeySecret]: _secret, ...keyless } = job('kept');
  for (const [why, env, outcome] of [
    ['a DryRun, whatever it is given', job('kept', { [ENV.mode]: 'DryRun' }), 'DryRunComplete'],
    ['a failure', job('kept', { [ENV.tableName]: 'Nowhere' }), 'TableNotFound'],
    ['a deletion whose operator has no key', keyless, 'PartitionDeleted'],
  ] as const) {
    const ended = await runDynamoctl(['delete-partition'], env);
    t.match(message(), { outcome }, why);
    t.notMatch(ended.stdout + JSON.stringify(message()), 'receipt', why);
  }
});
