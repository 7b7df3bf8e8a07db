import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ENV } from '../../../../src/api/worker.js';
import { countByPartition, createTable, type Engine, putItems, startDynalite } from '../../../support/dynamodb.js';
import { FaultyDynamoDb } from '../../../models/dynamodb/throttling-proxy/index.js';
import { runDynamoctl, startDynamoctl } from '../../../support/worker-process.js';

let engine: Engine;
t.before(async () => {
  engine = await startDynalite();
  await createTable(engine.client, { name: 'Orders', partition: ['pk', 'S'], sort: ['sk', 'S'] });
  await createTable(engine.client, { name: 'Numbers', partition: ['pk', 'N'], sort: ['sk', 'N'] });
});
t.teardown(() => engine.stop());

const fill = (partition: string, count = 30): Promise<void> =>
  putItems(
    engine.client,
    'Orders',
    Array.from({ length: count }, (_, i) => ({ pk: { S: partition }, sk: { S: `${i}` } })),
  );
const orders = (): Promise<Record<string, number>> => countByPartition(engine.client, 'Orders', 'pk');

/** The environment of a Job, as its container sees it. */
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
  [ENV.terminationMessagePath]: join(mkdtempSync(join(tmpdir(), 'dynamoctl-')), 'message'),
  ...more,
});

const message = (env: Record<string, string>): unknown =>
  JSON.parse(readFileSync(env[ENV.terminationMessagePath]!, 'utf8'));

t.test('the flags of the original tool', async (t) => {
  await fill('tenant-secret');
  await fill('other');
  const ended = await runDynamoctl(
    ['delete-partition', '-t', 'Orders', '-p', 'tenant-secret', '-e', engine.endpoint, '-r', 'us-east-1', '-s'],
    { AWS_ACCESS_KEY_ID: 'AKIAREAL', AWS_SECRET_ACCESS_KEY: 'real' },
  );
  t.equal(ended.code, 0, ended.stderr);
  t.match(ended.lines.at(-1), {
    level: 'info',
    outcome: 'PartitionDeleted',
    exitCode: 0,
    verifiedEmpty: true,
    progress: { itemsFound: 30, itemsDeleted: 30 },
  });
  t.notMatch(ended.stdout + ended.stderr, /tenant-secret|AKIAREAL/, 'neither key nor credentials are said');
  t.same(await orders(), { other: 30 });
});

t.test('-p takes the next argument as it is', async (t) => {
  await putItems(engine.client, 'Numbers', [
    { pk: { N: '-12' }, sk: { N: '1' } },
    { pk: { N: '12' }, sk: { N: '1' } },
  ]);
  const ended = await runDynamoctl(['delete-partition', '-t', 'Numbers', '-p', '-12', '-e', engine.endpoint, '-s']);
  t.equal(ended.code, 0, ended.stderr);
  t.same(await countByPartition(engine.client, 'Numbers', 'pk'), { 12: 1 });
});

t.test("a Job's environment: values that Kubernetes has given back whole, no question asked", async (t) => {
  await fill('neighbour', 3);
  for (const value of ['a$$b', '$(AWS_REGION)', '-12', '+', 'x'.repeat(2048), 'with\nnewline\n', '"; --skip']) {
    await fill(value);
    const env = job(value);
    const ended = await runDynamoctl(['delete-partition'], env);
    t.equal(ended.code, 0, `${value.slice(0, 20)}: ${ended.stderr}`);
    t.match(ended.lines[0], { namespace: 'shop', parent: 'delete-orders' });
    t.match(message(env), {
      parentUID: 'uid-1',
      jobUID: 'uid-2',
      mode: 'Execute',
      final: true,
      outcome: 'PartitionDeleted',
      exitCode: 0,
      verifiedEmpty: true,
      target: { digest: /^[0-9a-f]{64}$/ },
      progress: { itemsFound: 30, itemsDeleted: 30 },
    });
    t.equal(/ends with a newline/.test(ended.stdout), value.endsWith('\n'), 'a newline at the end is warned of');
    t.same(await orders(), { neighbour: 3, other: 30 });
  }
});

t.test('a dry run needs nobody to confirm, and deletes nothing', async (t) => {
  const ended = await runDynamoctl([
    'delete-partition',
    '-t',
    'Orders',
    '-p',
    'other',
    '-e',
    engine.endpoint,
    '--dry-run',
  ]);
  t.equal(ended.code, 0, ended.stderr);
  t.match(ended.lines.at(-1), {
    outcome: 'DryRunComplete',
    estimatedWriteUnits: { min: 30 },
    progress: { itemsFound: 30 },
  });
  t.match(await orders(), { other: 30 });
});

t.test('the exit code says why', async (t) => {
  const nowhere = job('p', { [ENV.tableName]: 'Nowhere' });
  t.equal((await runDynamoctl(['delete-partition'], nowhere)).code, 5);
  t.match(message(nowhere), { final: true, outcome: 'TableNotFound', exitCode: 5 });
  const wrongType = job('secret', { [ENV.tableName]: 'Numbers' });
  const refused = await runDynamoctl(['delete-partition'], wrongType);
  t.equal(refused.code, 2);
  t.match(message(wrongType), { outcome: 'InvalidTarget', message: /type N/ });
  t.notMatch(refused.stdout + refused.stderr + JSON.stringify(message(wrongType)), /secret/);
  const broken = job('p', { [ENV.endpointURL]: 'http://a http://b:8000' });
  t.equal((await runDynamoctl(['delete-partition'], broken)).code, 2);
  t.match(message(broken), { outcome: 'InvalidTarget', final: true, message: /did you mean http:\/\/b:8000/ });
});

t.test('an endpoint without a scheme: the error says what was meant', async (t) => {
  const ended = await runDynamoctl(['delete-partition', '-t', 'Orders', '-p', 'x', '-e', 'localhost:8000', '-s']);
  t.equal(ended.code, 2);
  t.match(ended.stderr, /did you mean http:\/\/localhost:8000\? \(given: "localhost:8000"\)/);
});

t.test('no warning of the SDK about the version of Node.js, on any version', async (t) => {
  const onNode20 = "data:text/javascript,Object.defineProperty(process, 'version', { value: 'v20.19.0' })";
  const ended = await runDynamoctl(
    ['delete-partition', '-t', 'Orders', '-p', 'nothing', '-e', engine.endpoint, '-s'],
    {},
    ['--warnings', '--import', onNode20],
  );
  t.equal(ended.code, 0, ended.stdout);
  t.equal(ended.stderr, '');
});

t.test('without a terminal, -s or a Job: exit code 2, and nothing is read', async (t) => {
  const proxy = await FaultyDynamoDb.start({ upstream: engine.endpoint });
  t.teardown(() => proxy.close());
  const ended = await runDynamoctl(['delete-partition', '-t', 'Orders', '-p', 'other', '-e', proxy.url]);
  t.equal(ended.code, 2);
  t.match(ended.stderr, /no terminal to confirm on: pass --skip-confirmation/);
  t.equal(proxy.received.length, 0);
});

t.test('wrong usage is exit code 2, asking for help is none', async (t) => {
  for (const [args, code] of [
    [['delete-partition', '--no-such-flag'], 2],
    [['delete-partition', '-t'], 2],
    [['delete-partition', '-t', 'Orders', '-s'], 2],
    [['delete-partition', 'Orders'], 2],
    [['no-such-command'], 2],
    [['--help'], 0],
    [['delete-partition', '--help'], 0],
    [['--version'], 0],
  ] as const)
    t.equal((await runDynamoctl(args)).code, code, args.join(' '));
});

t.test('SIGTERM and SIGINT drain', async (t) => {
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    await fill('long', 400);
    const proxy = await FaultyDynamoDb.start({ upstream: engine.endpoint, latency: () => 300 });
    t.teardown(() => proxy.close());
    const env = job('long', { [ENV.endpointURL]: proxy.url });
    const worker = startDynamoctl(['delete-partition'], env);
    await worker.said(/found the table/);
    worker.child.kill(signal);
    const ended = await worker.ended;
    t.equal(ended.code, code, ended.stderr);
    const left = (await orders()).long ?? 0;
    t.ok(left > 0, `${left} items remain`);
    t.match(message(env), { final: false, outcome: undefined, exitCode: code, progress: { itemsDeleted: 400 - left } });
  }
  const again = await runDynamoctl(['delete-partition'], job('long'));
  t.equal(again.code, 0, 'the next attempt ends it');
});

t.test('a limit on items', async (t) => {
  await fill('limited', 40);
  const args = ['delete-partition', '-t', 'Orders', '-p', 'limited', '-e', engine.endpoint, '-s'];
  const ended = await runDynamoctl([...args, '--max-items', '30']);
  t.equal(ended.code, 4, ended.stderr);
  t.match(ended.lines.at(-1), { outcome: 'GuardRefused', progress: { itemsDeleted: 30 } });
  t.equal((await orders()).limited, 10);
  const withoutToken = job('limited', { [ENV.maxItems]: '100' });
  t.equal((await runDynamoctl(['delete-partition'], withoutToken)).code, 4);
  t.match(message(withoutToken), { outcome: 'GuardRefused', final: true, message: /without a token .*WORKER_RIGHTS/ });
  t.equal((await orders()).limited, 10, 'a Job that cannot know of earlier attempts deletes nothing');
  t.equal((await runDynamoctl([...args, '--max-items', '10'])).code, 0);
  t.notOk((await orders()).limited);
});

t.test('killed in the middle, and started again: empty', async (t) => {
  await fill('killed', 400);
  const proxy = await FaultyDynamoDb.start({ upstream: engine.endpoint, latency: () => 50 });
  t.teardown(() => proxy.close());
  const worker = startDynamoctl(['delete-partition'], job('killed', { [ENV.endpointURL]: proxy.url }));
  await worker.said(/found the table/);
  for (;;) {
    const left = (await orders()).killed ?? 0;
    if (left < 400) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  worker.child.kill('SIGKILL');
  await worker.ended;
  t.ok((await orders()).killed, 'items remain');
  const ended = await runDynamoctl(['delete-partition'], job('killed'));
  t.equal(ended.code, 0);
  t.match(ended.lines.at(-1), { verifiedEmpty: true });
  t.notOk((await orders()).killed);
});
