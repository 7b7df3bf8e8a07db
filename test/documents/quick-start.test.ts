import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parse, parseAllDocuments } from 'yaml';
import { publishedImage } from '../../src/cli/process/version.js';
import { countByPartition, startDynalite } from '../support/dynamodb.js';
import {
  copyManifests,
  isDoneBefore,
  quickStartCommands,
  replaceIn,
  standInForEngine,
} from '../support/quick-start.js';
import { startNode } from '../support/worker-process.js';
import { textOf } from './pages.js';

/** What the quick start's page rests on, as far as no cluster is needed. test/e2e/quick-start.test.ts runs the page itself. */

interface Named {
  kind: string;
  metadata: { name: string; namespace: string };
  data?: Record<string, string>;
  spec?: {
    template?: { spec: { containers: { image: string; command?: string[]; args?: string[]; env?: object[] }[] } };
    ports?: { port: number }[];
  };
}
const objectsOf = (text: string): Named[] => parseAllDocuments(text).map((document) => document.toJS() as Named);
const seed = objectsOf(textOf('manifests/quick-start/seed.yaml'));
const local = objectsOf(textOf('manifests/quick-start/dynamodb-local.yaml'));

t.test('the commands of the page, and those that a test cannot run', async (t) => {
  const commands = quickStartCommands();
  t.ok(commands.length > 18, `${commands.length} commands`);
  t.same(
    commands.filter(isDoneBefore).map((command) => command.split(' ').slice(0, 2).join(' ')),
    ['kind create', 'kubectl apply', 'docker build', 'kind load', 'kind delete'],
  );
  for (const file of ['ddbctldpjob', 'dry-run'])
    t.ok(commands.includes(`kubectl apply -f manifests/samples/${file}.yaml`), `${file}: as it ships`);
});

t.test('the samples name the Service that the page creates', async (t) => {
  const service = local.find(({ kind }) => kind === 'Service');
  const { name, namespace } = service!.metadata;
  const url = `http://${name}.${namespace}.svc.cluster.local:${service?.spec?.ports?.[0]?.port}`;
  for (const file of ['ddbctldpjob', 'dry-run']) {
    const sample = parse(textOf(`manifests/samples/${file}.yaml`)) as { spec: { ddbCtlDpJob: object } };
    t.match(sample.spec.ddbCtlDpJob, { endpointURL: url, tableName: 'Orders', partitionValue: 'TESTTENANTID' }, file);
  }
  const [container] = seed.find(({ kind }) => kind === 'Job')!.spec!.template!.spec.containers;
  t.match(container, { image: publishedImage(), env: [{ value: url }, { name: 'TABLE', value: 'Orders' }] });
  t.match(textOf('docs/quick-start.md'), `docker build -t ${publishedImage()} .`, 'the image that the manifests name');
});

t.test('the seed fills the table, twice alike, and writes to nobody who checks signatures', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'seed-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const script = join(folder, 'seed.mjs');
  writeFileSync(script, seed.find(({ kind }) => kind === 'ConfigMap')?.data?.['seed.mjs'] ?? '');
  const engine = await startDynalite();
  t.teardown(engine.stop);
  const run = () => startNode([script], { ENDPOINT: engine.endpoint, TABLE: 'Orders' }).ended;
  const said = 'Orders: 2500 items of TESTTENANTID\nOrders: 100 items of OTHERTENANTID\n';
  t.match(await run(), { code: 0, stderr: '', stdout: said });
  t.match(await run(), { code: 0, stderr: '', stdout: said }, 'again');
  const counts = await countByPartition(engine.client, 'Orders', 'tenant');
  t.same(counts, { TESTTENANTID: 2500, OTHERTENANTID: 100 });
  t.notMatch(readFileSync(script, 'utf8'), /AWS_(ACCESS|SECRET|SESSION)/, 'it reads no credentials');
});

t.test('the stand-ins: another image everywhere, and an engine elsewhere behind the same Deployment', async (t) => {
  const folder = copyManifests('registry.local/dynamoctl:test');
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const read = (file: string) => readFileSync(join(folder, 'manifests', file), 'utf8');
  for (const file of ['install.yaml', 'quick-start/seed.yaml']) {
    t.notMatch(read(file), publishedImage(), file);
    t.match(read(file), 'registry.local/dynamoctl:test', file);
  }
  t.ok(replaceIn(folder, 'aws-dynamodb-local.default.svc.cluster.local', '10.96.0.9') >= 3, 'without DNS: an address');
  t.match(read('samples/ddbctldpjob.yaml'), 'endpointURL: http://10.96.0.9:8000\n');

  const engine = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(engine, 'listening');
  t.teardown(() => engine.close());
  standInForEngine(folder, 'registry.local/dynamoctl:test', {
    host: '127.0.0.1',
    port: (engine.address() as AddressInfo).port,
  });
  const objects = objectsOf(read('quick-start/dynamodb-local.yaml'));
  t.same(objects[0], local[0], 'the Service is as it ships');
  const [container] = objects[1]!.spec!.template!.spec.containers;
  t.match(container, { image: 'registry.local/dynamoctl:test', command: ['/nodejs/bin/node', '-e', /createServer/] });
  t.equal(container?.args, undefined);

  // On a free port instead of 8000.
  const program = (container?.command?.[2] ?? '').replace(
    'listen(8000)',
    'listen(0, function () { console.log(this.address().port); })',
  );
  const proxy = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => proxy.kill());
  const [port] = (await once(proxy.stdout.setEncoding('utf8'), 'data')) as [string];
  const client = connect(Number(port), '127.0.0.1');
  client.write('hello');
  t.equal(String((await once(client, 'data'))[0]), 'hello', 'it hands on');
  client.destroy();
});
