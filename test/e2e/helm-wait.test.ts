import t, { type Test } from 'tap';
import type { Spec } from '../../src/api/spec.js';
import { HELMS, JOB_CHART, type Ran } from '../support/helm.js';
import { eventually, kubectl } from '../support/kubectl.js';
import { install, whatIsMissing } from './support/install.js';
import { runAside, SYSTEM } from './support/release.js';
import { NAMESPACE, Scene } from './support/scene.js';

/**
 * Helm 4 waits by kstatus, as Flux does: `helm upgrade --install --wait` of a job ends with the run, neither earlier nor for another
 * reason. It is the whole way: the chart, the default status of the CRD, the conditions, and what Helm makes of them.
 */

const helm4 = HELMS.find(({ version }) => version.startsWith('v4.'))?.command;
const skip = (await whatIsMissing()) ?? (helm4 === undefined && 'no Helm 4 is on the PATH');
const DEPLOYMENT = 'deployment/dynamoctl-dp-operator';

interface Waiting {
  /** Whether Helm has come to an end. */
  hasEnded: () => boolean;
  ran: Promise<Ran>;
}

/** A job by its chart, with `--wait`. */
function upgrade(t: Test, scene: Scene, values: object = {}, { tableName = scene.name, timeout = '3m' } = {}): Waiting {
  const { spec } = scene.resource() as { spec: Spec };
  const { partitionValue, ...rest } = spec.ddbCtlDpJob;
  t.teardown(async () => {
    await runAside(helm4 ?? '', ['uninstall', scene.name, '--namespace', NAMESPACE, '--ignore-not-found']);
  });
  let ended = false;
  const ran = runAside(
    helm4 ?? '',
    [
      ...['upgrade', '--install', scene.name, JOB_CHART, '--namespace', NAMESPACE, '--wait', '--timeout', timeout],
      ...['--values', '-', '--set-literal', `dynamoctlDpJob.partitionValue=${partitionValue}`],
    ],
    { dynamoctlDpJob: { ...rest, tableName }, nameOverride: scene.name, ...values },
  ).finally(() => (ended = true));
  return { ran, hasEnded: () => ended };
}

t.test('the cluster', { skip }, install);

t.test('a count, and then its approval: each ends with its run', { skip }, async (t) => {
  const scene = await Scene.set(t, 'e2e-wait', { items: 900 });
  const count = await upgrade(t, scene, { mode: 'DryRun' }).ran;
  t.ok(count.ok, count.stderr);
  t.equal(await scene.state(), 'DryRunComplete');
  await scene.expectItems(t, 900);
  // Before the operator has seen it, the resource shows the end of the count.
  const approval = upgrade(t, scene, { mode: 'Execute' });
  await scene.midRun(t);
  t.notOk(approval.hasEnded(), 'not before the run');
  const { ok, stderr } = await approval.ran;
  t.ok(ok, stderr);
  await scene.expectDone(t);
});

t.test('a deletion at once', { skip }, async (t) => {
  const scene = await Scene.set(t, 'e2e-wait-once', { items: 900 });
  const waiting = upgrade(t, scene);
  await scene.midRun(t);
  t.notOk(waiting.hasEnded(), 'not before the run');
  const { ok, stderr } = await waiting.ran;
  t.ok(ok, stderr);
  await scene.expectDone(t);
});

t.test('a run that fails', { skip }, async (t) => {
  const scene = await Scene.set(t, 'e2e-wait-fails', { items: 1, delay: 0 });
  const { ok, stderr } = await upgrade(t, scene, {}, { tableName: 'e2e-there-is-no-such-table' }).ran;
  t.notOk(ok, 'fails with it');
  t.match(stderr, /Failed/);
  t.comment(stderr.trim());
  t.equal(await scene.state(), 'TableNotFound');
});

t.test('nobody looks at the resource: Helm waits, in vain', { skip }, async (t) => {
  const scene = await Scene.set(t, 'e2e-wait-alone', { items: 1, delay: 0 });
  t.teardown(async () => {
    await kubectl('-n', SYSTEM, 'scale', DEPLOYMENT, '--replicas=2');
    await kubectl('-n', SYSTEM, 'rollout', 'status', DEPLOYMENT, '--timeout=150s');
  });
  await kubectl('-n', SYSTEM, 'scale', DEPLOYMENT, '--replicas=0');
  const pods = ['get', 'pods', '-n', SYSTEM, '-l', 'app.kubernetes.io/component=webhook', '-o', 'name'];
  await eventually('no operator to be there', async () => (await kubectl(...pods)).trim() === '');
  const { ok, stderr } = await upgrade(t, scene, {}, { timeout: '20s' }).ran;
  t.notOk(ok, 'it does not take silence for success');
  t.match(stderr, /InProgress/);
  t.comment(stderr.trim());
  t.same(await scene.status(), { observedGeneration: -1 }, 'as the CRD begins it');
  await scene.expectItems(t, 1);
});
