import t from 'tap';
import { API_VERSION, GROUP, KIND, PLURAL } from '../../src/api/names.js';
import { type Client, clientsOf } from '../support/clients.js';
import { openCluster } from '../support/cluster.js';
import { eventually, kubectl, tryKubectl } from '../support/kubectl.js';
import { install, whatIsMissing } from './support/install.js';
import { NAMESPACE, Scene } from './support/scene.js';

/** A field that would be ignored deletes the whole partition. With a real Metacontroller, whoever writes it: kubectl, Helm, plain JSON. */

const skip = (await whatIsMissing()) ?? false;
const DRY_RUN = ['create', '--dry-run=server', '--validate=false', '-f', '-'];
const POLICY = 'validatingadmissionpolicybinding/ddbctldpjob-known-fields';

/** The resources themselves, under their own group. */
const crd: Parameters<Client['create']>[0] = {
  namespace: NAMESPACE,
  scoped: (value) => value,
  path: () => `/apis/${API_VERSION}/namespaces/${NAMESPACE}/${PLURAL}`,
  resource: (name, spec) => ({ apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace: NAMESPACE }, spec }),
};

const MISTAKES = [
  { what: 'mode one indent too far', field: { mode: 'DryRun' }, says: 'spec.ddbCtlDpJob.mode', meant: 'spec.mode' },
  { what: 'sortkey', field: { sortkey: { beginsWith: 'a' } }, says: 'spec.ddbCtlDpJob.sortkey', meant: 'sortKey' },
];

t.test('an unknown field', { skip }, async (t) => {
  await install();
  t.teardown(install);
  const cluster = await openCluster();
  t.teardown(() => cluster.close());
  const clients = clientsOf(cluster);
  const scene = await Scene.set(t, 'e2e-unknown-field', { items: 20, delay: 0 });
  const { spec } = scene.resource() as { spec: { ddbCtlDpJob: object } };
  const names = clients.flatMap((client, i) =>
    MISTAKES.map((mistake, j) => ({ client, mistake, name: `e2e-unknown-${i}-${j}` })),
  );
  const specWith = (field: object) => ({ ...spec, ddbCtlDpJob: { ...spec.ddbCtlDpJob, ...field } });
  t.teardown(async () => {
    await tryKubectl(['delete', 'ddp', '-n', NAMESPACE, '--ignore-not-found', ...names.map(({ name }) => name)]);
    await tryKubectl(['delete', 'secret', '-n', NAMESPACE, '-l', 'owner=helm']);
  });

  for (const { client, mistake, name } of names) {
    const { ok, said } = await client.create(crd, name, specWith(mistake.field));
    t.notOk(ok, `${client.name}: ${mistake.what} is refused at once`);
    t.match(said, `${mistake.says}: unknown field; did you mean ${mistake.meant}?`);
  }

  await tryKubectl(['delete', 'secret', '-n', NAMESPACE, '-l', 'owner=helm']);
  await kubectl('delete', POLICY);
  // With a dry run of each mistake: the API server forgets a policy a moment after it is gone.
  await eventually('the API server to forget the policy', async () => {
    const resources = MISTAKES.map(({ field }) => JSON.stringify(crd.resource('e2e-unknown-probe', specWith(field))));
    const tried = await Promise.all(resources.map((each) => tryKubectl(DRY_RUN, each)));
    return tried.every(({ ok }) => ok);
  });
  await t.test('where the policy is missing, it is taken and starts nothing', async (t) => {
    for (const { client, mistake, name } of names) {
      const { ok, said } = await client.create(crd, name, specWith(mistake.field));
      if (!t.ok(ok, `${client.name}: ${mistake.what}`, { said })) continue;
      await kubectl(
        'wait',
        '-n',
        NAMESPACE,
        `ddp/${name}`,
        '--timeout=30s',
        '--for=jsonpath={.status.conditions[0].reason}=UnsupportedSpec',
      );
      const message = await kubectl(
        'get',
        'ddp',
        name,
        '-n',
        NAMESPACE,
        '-o',
        'jsonpath={.status.conditions[0].message}',
      );
      t.match(message, `${mistake.says}: unknown field; did you mean ${mistake.meant}?`);
    }
    t.equal(await kubectl('get', 'jobs', '-n', NAMESPACE, '-o', 'name', '-l', `${GROUP}/mode`), '', 'no Job');
    await scene.expectItems(t, 20);
  });
});
