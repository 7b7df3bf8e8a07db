import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { SAMPLE_RECEIPT } from '../../hooks/sample-receipt.js';
import { API_VERSION, KIND, REPORT_ANNOTATION } from '../../src/api/names.js';
import { ENV } from '../../src/api/worker.js';
import { authority, serverCertificate } from '../support/certificates.js';
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

/** What the process finds where Kubernetes mounts a service account: there, no test should write. */
const MOUNTED = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const directory = '/var/run/secrets/kubernetes.io/serviceaccount';
  const mounted = (path) => (typeof path === 'string' ? path.replace(directory, process.env.MOUNTED) : path);
  const { existsSync, promises: { readFile } } = fs;
  fs.existsSync = (path) => existsSync(mounted(path));
  fs.promises.readFile = (path, ...more) => readFile(mounted(path), ...more);
  syncBuiltinESMExports();
`;
const IN_A_POD = ['--no-warnings', '--import', `data:text/javascript,${encodeURIComponent(MOUNTED)}`];
const ca = await authority('cluster');

/** An API server that has the resource, with the report of an earlier attempt of the same Job in so many answers. */
async function apiServer(t: Test, earlier?: object, answersWithIt = Infinity) {
  const reports: (Told & { progress?: object })[] = [];
  let annotations: Record<string, string> | undefined = earlier && {
    [REPORT_ANNOTATION]: JSON.stringify({ ...EARLIER, ...earlier }),
  };
  let answers = 0;
  const certificate = await serverCertificate('kubernetes', ca);
  const server = createServer(certificate, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      if (answers++ === answersWithIt) annotations = undefined;
      const { metadata } = JSON.parse(body) as { metadata: { annotations?: Record<string, string> } };
      if (metadata.annotations && !request.url?.includes('dryRun')) {
        annotations = metadata.annotations;
        reports.push(JSON.parse(String(annotations[REPORT_ANNOTATION])) as Told);
      }
      const status = {
        mode: 'Execute',
        job: { name: 'x', uid: 'uid-2' },
        seenJobs: [{ uid: 'uid-2', mode: 'Execute' }],
      };
      response.end(JSON.stringify({ metadata: { uid: 'uid-1', annotations }, spec: {}, status }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const mounted = mkdtempSync(join(tmpdir(), 'dynamoctl-'));
  writeFileSync(join(mounted, 'token'), 'token');
  writeFileSync(join(mounted, 'ca.crt'), ca.cert);
  const { port } = server.address() as AddressInfo;
  const env = { MOUNTED: mounted, KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port) };
  return { env, reports };
}

const EARLIER = { parentUID: 'uid-1', jobUID: 'uid-2', mode: 'Execute', time: '2026-11-23T02:10:40Z', final: true };
const VERIFIED = {
  outcome: 'PartitionDeleted',
  exitCode: 0,
  verifiedEmpty: true,
  receipt: SAMPLE_RECEIPT.jws,
  progress: { itemsDeleted: 30 },
};
const withoutKey = (partition: string): Record<string, string> =>
  job(partition, { [ENV.receiptKeyFile]: join(folder, 'nothing') });

t.test('the key is gone, and an earlier attempt of the Job had verified: what is done is not lost', async (t) => {
  const { env, reports } = await apiServer(t, VERIFIED);
  const ended = await runDynamoctl(['delete-partition'], { ...withoutKey('done'), ...env }, IN_A_POD);
  t.equal(ended.code, 0, ended.stdout);
  t.match(reports, [
    {
      outcome: 'PartitionDeleted',
      verifiedEmpty: true,
      receipt: SAMPLE_RECEIPT.jws,
      progress: { itemsDeleted: 30 },
      message:
        /^verified empty at 2026-11-23T02:10:40Z, and a consistent read still finds nothing; .*: private\.pem of the Secret "receipt-key" \(RECEIPT_KEY_SECRET\), in this namespace, is not there$/,
    },
  ]);
  t.equal(ended.lines.at(-1)?.receipt, SAMPLE_RECEIPT.jws);
});

t.test(
  'the same, but there is something now: it is not deleted, and the receipt of what was deleted stays',
  async (t) => {
    await fill('later');
    const { env, reports } = await apiServer(t, VERIFIED);
    const ended = await runDynamoctl(['delete-partition'], { ...withoutKey('later'), ...env }, IN_A_POD);
    t.equal(ended.code, 4, ended.stdout);
    t.match(reports, [{ outcome: 'GuardRefused', message: /was written later/, receipt: SAMPLE_RECEIPT.jws }]);
    t.match(await countByPartition(engine.client, 'Orders', 'pk'), { later: 30 });
  },
);

t.test('the same, but that report vanishes after the first look: nothing is deleted without a key', async (t) => {
  await fill('vanished');
  // The watch's first look, and the one that looks back.
  const { env, reports } = await apiServer(t, VERIFIED, 2);
  const ended = await runDynamoctl(['delete-partition'], { ...withoutKey('vanished'), ...env }, IN_A_POD);
  t.equal(ended.code, 4, ended.stdout);
  t.match(ended.stdout, 'found the table', 'it went on at first');
  t.match(reports, [{ outcome: 'GuardRefused', message: /could not sign a receipt/ }]);
  t.match(await countByPartition(engine.client, 'Orders', 'pk'), { vanished: 30 });
});

t.test('the key is gone, and an earlier attempt had deleted a part: refused, in words, with its counts', async (t) => {
  await fill('half');
  const { env, reports } = await apiServer(t, { final: false, progress: { itemsDeleted: 12 } });
  const ended = await runDynamoctl(['delete-partition'], { ...withoutKey('half'), ...env }, IN_A_POD);
  t.equal(ended.code, 4, ended.stdout);
  t.match(reports, [
    {
      outcome: 'GuardRefused',
      message: /is not there\. Put the key there, and create a new DdbctlDpJob for what is left$/,
      progress: { itemsDeleted: 12, atLeast: true },
    },
  ]);
  t.notMatch(ended.stdout, 'found the table', 'nothing was even read');
  t.match(await countByPartition(engine.client, 'Orders', 'pk'), { half: 30 });
});

t.test('the key is gone, and an earlier attempt had refused: why it refused stays on record', async (t) => {
  await fill('held');
  const why = 'no table with the tag "hold" may be deleted from, and this table has it: nothing was deleted';
  const { env, reports } = await apiServer(t, { outcome: 'GuardRefused', exitCode: 4, message: why });
  const ended = await runDynamoctl(['delete-partition'], { ...withoutKey('held'), ...env }, IN_A_POD);
  t.equal(ended.code, 4, ended.stdout);
  t.match(reports, [{ outcome: 'GuardRefused', message: why }]);
  t.match(await countByPartition(engine.client, 'Orders', 'pk'), { held: 30 });
});

t.test('the key was replaced: an attempt signs with the one that it finds', async (t) => {
  await fill('rotated');
  const next = keyPair();
  const { env, reports } = await apiServer(t, { final: false, progress: { itemsDeleted: 12 } });
  const rotated = job('rotated', { [ENV.receiptKeyFile]: file('next.pem', next.privatePem) });
  const ended = await runDynamoctl(['delete-partition'], { ...rotated, ...env }, IN_A_POD);
  t.equal(ended.code, 0, ended.stdout);
  const { receipt = '' } = reports.at(-1) ?? {};
  t.match(await verify(receipt), { code: 4, stderr: /signed with another key/ });
  const both = await verify(receipt, '--key', file('next-public.pem', next.publicPem), '-o', 'json');
  t.match(JSON.parse(both.stdout), { verified: true, claims: { itemsDeleted: 42, atLeast: true } });
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
      /private\.pem of the Secret "receipt-key" \(RECEIPT_KEY_SECRET\), in this namespace, is not there\. Put the key there, and create a new DdbctlDpJob for what is left$/,
    ],
    ['it cannot be read', folder, /cannot be read \(EISDIR\)\. Put the key there/],
    [
      'another kind of key',
      file('rsa.pem', pem),
      /must be an Ed25519 private key .* \(this one is of type rsa\)\. Put the key there/,
    ],
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
