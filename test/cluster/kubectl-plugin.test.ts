import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { APPROVED_BY_ANNOTATION, CREATED_BY_ANNOTATION, GROUP, PLURAL } from '../../src/api/names.js';
import { openCluster, WITHOUT_CLUSTER } from '../support/cluster.js';
import { type Manifest, renderKustomization } from '../../manifests/kustomization.js';
import { eventually, kubectl } from '../support/kubectl.js';
import { installScopedCrd } from '../support/scoped-crd.js';
import { installScopedPolicy } from '../support/scoped-policy.js';
import { startNode } from '../support/worker-process.js';

/** The plugin, the real kubectl and a real API server: above all, that an approval is of what was seen. */

const PLUGIN = fileURLToPath(new URL('../../src/cli/kubectl-ddp.ts', import.meta.url));
const [policy, binding] = renderKustomization(
  fileURLToPath(new URL('../../manifests/second-person', import.meta.url)),
) as [Manifest, Manifest];
const time = '2026-11-30T02:00:00Z';

const conditions = (status: string, reason: string) =>
  ['Finished', 'Succeeded'].map((type) => ({ type, status, reason, message: 'words', lastTransitionTime: time }));

/** What the operator writes at the end of a count. */
const COUNTED = {
  observedGeneration: 1,
  mode: 'DryRun',
  startTime: time,
  conditions: conditions('True', 'DryRunComplete'),
  dryRun: { itemsFound: 12, completionTime: time },
};

/** What it writes of a deletion that was created suspended. */
const WAITS = { observedGeneration: 1, mode: 'Execute', conditions: conditions('False', 'Suspended') };

t.test('kubectl ddp', { skip: WITHOUT_CLUSTER }, async (t) => {
  const cluster = await openCluster();
  t.teardown(() => cluster.close());
  const crd = await installScopedCrd(cluster);
  t.teardown(() => crd.remove());
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-ddp-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));

  // The real kubectl, which is told of the scoped group and answers as of the real one; before it patches, it does what somebody else does in that moment.
  const real = spawnSync('sh', ['-c', 'command -v kubectl'], { encoding: 'utf8' }).stdout.trim();
  const shim = (between: readonly (readonly string[])[]) =>
    writeFileSync(
      join(folder, 'kubectl'),
      `#!${process.execPath}
const { spawnSync } = require('node:child_process');
const args = process.argv.slice(2).map((word) => word.replaceAll(${JSON.stringify(GROUP)}, ${JSON.stringify(crd.group)}));
if (args[0] === 'patch') for (const other of ${JSON.stringify(between)}) spawnSync(${JSON.stringify(real)}, other);
const { stdout, stderr, status } = spawnSync(${JSON.stringify(real)}, args, { stdio: ['inherit', 'pipe', 'pipe'], encoding: 'utf8' });
process.stdout.write(stdout.replaceAll(${JSON.stringify(crd.group)}, ${JSON.stringify(GROUP)}));
process.stderr.write(stderr.replaceAll(${JSON.stringify(crd.group)}, ${JSON.stringify(GROUP)}));
process.exitCode = status ?? 1;
`,
      { mode: 0o755 },
    );
  const PATH = `${folder}:${process.env.PATH ?? ''}`;
  const ddp = (...args: string[]) =>
    startNode(['--no-warnings', '--import', import.meta.resolve('tsx'), PLUGIN, ...args, '-n', crd.namespace], { PATH })
      .ended;
  const reported = async (name: string, status: object): Promise<void> => {
    const contentType = 'application/merge-patch+json';
    const { code } = await cluster.request('PATCH', `${crd.path(name)}/status`, { body: { status }, contentType });
    t.equal(code, 200, 'the status is written');
  };
  const created = async (name: string, spec: object, status: object, metadata: object): Promise<object> => {
    const target = { tableName: 'Orders', partitionValue: 'SECRETTENANT' };
    const resource = crd.resource(name, { ...spec, ddbCtlDpJob: target }, metadata);
    t.equal((await crd.request('POST', undefined, '', { body: resource })).code, 201);
    await reported(name, status);
    return resource;
  };
  const counted = (name: string, metadata: object = {}) => created(name, { mode: 'DryRun' }, COUNTED, metadata);
  const waiting = (name: string, metadata: object) => created(name, { suspend: true }, WAITS, metadata);
  const spec = async (name: string) =>
    ((await crd.request('GET', name, '')).body as unknown as { spec: Record<string, unknown> }).spec;
  const kind = `${PLURAL}.${crd.group}`;

  await t.test('what has changed since it was seen is not approved', async (t) => {
    await counted('changed');
    shim([['annotate', kind, 'changed', '-n', crd.namespace, 'by=somebody']]);
    const ended = await ddp('approve', 'changed', '--yes');
    t.not(ended.code, 0);
    t.match(ended.stderr, /\(Conflict\)[^]*\nNot approved: changed has changed since it was read/);
    t.equal((await spec('changed')).mode, 'DryRun');
  });

  await t.test('nor is another one of the same name', async (t) => {
    const resource = await counted('replaced');
    const file = join(folder, 'again.json');
    writeFileSync(file, JSON.stringify(resource));
    shim([['replace', '--force', '-f', file]]);
    const ended = await ddp('approve', 'replaced', '--yes');
    t.comment(ended.stderr);
    t.not(ended.code, 0);
    t.notMatch(ended.stdout, /Approved/);
    t.equal((await spec('replaced')).mode, 'DryRun');
  });

  await t.test('what was seen is approved', async (t) => {
    await counted('seen');
    shim([]);
    t.match(await ddp('status', 'seen'), { code: 0, stdout: /counted +12 items\n[^]*kubectl ddp approve seen/ });
    t.match(await ddp('approve', 'seen', '--yes'), { code: 0, stdout: /^Approved: seen deletes 12 items/, stderr: '' });
    t.equal((await spec('seen')).mode, 'Execute');
    t.match(await ddp('approve', 'seen', '--yes'), { code: 4, stderr: /its mode is Execute/ });
    t.match(await ddp('receipt', 'seen'), { code: 4, stderr: /has no receipt/ });
    t.match(await ddp('logs', 'seen'), { code: 4, stderr: /has no Job yet/ });
  });

  await t.test('suspend, resume, cancel; and what the API server refuses is said', async (t) => {
    t.match(await ddp('suspend', 'seen'), { code: 0 });
    t.equal((await spec('seen')).suspend, true);
    t.match(await ddp('resume', 'seen'), { code: 0 });
    t.equal((await spec('seen')).suspend, false);
    t.match(await ddp('cancel', 'seen'), { code: 0 });
    t.equal((await spec('seen')).cancel, true);
    t.match(await ddp('cancel', 'absent'), { code: 1, stderr: /NotFound/ });
    t.match(await ddp('status', 'absent'), { code: 1, stdout: '', stderr: /NotFound/ });
  });

  await t.test('with the policy for a second person, another one approves', async (t) => {
    const CREATED_BY = crd.scoped(CREATED_BY_ANNOTATION);
    const installed = await installScopedPolicy(cluster, crd, policy, binding);
    t.teardown(() => installed.remove());
    const probe = crd.resource('probe', { ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' } });
    await eventually(
      'the policy is at work',
      async () => (await crd.request('POST', undefined, '?dryRun=All', { body: probe })).code === 422,
    );
    // Who may do everything, so that only the policy decides.
    const as = (user: string) => ['--as', user, '--as-group', 'system:masters'];
    const creator = await kubectl('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}');
    await counted('second', { annotations: { [CREATED_BY]: creator } });
    shim([]);
    t.match(await ddp('approve', 'second', '--yes'), {
      code: 1,
      stderr: /another person than the one who created the resource must approve it/,
    });
    t.equal((await spec('second')).mode, 'DryRun');
    t.match(await ddp('approve', 'second', '--yes', ...as('ben')), {
      code: 0,
      stdout: /^Approved by ben: second deletes 12 items/,
    });
    const { metadata } = (await crd.request('GET', 'second', '')).body;
    t.match(metadata, { annotations: { [crd.scoped(APPROVED_BY_ANNOTATION)]: 'ben' } });
    t.equal((await spec('second')).mode, 'Execute');

    const isApprovedBy = async (name: string, user: string): Promise<void> => {
      const { body } = await crd.request('GET', name, '');
      t.match(body.metadata, { annotations: { [crd.scoped(APPROVED_BY_ANNOTATION)]: user } });
    };
    // Approved, and paused before the operator answered: resumed by another approval.
    t.match(await ddp('suspend', 'second'), { code: 0 });
    t.match(await ddp('resume', 'second'), { code: 1, stderr: /has not begun.*kubectl ddp approve second/ });
    await reported('second', { ...COUNTED, observedGeneration: 3 });
    t.match(await ddp('approve', 'second', '--yes', ...as('cem')), {
      code: 0,
      stdout: /^Approved by cem: second deletes 12 items/,
    });
    t.equal((await spec('second')).suspend, false);
    await isApprovedBy('second', 'cem');

    await waiting('third', { annotations: { [CREATED_BY]: creator } });
    t.match(await ddp('status', 'third'), { code: 0, stdout: /kubectl ddp approve third/ });
    t.match(await ddp('resume', 'third', ...as('ben')), {
      code: 1,
      stderr: /set the annotation .* to ben[^]*has not begun.*kubectl ddp approve third/,
    });
    t.match(await ddp('approve', 'third', '--yes'), { code: 1, stderr: /another person than the one who created/ });
    t.equal((await spec('third')).suspend, true);
    t.match(await ddp('approve', 'third', '--yes', ...as('ben')), {
      code: 0,
      stdout: /^Approved by ben: third deletes one whole partition/,
    });
    t.equal((await spec('third')).suspend, false);
    await isApprovedBy('third', 'ben');
  });
});
