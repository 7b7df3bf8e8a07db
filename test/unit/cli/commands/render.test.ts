import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { CompositeResponse } from '../../../../src/api/hooks.js';
import type { Job } from '../../../../src/api/job.js';
import { API_VERSION, KIND } from '../../../../src/api/names.js';
import { sync } from '../../../../src/operator/sync.js';
import { firstRequest, PLACEHOLDER_UID, withRights, type Resource } from '../../../../src/cli/render/request.js';
import { type Ended, startDynamoctl } from '../../../support/worker-process.js';
import { defaultSettings } from '../../../support/settings.js';

const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-'));
const SECRET = 'tenant-secret';

/** Renders what is given on stdin. */
function render(
  input: string | object,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Ended> {
  const file = join(folder, `${Math.random()}.yaml`);
  writeFileSync(file, typeof input === 'string' ? input : stringify(input));
  return startDynamoctl(['render', '-f', file, ...args], env).ended;
}

interface Rendered {
  kind: string;
  metadata: { name: string; namespace: string };
  status: CompositeResponse['status'];
  spec: Job['spec'];
}
const documents = (text: string): Rendered[] => parseAllDocuments(text).map((each) => each.toJS() as Rendered);
const reasonOf = ({ status }: Rendered): string | undefined => status.conditions?.[0]?.reason;

const resource = (spec: object = {}, target: object = {}) => ({
  apiVersion: API_VERSION,
  kind: KIND,
  metadata: { name: 'sample' },
  spec: { ddbCtlDpJob: { tableName: 'Orders', partitionValue: SECRET, ...target }, ...spec },
});

const samples = readdirSync('manifests/samples').filter((file) => file !== 'kustomization.yaml');
t.ok(samples.length >= 5, 'there are samples');

for (const sample of samples)
  t.test(`the sample ${sample}: what sync answers`, async (t) => {
    const path = join('manifests/samples', sample);
    const { code, stdout, stderr } = await startDynamoctl([
      'render',
      '-f',
      path,
      '--worker-image',
      defaultSettings.workerImage,
    ]).ended;
    const author = parse(readFileSync(path, 'utf8')) as Resource;
    const given = { namespace: 'default', uid: PLACEHOLDER_UID };
    const [parent, ...jobs] = documents(stdout);
    // Only the times vary: the printed answer must be the answer for the printed time.
    const now = new Date(parent?.status.conditions?.[0]?.lastTransitionTime ?? '');
    const first = firstRequest(author, given);
    const answer = sync(withRights(first, sync(first, defaultSettings, now).children), defaultSettings, now);
    const refused = answer.children.length === 0;
    t.same(parent?.status, answer.status, stderr);
    t.same(jobs, answer.children);
    t.equal(code, refused ? 4 : 0);
    t.equal(parent && reasonOf(parent), refused ? 'PolicyViolation' : 'Pending');
  });

/** A resource that counts or deletes, and the brake that refuses it. */
const brakes: readonly { why: string; spec: object; env?: Record<string, string>; args?: readonly string[] }[] = [
  { why: 'a held table, by the environment', spec: {}, env: { HELD_TABLES: 'Ord*' } },
  { why: 'a held table, by a flag', spec: {}, args: ['--held-tables', 'Ord*'] },
  { why: 'more items than a run may delete', spec: { maxItems: 10 }, env: { MAX_ITEMS: '9' } },
  {
    why: 'more CPU than a resource may name',
    spec: { resources: { requests: { cpu: '300m' } } },
    env: { MAX_WORKER_CPU: '200m' },
  },
  { why: 'no DryRun before', spec: {}, args: ['--require-dry-run', 'true'] },
];
for (const { why, spec, env, args } of brakes)
  t.test(`the brakes of the operator hold: ${why}`, async (t) => {
    const { code, stdout, stderr } = await render(resource(spec), args, env);
    t.equal(code, 4, stderr);
    t.equal(documents(stdout).map(reasonOf)[0], 'PolicyViolation', stderr);
  });

t.test('and what it sets for resources that set nothing is in the Job', async (t) => {
  const { stdout, stderr } = await render(resource(), ['--default-max-write-units-per-second', '77']);
  t.match(stdout, /MAX_WRITE_UNITS_PER_SECOND[\s\S]*?"?77"?/, stderr);
});

t.test('several files and documents, Lists, other kinds, stdin, JSON', async (t) => {
  const one = join(folder, 'one.yaml');
  const two = join(folder, 'two.json');
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } };
  writeFileSync(one, ['# nothing but a comment', stringify(resource()), stringify(configMap)].join('---\n'));
  const other = { ...resource(), metadata: { name: 'other', namespace: 'shop' } };
  writeFileSync(two, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [other] }));
  const args = ['render', '-f', one, '--filename', two, '-o', 'json', '--uid', 'a-uid', '-n', 'mine'];
  const { code, stdout, stderr } = await startDynamoctl(args).ended;
  t.equal(code, 0, stderr);
  t.match(stderr, /one\.yaml, document 2: skipped: not a DdbctlDpJob \(kind: "ConfigMap"\)/);
  const list = JSON.parse(stdout) as { kind: string; items: Rendered[] };
  t.equal(list.kind, 'List');
  t.same(
    list.items.map(
      ({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name.replace(/-[0-9a-f]{10}$/, '-…')}`,
    ),
    [
      'DdbctlDpJob mine/sample',
      'Job mine/sample-…',
      'ServiceAccount mine/sample-…',
      'Role mine/sample-…',
      'RoleBinding mine/sample-…',
      'DdbctlDpJob shop/other',
      'Job shop/other-…',
      'ServiceAccount shop/other-…',
      'Role shop/other-…',
      'RoleBinding shop/other-…',
    ],
  );
  const stdin = spawnSync(
    process.execPath,
    ['--no-warnings', '--import', 'tsx', 'src/cli/dynamoctl.ts', 'render', '-f', '-'],
    {
      input: stringify(resource()),
      encoding: 'utf8',
    },
  );
  t.equal(stdin.status, 0, stdin.stderr);
  t.same(
    documents(stdin.stdout).map(({ kind }) => kind),
    [KIND, 'Job', 'ServiceAccount', 'Role', 'RoleBinding'],
  );
});

t.test('the settings are those of the operator, by flag and by environment', async (t) => {
  const foreign = resource({}, { endpointURL: 'http://elsewhere:8000' });
  const allowed = await render(foreign, ['--worker-image', 'registry.example.com/mine:1']);
  t.equal(allowed.code, 0);
  t.match(allowed.stdout, 'image: registry.example.com/mine:1');
  const refused = await render(foreign, [], {
    ALLOWED_ENDPOINTS: 'http://dynamodb:8000',
    PORT: 'no port, and no matter',
  });
  t.equal(refused.code, 4);
  const [parent, ...jobs] = documents(refused.stdout);
  t.equal(parent && reasonOf(parent), 'PolicyViolation');
  t.same(jobs, []);
  t.match(refused.stdout, 'ALLOWED_ENDPOINTS');
  t.match(await render(foreign, ['--report-seconds', '0']), {
    code: 2,
    stdout: '',
    stderr: /REPORT_SECONDS="0" must be/,
  });
});

t.test(
  'the Job holds the key, as the file does; what is said of it, and status and uid of a file, do not',
  async (t) => {
    const { code, stdout } = await render({ ...resource(), status: { mode: 'DryRun' } });
    t.equal(code, 0);
    const [parent, job] = documents(stdout);
    t.equal(parent?.status.mode, 'Execute', 'as it is created, without a past');
    t.match(JSON.stringify(job), SECRET);
    t.notMatch(JSON.stringify(parent), SECRET);
    t.match(stdout, /^# For reading, not for applying. The uid is a placeholder/);
  },
);

t.test('a paused one has no Job and is fine, a copied one has none and is not', async (t) => {
  const paused = await render(resource({ suspend: true }));
  t.equal(paused.code, 0);
  t.same(documents(paused.stdout).map(reasonOf), ['Suspended']);
  const annotations = { 'dynamoctl.dp.operators.sanjivmadhavan.io/report': '{"parentUID":"other","mode":"Execute"}' };
  const copied = await render({ ...resource(), metadata: { name: 'sample', annotations } });
  t.equal(copied.code, 4);
  t.same(documents(copied.stdout).map(reasonOf), ['Restored']);
});

/** Two of the rows in render/resources.test.ts: what is wrong → what must be reported. */
const WRONG = [
  {
    reason: "the ancestor's sample",
    input: resource({}, { endpointURL: 'http://aws-dynamhttp://dynamodb.local:8000' }),
    says: /spec\.ddbCtlDpJob\.endpointURL: endpointURL must be .*; did you mean http:\/\/dynamodb\.local:8000\? \(given: "http:\/\/aws-dynamhttp:\/\/dynamodb\.local:8000"\)/,
  },
  {
    reason: "the original operator's flat spec",
    input: { ...resource(), spec: { tableName: 'Orders', partitionValue: SECRET } },
    says: /spec\.tableName: unknown field; did you mean spec\.ddbCtlDpJob\.tableName\?\n.*spec\.partitionValue: unknown field; did you mean spec\.ddbCtlDpJob\.partitionValue\?\n.*spec\.ddbCtlDpJob: Expected required property \(given: nothing\)/,
  },
] as const;

t.test('wrong input: exit code 2, nothing on stdout', async (t) => {
  for (const { reason, input, says } of WRONG) {
    const { code, stdout, stderr } = await render(input);
    t.match({ code, stdout }, { code: 2, stdout: '' }, reason);
    t.match(stderr, says, reason);
    t.ok(
      stderr.split('\n').every((line) => line === '' || line.startsWith('dynamoctl render: ')),
      reason,
    );
  }
});

t.test('wrong usage', async (t) => {
  t.match(await startDynamoctl(['render']).ended, { code: 2, stderr: /--filename/ });
  t.match(await startDynamoctl(['render', '-f', '/nowhere.yaml']).ended, {
    code: 2,
    stderr: /\/nowhere\.yaml: cannot be read: ENOENT/,
  });
  t.match(await render(resource(), ['-o', 'xml']), { code: 2, stderr: /Allowed choices are yaml, json/ });
});
