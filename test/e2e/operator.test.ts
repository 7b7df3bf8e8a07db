import t, { type Test } from 'tap';
import { API_VERSION, RESTARTS_ANNOTATION, REPORT_ANNOTATION } from '../../src/api/names.js';
import type { Spec } from '../../src/api/spec.js';
import { install, operatorImage, set, upgrade, whatIsMissing } from './support/install.js';
import { openCluster } from '../support/cluster.js';
import { apply, eventually, kubectl, list, pause, tryKubectl } from '../support/kubectl.js';
import { environment, NAMESPACE, PARTITION, Scene } from './support/scene.js';

/** The operator on a real cluster: real Metacontroller, real Jobs, a real engine behind a proxy that makes mid-run last. */

const ACCOUNT = 'ddbctl-worker';

/** The kinds of what grants rights to the worker of a Job. */
const rightsOf = async (job: string): Promise<string[]> => {
  const label = 'app.kubernetes.io/managed-by=dynamoctl-dp-operator';
  const rights = await list<{ kind: string; metadata: { name: string } }>(
    'serviceaccounts,roles,rolebindings',
    NAMESPACE,
    label,
  );
  return rights
    .filter(({ metadata }) => metadata.name === job)
    .map(({ kind }) => kind)
    .sort();
};

interface Case {
  name: string;
  run: (t: Test) => Promise<void>;
}

const cases: Case[] = [
  {
    name: 'sample',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-sample', { items: 500, delay: 0 });
      await scene.start();
      await scene.untilFinished();
      await scene.expectDone(t);
      const [head, row] = (await kubectl('get', 'ddp', scene.name, '-n', NAMESPACE)).trim().split('\n');
      t.match(head, /^NAME +TABLE +MODE +STATUS +DELETED +AGE/);
      t.match(row, /^e2e-sample +e2e-sample +Execute +PartitionDeleted /);
      const wide = await kubectl('get', 'ddp', scene.name, '-n', NAMESPACE, '-o', 'wide');
      t.match(wide, /FOUND +JOB/);
      t.match(wide, (await scene.job()).metadata.name);
      t.notMatch(wide, PARTITION);
      const logs = await kubectl('logs', '-n', NAMESPACE, `job/${(await scene.job()).metadata.name}`);
      t.notMatch(logs, 'tenant$', 'the log does not tell the key');
    },
  },
  {
    name: 'the sample with the broken endpoint is refused with a hint',
    run: async (t) => {
      const broken = {
        apiVersion: 'dynamoctl.dp.operators.sanjivmadhavan.io/v1alpha1',
        kind: 'DdbctlDpJob',
        metadata: { name: 'broken', namespace: NAMESPACE },
        spec: {
          ddbCtlDpJob: {
            awsRegion: 'us-east-1',
            endpointURL: 'http://aws-dynamhttp://dynamodb.local:8000',
            partitionValue: 'partition-key-value',
            tableName: 'my-dynamodb-table',
          },
        },
      };
      await t.rejects(apply(broken), /did you mean http:\/\/dynamodb\.local:8000\?/);
    },
  },
  {
    name: 'no AWS credentials: the status says what was looked for within half a minute',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-no-identity', { items: 1, delay: 0 });
      // AWS's own endpoint: only there are credentials looked for, and before anything is sent.
      const ddbCtlDpJob = { tableName: scene.name, partitionValue: PARTITION, awsRegion: 'us-east-1' };
      await scene.start({ serviceAccountName: ACCOUNT, ddbCtlDpJob });
      const pod = await scene.firstPod();
      const began = Date.now();
      const said = await scene.untilSaid(/no AWS credentials: looked for .*IRSA.*Pod Identity/, 40);
      t.ok(Date.now() - began < 30_000, `after ${Date.now() - began} ms`);
      t.match(said, /^The worker of Job .* has not reached table e2e-no-identity in us-east-1 yet/);
      t.match(said, `service account is ${ACCOUNT}`);
      t.equal(await scene.state(), 'Pending', 'Running is not said');
      await scene.untilFinished();
      t.equal(await scene.state(), 'AccessDenied');
      t.same(
        (await scene.pods((await scene.job()).metadata.name)).map(({ metadata }) => metadata.name),
        [pod.metadata.name],
      );
    },
  },
  {
    name: 'an endpoint that nobody answers at: the status says which, and why',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-unreachable', { items: 1, delay: 0 });
      const endpointURL = `http://${environment.host}:9`;
      const ddbCtlDpJob = { tableName: scene.name, partitionValue: PARTITION, awsRegion: 'us-east-1', endpointURL };
      await scene.start({ serviceAccountName: ACCOUNT, ddbCtlDpJob, backoffLimit: 0 });
      await scene.firstPod();
      const began = Date.now();
      const said = await scene.untilSaid(/no (connection to|answer from) the endpoint http.*:9: [A-Z]+/, 40);
      t.ok(Date.now() - began < 30_000, `after ${Date.now() - began} ms`);
      t.match(said, `table e2e-unreachable in us-east-1 at ${endpointURL}`);
      t.equal(await scene.state(), 'Pending', 'Running is not said');
      await scene.untilFinished();
      t.equal(await scene.state(), 'Incomplete');
    },
  },
  {
    name: 'the pod is killed in mid-run',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-pod-killed');
      await scene.start();
      await scene.midRun(t);
      const job = await scene.job();
      const [pod] = await scene.pods(job.metadata.name);
      await kubectl('delete', 'pod', pod?.metadata.name ?? '', '-n', NAMESPACE, '--grace-period=0', '--force');
      await scene.untilFinished();
      await scene.expectDone(t);
      const after = await scene.job();
      t.equal(after.metadata.uid, job.metadata.uid, 'the same Job went on');
      t.ok(
        (await scene.pods(job.metadata.name)).every(({ metadata }) => metadata.uid !== pod?.metadata.uid),
        'another pod',
      );
    },
  },
  {
    name: 'the Job is deleted in mid-run',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-job-deleted', { items: 2500 });
      await scene.start();
      await scene.midRun(t);
      const job = await scene.job();
      await kubectl('delete', 'job', job.metadata.name, '-n', NAMESPACE);
      await scene.untilState('Restarting', 20);
      t.match(await scene.status(), { restart: { ordinal: 1 }, job: { name: job.metadata.name } });
      await eventually('its pod to drain', async () => (await scene.pods(job.metadata.name)).length === 0);
      await scene.expectStillness(t, 3);
      t.same(await scene.jobs(), [], 'and no Job is there');
      await scene.untilFinished();
      await scene.expectDone(t);
      const again = await scene.job();
      t.not(again.metadata.uid, job.metadata.uid);
      t.equal(again.metadata.name, job.metadata.name, 'under the same name');
      t.equal(again.metadata.annotations?.[RESTARTS_ANNOTATION], '1');
      t.equal((await scene.status()).restarts, 1);
    },
  },
  {
    name: 'suspended and resumed',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-suspend');
      await scene.start();
      await scene.midRun(t);
      const job = await scene.job();
      await scene.patch({ suspend: true });
      await kubectl('wait', '--for=condition=Suspended', `ddp/${scene.name}`, '-n', NAMESPACE, '--timeout=60s');
      await scene.expectStillness(t);
      t.equal((await scene.job()).spec.suspend, true);
      await scene.patch({ suspend: false });
      await scene.untilFinished();
      await scene.expectDone(t);
      t.equal((await scene.job()).metadata.uid, job.metadata.uid);
    },
  },
  {
    name: 'cancelled in mid-run',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-cancel');
      await scene.start();
      await scene.midRun(t);
      await scene.patch({ cancel: true });
      await scene.untilFinished(60);
      t.equal(await scene.state(), 'Cancelled');
      await eventually('the Job to go', async () => (await scene.jobs()).length === 0);
      await scene.expectItems(t, await scene.expectStillness(t));
      t.equal((await scene.status()).verifiedEmpty, undefined);
      const back = await tryKubectl([
        'patch',
        'ddp',
        scene.name,
        '-n',
        NAMESPACE,
        '--type=merge',
        '-p',
        '{"spec":{"cancel":false}}',
      ]);
      t.match(back.err, /cancel cannot be undone/);
    },
  },
  {
    name: 'the resource is deleted in mid-run',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-deleted');
      await scene.start();
      await scene.midRun(t);
      const job = await scene.job();
      await kubectl('delete', 'ddp', scene.name, '-n', NAMESPACE, '--timeout=60s');
      t.equal(await scene.live(), undefined);
      await eventually('its pods to go', async () => (await scene.pods(job.metadata.name)).length === 0);
      await scene.expectItems(t, await scene.expectStillness(t));
    },
  },
  {
    name: 'the operator is upgraded in mid-run',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-upgrade', { items: 3000 });
      await scene.start();
      await scene.midRun(t);
      const job = await scene.job();
      const before = await operatorImage();
      await upgrade(environment.upgradeImage ?? before, '96Mi');
      t.teardown(() => upgrade(before, '128Mi'));
      const left = await scene.remaining();
      t.ok(left > 0, `${left} items remain when the new operator serves`);
      const after = await scene.job();
      t.equal(after.metadata.uid, job.metadata.uid);
      t.same(after.spec.template, job.spec.template, 'the running Job keeps its template');
      await scene.untilFinished();
      await scene.expectDone(t);
      const next = await Scene.set(t, 'e2e-upgraded', { items: 50, delay: 0 });
      await next.start();
      await next.untilFinished();
      t.match(
        JSON.stringify((await next.job()).spec.template),
        /"memory":"96Mi"/,
        'a new Job is made by the new operator',
      );
    },
  },
  {
    name: 'both outcomes end kubectl wait',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-no-table', { items: 10, delay: 0 });
      const resource = scene.resource() as { spec: { ddbCtlDpJob: { tableName: string } } };
      resource.spec.ddbCtlDpJob.tableName = 'e2e-there-is-no-such-table';
      await apply(resource);
      await scene.untilFinished(60);
      t.equal(await scene.state(), 'TableNotFound');
      const condition = async (type: string) => (await scene.status()).conditions?.find((c) => c.type === type);
      t.match(await condition('Stalled'), { status: 'True', reason: 'TableNotFound' });
      await scene.expectItems(t, 10);
    },
  },
  {
    name: 'a DryRun counts, and its approval deletes',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-dry-run', { items: 700, delay: 0 });
      await scene.start({ mode: 'DryRun', serviceAccountName: ACCOUNT });
      await scene.untilFinished();
      t.equal(await scene.state(), 'DryRunComplete');
      const { dryRun } = await scene.status();
      t.equal(dryRun?.itemsFound, 700);
      t.ok((dryRun?.estimatedWriteUnits?.min ?? 0) >= 700, 'with an estimate');
      await scene.expectItems(t, 700);
      const refused = await tryKubectl([
        'patch',
        'ddp',
        scene.name,
        '-n',
        NAMESPACE,
        '--type=json',
        '-p',
        '[{"op":"remove","path":"/spec/mode"}]',
      ]);
      t.match(refused.err, /set mode: Execute to approve/);
      await scene.patch({ mode: 'Execute' });
      await scene.untilState('PartitionDeleted');
      await scene.expectDone(t);
      t.match(await scene.status(), { mode: 'Execute', dryRun: { itemsFound: 700 }, progress: { itemsDeleted: 700 } });
    },
  },
  {
    name: 'a finished Job goes by its TTL and the outcome stays',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-ttl', { items: 60, delay: 0 });
      await scene.start({ ttlSecondsAfterFinished: 5 });
      await scene.untilFinished();
      await pause(10_000);
      t.equal((await scene.jobs()).length, 1, 'it is kept for ten minutes at least');
      await scene.backdateEnd();
      await scene.patch({ ttlSecondsAfterFinished: 6 });
      await eventually('the Job to go', async () => (await scene.jobs()).length === 0, { seconds: 30 });
      await pause(3000);
      t.same(await scene.jobs(), [], 'and is not made again');
      await scene.expectDone(t);
    },
  },
  {
    name: 'a pod that outlives its Job stops by the fence',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-fence', { items: 5000 });
      await scene.start({ serviceAccountName: ACCOUNT });
      await scene.midRun(t);
      const job = await scene.job();
      const [pod] = await scene.pods(job.metadata.name);
      // The pod keeps running without its Job, and nobody sends it a signal.
      await kubectl('delete', 'job', job.metadata.name, '-n', NAMESPACE, '--cascade=orphan');
      await scene.untilState('Restarting', 30);
      const exitCode = await eventually('the orphaned pod to end', async () => {
        const all = await scene.pods(job.metadata.name);
        const orphan = all.find(({ metadata }) => metadata.uid === pod?.metadata.uid);
        return orphan?.status.containerStatuses?.[0]?.state.terminated?.exitCode;
      });
      t.equal(exitCode, 143, 'the orphaned pod drained by itself');
      t.same(await scene.jobs(), [], 'before its successor was made');
      t.ok((await scene.remaining()) > 0, 'and before it had deleted everything');
      const next = await eventually('the Job to be made again', async () => (await scene.jobs())[0], { seconds: 90 });
      t.not(next.metadata.uid, job.metadata.uid);
      await scene.untilFinished();
      await scene.expectDone(t);
    },
  },
  {
    name: 'live counts by an account that the resource names',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-report', { items: 5000 });
      await scene.start({ serviceAccountName: ACCOUNT });
      // The first report says nothing was deleted yet, the second comes half a minute later.
      const counts = await eventually('counts in mid-run', async () => {
        const { progress } = await scene.status();
        return (
          progress?.itemsDeleted !== undefined && progress.itemsDeleted > 0 && progress.itemsDeleted < 5000 && progress
        );
      });
      t.ok(counts, `in mid-run: ${JSON.stringify(counts)}`);
      t.comment(await kubectl('get', 'ddp', '-n', NAMESPACE, '-o', 'wide'));
      await scene.untilFinished();
      await scene.expectDone(t);
      await eventually('the final counts', async () => (await scene.status()).progress?.itemsDeleted === 5000);
      t.match((await scene.status()).target, { tableId: String, digest: /^[0-9a-f]{64}$/ });
    },
  },
  {
    name: 'default rights: counts, fence and caps without any manifest, exact, and gone at the end',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-default-rights', { items: 5000 });
      await scene.start();
      await eventually('counts in mid-run', async () => {
        const deleted = (await scene.status()).progress?.itemsDeleted ?? 0;
        return deleted > 0 && deleted < 5000;
      });
      t.comment(await kubectl('get', 'ddp', '-n', NAMESPACE, '-o', 'wide'));
      const { name } = (await scene.job()).metadata;
      const account = `--as=system:serviceaccount:${NAMESPACE}:${name}`;
      const can = async (...what: string[]) =>
        (await tryKubectl(['auth', 'can-i', ...what, account, '-n', NAMESPACE])).out.trim();
      t.equal(await can('patch', `ddbctldpjobs/${scene.name}`), 'yes');
      for (const what of [
        ['patch', 'ddbctldpjobs/e2e-other'],
        ['patch', 'ddbctldpjobs'],
        ['patch', `ddbctldpjobs/${scene.name}`, '--subresource=status'],
        ...['get', 'update', 'delete'].map((verb) => [verb, `ddbctldpjobs/${scene.name}`]),
        ...['list', 'watch', 'create'].map((verb) => [verb, 'ddbctldpjobs']),
        ...['get', 'list', 'create', 'delete'].map((verb) => [verb, 'jobs']),
        ['get', 'secrets'],
        ['create', 'events'],
        ['create', 'serviceaccounts/token'],
      ])
        t.equal(await can(...what), 'no', what.join(' '));
      // kubectl reads before it patches, which the worker may not: this goes straight to the API server.
      const cluster = await openCluster();
      t.teardown(() => cluster.close());
      const approved = await cluster.request(
        'PATCH',
        `/apis/${API_VERSION}/namespaces/${NAMESPACE}/ddbctldpjobs/${scene.name}`,
        {
          as: `system:serviceaccount:${NAMESPACE}:${name}`,
          body: { spec: { ttlSecondsAfterFinished: 0 } },
          contentType: 'application/merge-patch+json',
        },
      );
      t.match(approved, { code: 422, body: { message: /spec may be changed only by clients that may update/ } });
      t.same(await rightsOf(name), ['Role', 'RoleBinding', 'ServiceAccount']);
      await kubectl('delete', 'role', name, '-n', NAMESPACE);
      await eventually('the Role to come back', async () => (await rightsOf(name)).length === 3, { seconds: 10 });
      await scene.untilFinished();
      await scene.expectDone(t);
      await eventually('the rights to go', async () => (await rightsOf(name)).length === 0, { seconds: 10 });
      t.equal((await scene.jobs()).length, 1, 'the Job stays');
      t.equal((await scene.status()).progress?.itemsDeleted, 5000);
    },
  },
  {
    name: 'without managed rights there is no token, and the status says so',
    run: async (t) => {
      await set({ WORKER_RIGHTS: 'none' });
      t.teardown(() => set({ WORKER_RIGHTS: 'managed' }));
      const scene = await Scene.set(t, 'e2e-no-rights', { items: 3000 });
      await scene.start();
      await scene.midRun(t);
      const { name } = (await scene.job()).metadata;
      t.same(await rightsOf(name), []);
      const said = (await scene.status()).conditions?.[0]?.message;
      t.match(
        said,
        /without a token, .* no counts .*WORKER_RIGHTS is none, and spec\.serviceAccountName names no account/,
      );
      await scene.untilFinished();
      await scene.expectDone(t, { proved: false });
      t.match((await scene.status()).conditions?.[0]?.message, /its report is missing/);
      t.equal((await scene.live())?.metadata.annotations?.[REPORT_ANNOTATION], undefined);
    },
  },
  {
    name: 'a cap on write units, raised in mid-run',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-cap', { items: 2000, delay: 0 });
      await scene.start({ maxWriteUnitsPerSecond: 20, serviceAccountName: ACCOUNT });
      await scene.midRun(t);
      const [before, since] = [await scene.remaining(), Date.now()];
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      const [gone, seconds] = [before - (await scene.remaining()), (Date.now() - since) / 1000];
      // Each item is a unit; what had been saved up may come on top.
      t.ok(gone <= 20 * seconds * 1.05 + 20, `${gone} items in ${seconds.toFixed(1)} s`);
      t.ok(gone >= 20 * seconds * 0.8, 'and hardly fewer');
      await scene.patch({ maxWriteUnitsPerSecond: 1000 });
      await scene.untilFinished(60);
      await scene.expectDone(t);
      t.equal((await scene.status()).restarts ?? 0, 0, 'by the same Job');
    },
  },
  {
    name: 'point-in-time recovery is required, and nobody can say whether it is on',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-guard', { items: 50, delay: 0 });
      const { spec } = scene.resource() as { spec: Spec };
      await scene.start({ ddbCtlDpJob: { ...spec.ddbCtlDpJob, requirePointInTimeRecovery: true } });
      await scene.untilFinished();
      t.equal(await scene.state(), 'GuardRefused');
      await scene.expectItems(t, 50);
    },
  },
  {
    name: 'a restored resource deletes nothing until it is told to',
    run: async (t) => {
      const scene = await Scene.set(t, 'e2e-restored', { items: 100, delay: 0 });
      const report = { parentUID: '00000000-0000-4000-8000-000000000001', mode: 'Execute', jobUID: 'x', final: true };
      await scene.start({}, { annotations: { [REPORT_ANNOTATION]: JSON.stringify(report) } });
      await scene.untilState('Restored', 30);
      await scene.expectItems(t, await scene.expectStillness(t));
      t.same(await scene.jobs(), []);
      await kubectl('annotate', 'ddp', scene.name, '-n', NAMESPACE, `${REPORT_ANNOTATION}-`);
      await scene.untilFinished();
      await scene.expectDone(t);
    },
  },
];

const missing = await whatIsMissing();
if (missing !== undefined) {
  for (const { name } of cases) t.test(name, { skip: missing }, async () => {});
} else {
  const only = process.env.E2E_ONLY;
  const chosen = cases.filter(({ name }) => only === undefined || name.includes(only));
  await t.test('install', () => install());
  const figures: string[] = [];
  for (const { name, run } of chosen) {
    await t.test(name, async (t) => {
      const start = Date.now();
      await run(t);
      figures.push(`${name}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
    });
  }
  for (const figure of figures) t.comment(figure);
}
