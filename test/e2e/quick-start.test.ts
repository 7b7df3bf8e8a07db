import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import t from 'tap';
import { countByPartition, dropTable, engineAt } from '../support/dynamodb.js';
import { eventually, kubectl, tryKubectl } from '../support/kubectl.js';
import {
  copyManifests,
  isDoneBefore,
  quickStartCommands,
  replaceIn,
  standInForEngine,
} from '../support/quick-start.js';
import { hostsChanged, whatIsMissing } from './support/install.js';
import { environment } from './support/scene.js';

/** Every command of the quick start's page, in its order, as a person would run it. What a person sees is what is checked. */

const ENGINE = 'aws-dynamodb-local';
const missing = await whatIsMissing();

/** What the output of a command must be. A command without an entry has only to succeed. */
const SEEN: readonly { after: RegExp; output: RegExp }[] = [
  {
    after: /^kubectl logs job\/seed-orders$/,
    output: /^Orders: 2500 items of TESTTENANTID\nOrders: 100 items of OTHER/,
  },
  {
    after: /^kubectl get ddp$/,
    output:
      /^NAME +TABLE +MODE +STATUS +DELETED +AGE\n[^]*ddbctldpjob-sample +Orders +Execute +PartitionDeleted +2500 /,
  },
  {
    after: /^kubectl get ddp ddbctldpjob-dry-run -o wide$/,
    output:
      /DELETED +FOUND +JOB +AGE\nddbctldpjob-dry-run +Orders +DryRun +DryRunComplete +\d* +2500 +ddbctldpjob-dry-run-/,
  },
];

/** What must be in the table after a command: of the tenant whose orders are deleted, and of the other. */
const LEFT: readonly { after: RegExp; items: number }[] = [
  { after: /^kubectl logs job\/seed-orders$/, items: 2500 },
  { after: /^kubectl wait --for=condition=Finished ddp\/ddbctldpjob-sample /, items: 0 },
  { after: /^kubectl get ddp ddbctldpjob-dry-run -o wide$/, items: 2500 },
  { after: /^kubectl wait --for=jsonpath=/, items: 0 },
];

t.test('ten minutes from nothing', { skip: missing ?? false }, async (t) => {
  const folder = copyManifests(environment.image);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const engine = engineAt(environment.engine);
  await dropTable(engine.client, 'Orders').catch(() => undefined);
  t.teardown(async () => {
    await tryKubectl([
      'delete',
      'ddp',
      'ddbctldpjob-sample',
      'ddbctldpjob-dry-run',
      '--ignore-not-found',
      '--timeout=60s',
    ]);
    await tryKubectl(['delete', '-f', `${folder}/manifests/quick-start`, '--ignore-not-found']);
    await dropTable(engine.client, 'Orders').catch(() => undefined);
    await engine.stop();
  });
  // The image of DynamoDB Local may not be in reach: then an engine on this machine answers in its place, under the same name.
  const { port } = new URL(environment.engine);
  standInForEngine(folder, environment.image ?? '', { host: environment.host ?? '', port: Number(port) });

  const run = (command: string) =>
    spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', timeout: 400_000 });
  const began = Date.now();
  for (const command of quickStartCommands().filter((each) => !isDoneBefore(each))) {
    const { status, stdout, stderr } = run(command);
    t.comment(`$ ${command}\n${stdout}${stderr}`);
    if (!t.equal(status, 0, command)) return;
    for (const { after, output } of SEEN) if (after.test(command)) t.match(stdout, output, command);
    for (const { after, items } of LEFT) {
      if (!after.test(command)) continue;
      const left = { ...(items > 0 && { TESTTENANTID: items }), OTHERTENANTID: 100 };
      t.same(await countByPartition(engine.client, 'Orders', 'tenant'), left, `left after: ${command}`);
    }
    if (/rollout status deployment\/dynamoctl-dp-operator$/.test(command)) await operatorAnswers();
    if (/rollout status deployment\/aws-dynamodb-local/.test(command)) await withoutDns(folder);
  }
  t.comment(`the page took ${Math.round((Date.now() - began) / 1000)} s`);
  t.equal((await tryKubectl(['get', 'ddp', '--no-headers'])).out, '', 'nothing is left');
});

/** Tells a Metacontroller outside of the cluster where the webhook is. */
async function operatorAnswers(): Promise<void> {
  await eventually('the webhook to have endpoints', async () =>
    (
      await kubectl(
        ...['get', 'endpointslices', '-n', 'dynamoctl-dp-operator-system'],
        ...['-o', 'jsonpath={.items[*].endpoints[*].conditions.ready}'],
      )
    ).includes('true'),
  );
  hostsChanged();
}

/** In a cluster without DNS the Service is reached by its address. */
async function withoutDns(folder: string): Promise<void> {
  if ((await tryKubectl(['get', 'service', 'kube-dns', '-n', 'kube-system'])).ok) return;
  const address = await kubectl('get', 'service', ENGINE, '-n', 'default', '-o', 'jsonpath={.spec.clusterIP}');
  replaceIn(folder, `${ENGINE}.default.svc.cluster.local`, address.trim());
}
