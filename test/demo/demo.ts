/**
 * npm run demo: the operator's main job without a cluster. The operator and the worker are the real programs, run as processes;
 * DynamoDB is embedded (dynalite); Kubernetes and Metacontroller are played by the simulated cluster in `test/models`, which is
 * checked against recordings of a real one. Every claim is checked: exits with 1 if one does not hold.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CompositeRequest } from '../../src/api/hooks.js';
import { KIND } from '../../src/api/names.js';
import type { Spec } from '../../src/api/spec.js';
import type { Status } from '../../src/api/status.js';
import { countByPartition, createTable, type Engine, type Item, putItems, startDynalite } from '../support/dynamodb.js';
import { type Running, startOperator } from './dynamoctl.js';
import { conditions, getDdp, table } from './kubectl.js';
import { LiveCluster } from './live-cluster.js';
import { claim, command, log, print, step, title, verdict } from './story.js';

const SAMPLE = 'manifests/samples/ddbctldpjob.yaml';

interface Sample {
  apiVersion: 'dynamoctl.dp.operators.sanjivmadhavan.io/v1alpha1';
  kind: 'DdbctlDpJob';
  metadata: { name: string };
  spec: Spec;
}

process.exitCode = await main();

async function main(): Promise<number> {
  title(
    'dynamoctl-dp-operator: one partition goes, its neighbors stay',
    'No cluster needed: a model plays the API server, Metacontroller, the Job controller and the kubelet, in real time.',
    'The operator, the worker and the requests between them are the real ones.',
  );
  const engine = await startDynalite();
  let operator: Running | undefined;
  try {
    const sample = parse(readFileSync(new URL(`../../${SAMPLE}`, import.meta.url), 'utf8')) as Sample;
    sample.spec.ddbCtlDpJob.endpointURL = engine.endpoint;
    const { tableName, partitionValue: target = '' } = sample.spec.ddbCtlDpJob;
    const before = await fill(engine, tableName, target);

    step('The operator starts');
    // The embedded DynamoDB is on this machine, where the operator sends no worker unless its settings say so.
    const started = await startOperator({ ALLOWED_ENDPOINTS: `*,${engine.endpoint}` });
    operator = started;
    command(`ALLOWED_ENDPOINTS='*,${engine.endpoint}' dynamoctl operator`);
    print([`serving POST /sync and POST /finalize at ${started.url}`]);

    const logs = await deletePartition(started.url, sample);
    logs.push(...started.lines);

    step('The table, before and after');
    const after = await countByPartition(engine.client, tableName, 'tenant');
    const names = Object.keys(before).sort();
    print(
      table([
        ['PARTITION', 'BEFORE', 'AFTER'],
        ...names.map((name) => [name, String(before[name] ?? 0), String(after[name] ?? 0)]),
      ]),
    );
    claim('the partition is empty', after[target] === undefined);
    claim(
      'its neighbors, whose keys differ from it by one character, are whole',
      names.every((name) => name === target || after[name] === before[name]),
    );
    claim('the key stands in no line of any log', !logs.some((line) => line.includes(target)));
    return verdict();
  } finally {
    operator?.child.kill('SIGINT');
    await operator?.exitCode;
    await engine.stop();
  }
}

async function fill(engine: Engine, tableName: string, target: string): Promise<Record<string, number>> {
  step('A table with three partitions, in an embedded DynamoDB');
  const sizes = { [target]: 2500, [`${target}2`]: 750, [target.slice(0, -1)]: 750 };
  await createTable(engine.client, { name: tableName, partition: ['tenant', 'S'], sort: ['order', 'S'] });
  await putItems(engine.client, tableName, items(sizes));
  const counts = await countByPartition(engine.client, tableName, 'tenant');
  const rows = Object.entries(counts).sort();
  print(table([['PARTITION', 'ITEMS'], ...rows.map(([name, count]) => [name, String(count)])]));
  const filled = Object.entries(sizes).every(([name, size]) => counts[name] === size);
  claim(`table ${tableName} at ${engine.endpoint} is filled`, filled);
  return counts;
}

function* items(sizes: Readonly<Record<string, number>>): Generator<Item> {
  for (const [tenant, size] of Object.entries(sizes))
    for (let order = 0; order < size; order++)
      yield { tenant: { S: tenant }, order: { S: String(order).padStart(6, '0') }, note: { S: 'an order' } };
}

/** The life of the resource, from apply to delete. @returns what the worker logged */
async function deletePartition(url: string, sample: Sample): Promise<string[]> {
  const { name } = sample.metadata;
  const cluster = new LiveCluster(url);
  const parent = () => cluster.parent(name) as CompositeRequest['parent'];
  const status = (): Status => cluster.parent(name)?.status ?? {};
  const isState = (state: string): boolean =>
    (status().conditions ?? []).length > 0 && (status().conditions ?? []).every(({ reason }) => reason === state);
  const get = (options = {}): void => {
    command(`kubectl get ddp${'wide' in options ? ' -o wide' : ''}`);
    print(getDdp(parent(), new Date(), options));
  };
  try {
    step('The sample is applied; sync answers with a Job');
    command(`kubectl apply -f ${SAMPLE}    # its endpointURL: the embedded DynamoDB`);
    cluster.apply(sample);
    print([`ddbctldpjob/${name} created`]);
    claim('a Job is made', await cluster.until(() => isState('Pending') && cluster.jobs.length === 1));
    get();
    const job = cluster.jobs[0]?.metadata.name ?? '';

    step("The Job's pod runs the worker, with the arguments and the environment of that Job");
    claim('the worker starts', await cluster.until(() => cluster.pods.length === 1));
    const [pod] = cluster.pods;
    const exitCode = await pod?.exitCode;
    command(`kubectl logs job/${job} | jq -c 'del(.time, .namespace, .parent)'`);
    log(pod?.lines ?? [], ['time', 'namespace', 'parent']);
    claim('the worker ended with 0: done and proven', exitCode === 0);

    step('Its report and the end of the Job reach sync');
    command(`kubectl wait --for=condition=Finished ddp/${name}`);
    const finished = await cluster.until(() => isState('PartitionDeleted'));
    print([`ddbctldpjob/${name} condition met`]);
    get({ wide: true });
    command(`kubectl describe ddp ${name}`);
    print(conditions(parent()));
    claim('the status says PartitionDeleted, verified empty', finished && status().verifiedEmpty === true);

    step('A finished run is never started again, whatever becomes of its Job');
    command(`kubectl delete job ${job}`);
    const { uid } = cluster.jobs[0]?.metadata ?? {};
    // Nobody types faster: an answer that is on its way when the Job goes may be older than the recorded end.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    cluster.delete('Job', job);
    claim('the Job goes', await cluster.until(() => !cluster.jobs.some(({ metadata }) => metadata.uid === uid)));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    claim('no new Job', cluster.jobs.length === 0 && cluster.pods.length === 1);
    claim('the outcome stays', isState('PartitionDeleted'));

    step('The resource is deleted');
    command(`kubectl delete ddp ${name}`);
    cluster.delete(KIND, name);
    claim('nothing holds it back', await cluster.until(() => cluster.parent(name) === undefined));
    return pod?.lines ?? [];
  } finally {
    cluster.stop();
  }
}
