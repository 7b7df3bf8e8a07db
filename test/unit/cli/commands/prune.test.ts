import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { API_VERSION, KIND } from '../../../../src/api/names.js';
import { startDynamoctl } from '../../../support/worker-process.js';
import { type FakeApi, fakeApi, type Stored } from '../prune/fake-api.js';

const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-prune-'));
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, 'abc\n');

const DAY_MS = 86_400_000;
const finishedDaysAgo = (name: string, days: number): Stored => ({
  ...{ apiVersion: API_VERSION, kind: KIND },
  metadata: { namespace: 'shop', name, uid: `uid-${name}`, resourceVersion: '1' },
  spec: { ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' } },
  status: {
    mode: 'Execute',
    completionTime: new Date(Date.now() - days * DAY_MS).toISOString(),
    conditions: [
      {
        type: 'Finished',
        status: 'True',
        reason: 'Cancelled',
        message: '',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ],
  },
});
const run = (api: FakeApi, ...args: string[]) =>
  startDynamoctl(['prune', '--server', api.url, '--token-file', tokenFile, ...args], {}).ended;
const api = (t: Test) => fakeApi(t, [finishedDaysAgo('old', 8), finishedDaysAgo('new', 6)]);
const gone = ({ stored }: FakeApi) =>
  [...stored.values()].filter(({ metadata }) => metadata.deletionTimestamp).map(({ metadata }) => metadata.name);

t.test('--delete deletes what is older', async (t) => {
  const server = await api(t);
  const { code, stdout } = await run(server, '--older-than-days', '7', '--delete');
  t.equal(code, 0, stdout);
  t.same(gone(server), ['old']);
  t.equal(server.asked[0]?.token, 'Bearer abc');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  t.match(lines[0], { level: 'info', namespace: 'shop', name: 'old', state: 'Cancelled', msg: 'deleted' });
});

t.test('what would be created again goes only if that is asked for', async (t) => {
  const marked = (name: string, annotation: string): Stored => {
    const resource = finishedDaysAgo(name, 8);
    return { ...resource, metadata: { ...resource.metadata, annotations: { [annotation]: '' } } };
  };
  for (const [args, expected] of [
    [[], []],
    [['--managed'], ['by-helm']],
    [['--applied'], ['by-hand']],
    [
      ['--managed', '--applied'],
      ['by-helm', 'by-hand'],
    ],
  ] as const) {
    const server = await fakeApi(t, [
      marked('by-helm', 'meta.helm.sh/release-name'),
      marked('by-hand', 'kubectl.kubernetes.io/last-applied-configuration'),
    ]);
    const { code, stdout } = await run(server, '--older-than-days', '7', '--delete', ...args);
    t.equal(code, 0, stdout);
    t.same(gone(server), expected, args.join(' '));
  }
});

t.test('without it nothing is deleted', async (t) => {
  const server = await api(t);
  const { code, stdout } = await run(server, '--older-than-days', '7');
  t.equal(code, 0, stdout);
  t.same(gone(server), []);
  t.match(stdout, 'dry run: would delete 1 DdbctlDpJobs');
});

t.test('what is refused, or cannot be listed, is exit code 1', async (t) => {
  const server = await api(t);
  server.refuses.add('old');
  t.equal((await run(server, '--older-than-days', '7', '--delete')).code, 1);
  const nobody = { ...server, url: 'http://127.0.0.1:1' };
  const { code, stdout } = await run(nobody, '--older-than-days', '7', '--delete');
  t.equal(code, 1);
  t.match(stdout, /not pruned: .*ECONNREFUSED/);
});

t.test('wrong usage is exit code 2, and nothing is asked', async (t) => {
  const server = await api(t);
  for (const args of [
    [],
    ['--older-than-days', '0'],
    ['--older-than-days', '-1'],
    ['--older-than-days', '1.5'],
    ['--older-than-days', '1e3'],
    ['--older-than-days', '99999'],
    ['--older-than-days', '7', '--at-most', '0'],
  ])
    t.equal((await run(server, ...args)).code, 2, args.join(' '));
  t.same(server.asked, []);
});
