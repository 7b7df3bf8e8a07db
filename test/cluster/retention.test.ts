import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { CRD_FILE } from '../../manifests/generate.js';
import { readManifests } from '../../manifests/kustomization.js';
import { API_VERSION, KIND, PLURAL } from '../../src/api/names.js';
import { openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { eventually, kubectl, tryKubectl } from '../support/kubectl.js';
import { runDynamoctl } from '../support/worker-process.js';

const manifest = (file: string) => fileURLToPath(new URL(`../../manifests/${file}`, import.meta.url));
const SYSTEM_FILE = manifest('operator/namespace.yaml');
const RIGHTS = ['service-account', 'role', 'role-binding'].map((file) => manifest(`retention/${file}.yaml`));
const NAMESPACE = `retention-${process.pid}`;
/** What would be created again. */
const KEPT = ['applied', 'applied-there', 'managed', 'managed-there'];
const LONG_AGO = '2020-01-01T00:00:00Z';

/** `dynamoctl prune` against a real API server, with the token and the rights of manifests/retention. It touches one namespace. */
t.test('a real API server', { skip: WITHOUT_CLUSTER }, async (t) => {
  for (const file of [CRD_FILE, SYSTEM_FILE, ...RIGHTS]) {
    const { ok: wasThere } = await tryKubectl(['get', '-f', file]);
    await kubectl('apply', '-f', file);
    if (!wasThere) t.teardown(() => kubectl('delete', '--wait=false', '-f', file));
  }
  await kubectl('wait', '--for=condition=Established', '--timeout=30s', '-f', CRD_FILE);
  await kubectl('create', 'namespace', NAMESPACE);
  t.teardown(() => kubectl('delete', 'namespace', NAMESPACE, '--wait=false'));
  const cluster = await openCluster();
  t.teardown(() => cluster.close());

  const path = (name: string, of = '') => `/apis/${API_VERSION}/namespaces/${NAMESPACE}/${PLURAL}/${name}${of}`;
  const order = (name: string, metadata: object = {}): object => ({
    ...{ apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace: NAMESPACE, ...metadata } },
    // It waits as it is: where an operator runs in this cluster, it starts nothing.
    spec: { suspend: true, ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' } },
  });
  const by =
    (...command: readonly string[]) =>
    async (ordered: object): Promise<void> => {
      const { ok, err } = await tryKubectl([...command, '-f', '-'], JSON.stringify(ordered));
      t.ok(ok, err);
    };
  const create = async (name: string, status?: object, metadata: object = {}, write = by('create')): Promise<void> => {
    await write(order(name, metadata));
    if (!status) return;
    const contentType = 'application/merge-patch+json';
    const { code, body } = await cluster.request('PATCH', path(name, '/status'), { body: { status }, contentType });
    t.equal(code, 200, String(body.message));
  };
  const condition = (status: string) => ({
    ...{ type: 'Finished', status, reason: status === 'True' ? 'PartitionDeleted' : 'Running', message: 'x' },
    lastTransitionTime: LONG_AGO,
  });
  const finished = { mode: 'Execute', completionTime: LONG_AGO, conditions: [condition('True')] };
  await create('old', finished);
  await create('new', { ...finished, completionTime: new Date().toISOString().replace(/\.\d+/, '') });
  await create('runs', { ...finished, conditions: [condition('False')] });
  await create('unseen');
  await create('managed', finished, { annotations: { 'argocd.argoproj.io/tracking-id': 'a' } });
  await create('applied', finished, {}, by('apply'));
  await create('applied-there', finished, {}, by('apply', '--server-side'));
  await create('managed-there', finished, {}, by('apply', '--server-side', '--field-manager=some-tool'));

  const folder = mkdtempSync(join(tmpdir(), 'retention-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const { clusters } = JSON.parse(await kubectl('config', 'view', '--raw', '--minify', '--flatten', '-o', 'json')) as {
    clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  };
  const { server, 'certificate-authority-data': ca } = clusters[0]!.cluster;
  const [account] = readManifests(RIGHTS[0]!);
  const { name, namespace } = account!.metadata;
  writeFileSync(join(folder, 'ca'), Buffer.from(ca, 'base64'));
  writeFileSync(join(folder, 'token'), await kubectl('create', 'token', name, '-n', String(namespace)));
  const prune = (...args: string[]) =>
    runDynamoctl([
      ...['prune', '--older-than-days', '30', '--namespace', NAMESPACE, '--server', server],
      ...['--token-file', join(folder, 'token'), '--ca-file', join(folder, 'ca'), ...args],
    ]);
  const names = async (): Promise<string[]> =>
    (await kubectl('get', PLURAL, '-n', NAMESPACE, '-o', 'name'))
      .trim()
      .split('\n')
      .map((each) => each.split('/')[1]!);

  /** An operator in this cluster has to release a resource first. */
  const becomes = (...expected: string[]) =>
    eventually(`only ${expected.join()}`, async () => (await names()).join() === expected.join());

  t.test('without --delete nothing goes', async (t) => {
    const answered = await eventually('its rights are in effect', async () => {
      const ended = await prune();
      return ended.code === 0 && ended;
    });
    t.match(answered.lines[0], { msg: 'would be deleted', name: 'old' });
    t.same(await names(), [...KEPT, 'new', 'old', 'runs', 'unseen'].sort());
  });

  t.test('with it, what finished long ago', async (t) => {
    const { code, stdout } = await prune('--delete');
    t.equal(code, 0, stdout);
    await becomes(...KEPT, 'new', 'runs', 'unseen');
  });

  t.test('what kubectl has applied stays', async (t) => {
    const { stdout, lines } = await prune('--delete');
    t.match(
      lines.find(({ reason }) => reason === 'applied'),
      {
        count: 2,
        resources: {
          [`${NAMESPACE}/applied`]: 'the annotation kubectl.kubernetes.io/last-applied-configuration',
          [`${NAMESPACE}/applied-there`]: 'applied by the field manager kubectl',
        },
      },
      stdout,
    );
    t.match(
      lines.find(({ reason }) => reason === 'managed'),
      { count: 2, resources: { [`${NAMESPACE}/managed-there`]: 'applied by the field manager some-tool' } },
      stdout,
    );
    t.same(await names(), [...KEPT, 'new', 'runs', 'unseen']);
    t.equal((await prune('--delete', '--applied')).code, 0);
    await becomes('managed', 'managed-there', 'new', 'runs', 'unseen');
    t.equal((await prune('--delete', '--managed')).code, 0);
    await becomes('new', 'runs', 'unseen');
  });

  t.test('an edit since the list keeps a resource', async (t) => {
    const { body } = await cluster.request('GET', path('runs'));
    const { uid, resourceVersion } = body.metadata;
    await kubectl('label', PLURAL, 'runs', '-n', NAMESPACE, 'edited=true');
    const as = `system:serviceaccount:${namespace}:${name}`;
    const preconditions = { uid, resourceVersion };
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
    t.match(await cluster.request('DELETE', path('runs'), { body: options, as }), { code: 409 });
    const another = { ...options, preconditions: { uid: '00000000-0000-0000-0000-000000000000' } };
    t.match(await cluster.request('DELETE', path('runs'), { body: another, as }), { code: 409 }, 'as does another uid');
  });

  t.test('the account may do nothing else', async (t) => {
    const as = `system:serviceaccount:${namespace}:${name}`;
    const contentType = 'application/merge-patch+json';
    t.equal((await cluster.request('GET', path('new'), { as })).code, 403);
    t.equal((await cluster.request('PATCH', path('new'), { as, contentType, body: {} })).code, 403);
    t.equal((await cluster.request('GET', `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`, { as })).code, 403);
    t.equal((await cluster.request('GET', `/api/v1/namespaces/${NAMESPACE}/secrets`, { as })).code, 403);
  });
});
