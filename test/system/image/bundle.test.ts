import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { makeBundle } from '../../support/bundle.js';
import { createTable, startDynalite } from '../../support/dynamodb.js';
import { startNode } from '../../support/worker-process.js';
import { goldenFiles } from '../../documents/golden.js';
import { root } from '../../documents/pages.js';

const folder = makeBundle(t);
const entry = join(folder, 'dist/cli/dynamoctl.js');
const run = (...args: string[]) => startNode([entry, ...args]).ended;
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((each) => each.isFile())
  .map((each) => join(each.parentPath, each.name));

t.test('it is small, and says nothing of the machine that made it', async (t) => {
  const bytes = files.map((file) => statSync(file).size).reduce((a, b) => a + b, 0);
  t.ok(bytes <= 8e6, `${(bytes / 1e6).toFixed(1)} MB`);
  t.same(
    files.filter((file) => readFileSync(file).includes(root)),
    [],
  );
  t.same(
    readdirSync(folder).sort(),
    ['dist', 'licenses.txt', 'node_modules', 'package.json', 'sbom.cdx.json'],
    'what the head of tools/bundle/bundle.ts names',
  );
});

t.test('every module loads, and finds in the bundle what it imports', async (t) => {
  const modules = files.filter(
    (file) => file.startsWith(join(folder, 'dist')) && !/\/(dynamoctl(-\w+)?|compile|kubectl-.*)\.js$/.test(file),
  );
  t.ok(modules.length > 20, 'the modules are found');
  for (const module of modules) t.ok(readFileSync(module, 'utf8').startsWith('"use strict";'), 'as ES modules are');
  const code = `await Promise.all(${JSON.stringify(modules.map((file) => pathToFileURL(file).href))}.map((url) => import(url)));`;
  t.match(await startNode(['--no-warnings', '--input-type=module', '--eval', code]).ended, { code: 0, stderr: '' });
});

t.test('the command line', async (t) => {
  t.equal((await run('--version')).stdout.trim(), (JSON.parse(read('package.json')) as { version: string }).version);
  for (const [name, help] of goldenFiles()) {
    const command = name.replace('.txt', '');
    const args = command === 'dynamoctl' ? ['--help'] : [command, '--help'];
    t.equal((await run(...args)).stdout, help, args.join(' '));
  }
  const rendered = await run('render', '-f', join(root, 'manifests/samples/ddbctldpjob.yaml'));
  t.match(rendered, { code: 0, stdout: /kind: Job/ });
  t.match(await run('completion', 'bash'), { code: 0, stdout: /complete -F/ });
  t.match(await run('check', 'hook', '--url', 'http://127.0.0.1:9/sync', '--request-file', '/dev/null'), { code: 1 });
});

t.test("kubectl's plugin is one file each, which works wherever it is copied to", async (t) => {
  const alone = mkdtempSync(join(tmpdir(), 'dynamoctl-plugin-'));
  t.teardown(() => rmSync(alone, { recursive: true, force: true }));
  for (const [from, name] of [
    ['kubectl-ddp.js', 'kubectl-ddp'],
    ['kubectl-complete-ddp.js', 'kubectl_complete-ddp'],
  ] as const)
    cpSync(join(folder, 'dist/cli', from), join(alone, name));
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const plugin = (name: string, ...args: string[]) => spawnSync(join(alone, name), args, { encoding: 'utf8' });
  t.match(plugin('kubectl-ddp', '--version'), { status: 0, stdout: `${version}\n`, stderr: '' }, 'as an executable');
  t.match(plugin('kubectl-ddp', 'status', '--all'), { status: 2, stderr: /unknown option/ });
  t.match(plugin('kubectl_complete-ddp', 'app'), { status: 0, stdout: 'approve\n:4\n' });
});

t.test('the operator answers the hooks, and serves metrics and documentation', async (t) => {
  const env = { PORT: '0', HOST: '127.0.0.1', METRICS: 'open', DOCUMENTATION: 'true' };
  const operator = startNode([entry, 'operator'], env);
  t.teardown(() => operator.child.kill('SIGKILL'));
  const { port } = await operator.said(/^ready$/);
  const url = `http://127.0.0.1:${String(port)}`;
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  };

  const body = read('hooks/sync/pending-created/request.json');
  const answer = (await (await fetch(`${url}/sync`, { method: 'POST', body })).json()) as { children: object[] };
  const recorded = JSON.parse(read('hooks/sync/pending-created/response.json')) as { children: { kind: string }[] };
  t.same(
    answer.children.map((child) => (child as { kind: string }).kind),
    recorded.children.map(({ kind }) => kind),
  );
  t.match((await fetch(`${url}/sync`, { method: 'POST', body: '{}' })).status, 400);

  t.match((await get('/metrics')).body.toString(), 'dynamoctl_operator_hook_requests_total{hook="sync",code="200"} 1');
  t.match((await get('/documentation/')).body.toString(), /swagger-ui/);
  t.match(JSON.parse((await get('/documentation/json')).body.toString()), { paths: { '/sync': {} } });
  const pages = join(root, 'node_modules/@fastify/swagger-ui/static');
  // The page itself is made anew, and its old place leads to the new one.
  const served = readdirSync(pages).filter((name) => name !== 'index.html');
  t.ok(served.length > 8, 'the files are found');
  for (const name of served)
    t.same(await get(`/documentation/static/${name}`), { status: 200, body: readFileSync(join(pages, name)) }, name);

  operator.child.kill('SIGINT');
  t.equal((await operator.ended).stderr, '');
});

t.test('the worker deletes a partition, by either path of its requests', async (t) => {
  const engine = await startDynalite();
  t.teardown(engine.stop);
  await createTable(engine.client, { name: 'Orders', partition: ['pk', 'S'], sort: ['sk', 'S'] });
  for (const path of ['fast', 'sdk']) {
    for (const sk of ['1', '2', '3'])
      await engine.client.send(new PutItemCommand({ TableName: 'Orders', Item: { pk: { S: 'a' }, sk: { S: sk } } }));
    const env = { DYNAMOCTL_REQUEST_PATH: path };
    const args = ['delete-partition', '-s', '-t', 'Orders', '-p', 'a', '-e', engine.endpoint];
    const ended = await startNode([entry, ...args], env).ended;
    t.match(ended, { code: 0, stderr: '' }, path);
    t.match(ended.lines.at(-1), { outcome: 'PartitionDeleted', progress: { itemsDeleted: 3 } }, path);
  }
});
