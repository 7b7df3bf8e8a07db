import t from 'tap';
import { parse } from 'yaml';
import { JOB_CHART } from '../support/helm.js';
import { authority, serverCertificate } from '../support/certificates.js';
import { eventually, get, kubectl, tryKubectl } from '../support/kubectl.js';
import {
  CRD,
  HELM,
  HERE,
  install,
  MINUTES,
  missing,
  must,
  RELEASE,
  run,
  secret,
  SYSTEM,
  tested,
  upgrade,
} from './support/release.js';
import { NAMESPACE, Scene } from './support/scene.js';

/** The charts on a real cluster: install, test, a job, upgrade, the refusal to go, uninstall, and again. */

t.test('the charts on a cluster', { skip: missing }, async (t) => {
  const crdBefore = (await tryKubectl(['get', 'crd', CRD])).ok;
  await tryKubectl(['create', 'namespace', NAMESPACE]);
  t.comment(`${HELM} ${run(['version', '--short']).stdout.trim()}`);

  await t.test('install, under restricted, and the notes', async (t) => {
    const notes = await install(t);
    t.match(notes, /helm test dynamoctl-dp-operator --namespace dynamoctl-dp-operator-system --logs/);
    t.notMatch(notes, /Metacontroller is not in this cluster/);
    const deployment = await get<{ status: { readyReplicas?: number } }>('deployment', RELEASE, SYSTEM);
    t.equal(deployment?.status.readyReplicas, 2);
  });

  await t.test('helm test asks the running webhook, and fails where there is none', async (t) => {
    const answered = tested();
    t.ok(answered.ok, answered.stderr);
    t.match(
      answered.stdout,
      /answers: Pending; desired children: ServiceAccount (\S+-[0-9a-f]{10}), Role \1, RoleBinding \1/,
    );
    await kubectl('-n', SYSTEM, 'scale', `deployment/${RELEASE}`, '--replicas=0');
    await eventually('no pod to be there', async () => {
      const pods = await kubectl(
        'get',
        'pods',
        '-n',
        SYSTEM,
        '-l',
        'app.kubernetes.io/component=webhook',
        '-o',
        'name',
      );
      return pods.trim() === '';
    });
    t.notOk(tested().ok);
    await kubectl('-n', SYSTEM, 'scale', `deployment/${RELEASE}`, '--replicas=2');
    await kubectl('rollout', 'status', `deployment/${RELEASE}`, '-n', SYSTEM, '--timeout=120s');
  });

  const scene = await Scene.set(t, 'e2e-helm', { items: 300, delay: 0 });
  const target = (scene.resource() as { spec: { ddbCtlDpJob: { partitionValue: string } } }).spec.ddbCtlDpJob;
  const job = ['erase-tenant', JOB_CHART, '--namespace', NAMESPACE];

  await t.test('the chart of a job counts, and its upgrade approves', async (t) => {
    const { partitionValue, ...rest } = target;
    const key = `dynamoctlDpJob.partitionValue=${partitionValue}`;
    must(t, ['install', ...job, '--values', '-', '--set-literal', key, '--set', 'mode=DryRun'], {
      dynamoctlDpJob: rest,
      serviceAccountName: 'ddbctl-worker',
      nameOverride: scene.name,
    });
    await scene.untilState('DryRunComplete');
    t.equal((await scene.status()).dryRun?.itemsFound, 300, 'by the account that workers.namespaces made');
    await scene.expectItems(t, 300);
    must(t, ['upgrade', ...job, '--reuse-values', '--set', 'mode=Execute']);
    await scene.untilState('PartitionDeleted');
    await scene.expectItems(t, 0);
    const other = run(['upgrade', ...job, '--reuse-values', '--set', 'dynamoctlDpJob.partitionValue=other']);
    t.notOk(other.ok);
    t.match(other.stderr, /cannot be changed|immutable/i, 'another target is refused');
  });

  await t.test('upgrade: replicas, TLS, a token, an allow-list at admission', async (t) => {
    const ca = await authority('e2e');
    const { cert, key } = await serverCertificate('hooks', ca);
    await secret('hooks-tls', { 'tls.crt': cert, 'tls.key': key, 'ca.crt': ca.cert });
    await secret('hooks-token', { token: 'e2e-token' });
    upgrade(t, {
      replicas: 3,
      service: { port: 443 },
      tls: {
        secretName: 'hooks-tls',
        testSecretName: 'hooks-tls',
        caBundle: { secretRef: { name: 'hooks-tls', namespace: SYSTEM, key: 'ca.crt' } },
      },
      bearerToken: { secretName: 'hooks-token' },
      policy: { allowedTables: ['e2e-*'], admission: true },
    });
    const answered = tested();
    t.ok(answered.ok, answered.stdout + answered.stderr);
    t.match(
      answered.stdout,
      /https:\/\/\S+\/sync answers: PolicyViolation/,
      'over TLS, with the token, by the new list',
    );
    t.equal(
      (await get<{ status: { readyReplicas?: number } }>('deployment', RELEASE, SYSTEM))?.status.readyReplicas,
      3,
    );

    const secure = await Scene.set(t, 'e2e-helm-tls', { items: 40, delay: 0 });
    // The API server learns of a new policy a moment later.
    await eventually('the policy to refuse', async () => {
      const refused = secure.resource() as { metadata: { name: string }; spec: { ddbCtlDpJob: { tableName: string } } };
      refused.spec.ddbCtlDpJob.tableName = 'Other';
      const { ok, err } = await tryKubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(refused));
      return !ok && /ALLOWED_TABLES/.test(err);
    });
    await secure.start();
    await secure.untilState('PartitionDeleted');
    await secure.expectItems(t, 0);
  });

  await t.test('uninstall is refused while a resource is there, and says what to do', async (t) => {
    const refused = run(['uninstall', RELEASE, ...HERE, ...MINUTES]);
    t.notOk(refused.ok);
    t.match(refused.stderr, /ddbctldpjobs-exist/, 'the name of the Job tells why');
    const log = await kubectl('logs', '-n', SYSTEM, `job/${RELEASE}-guard-ddbctldpjobs-exist`);
    t.match(log, new RegExp(`Not uninstalled: there (is|are) \\d+ DdbctlDpJob[\\s\\S]*${NAMESPACE}/e2e-helm`));
    t.match(log, /kubectl delete ddbctldpjobs --all --all-namespaces/);
    t.comment(refused.stdout + refused.stderr + log);
    t.ok(tested().ok, 'and everything still works');
  });

  await t.test('uninstall, and nothing is left but the CRD', async (t) => {
    must(t, ['uninstall', 'erase-tenant', '--namespace', NAMESPACE, '--wait']);
    await kubectl('delete', 'ddbctldpjobs', '--all', '-n', NAMESPACE, '--timeout=60s');
    must(t, ['uninstall', RELEASE, ...HERE, '--wait', ...MINUTES]);
    const kinds =
      'deployments,services,serviceaccounts,configmaps,poddisruptionbudgets,jobs,roles,rolebindings,networkpolicies';
    const ours = 'app.kubernetes.io/managed-by=Helm,app.kubernetes.io/name=dynamoctl-dp-operator';
    t.equal((await kubectl('get', kinds, '--all-namespaces', '-l', ours, '-o', 'name')).trim(), '');
    const global =
      'clusterroles,clusterrolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings,compositecontrollers';
    t.equal((await kubectl('get', global, '-l', ours, '-o', 'name')).trim(), '');
    t.match(await kubectl('get', 'crd', '-l', ours, '-o', 'name'), /ddbctldpjobs/);
  });

  await t.test('again, beside the CRD that stayed', async (t) => {
    await install(t);
    t.ok(tested().ok);
    const values = parse(must(t, ['get', 'values', RELEASE, ...HERE, '--output', 'yaml'])) as object;
    t.match(values, { workers: { namespaces: [NAMESPACE] } });
    must(t, ['uninstall', RELEASE, ...HERE, '--wait', ...MINUTES]);
    if (!crdBefore) await kubectl('delete', 'crd', CRD);
    await tryKubectl(['delete', 'secret', 'hooks-tls', 'hooks-token', '-n', SYSTEM]);
  });
});
