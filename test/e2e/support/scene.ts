import { DeleteItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Test } from 'tap';
import { API_VERSION, KIND } from '../../../src/api/names.js';
import type { Spec } from '../../../src/api/spec.js';
import type { Status } from '../../../src/api/status.js';
import { createTable, dropTable, type Engine, engineAt, putItems } from '../../support/dynamodb.js';
import { apply, eventually, get, kubectl, list, tryKubectl } from '../../support/kubectl.js';
import { type Asked, startSlowProxy } from './slow-proxy.js';

/** Where the tests run, from the environment; `npm run test:e2e` names what is missing. */
export const environment = {
  /** The engine as this process reaches it. */
  engine: process.env.E2E_DYNAMODB_ENDPOINT ?? 'http://127.0.0.1:8000',
  /** The address at which a pod reaches this machine. */
  host: process.env.E2E_HOST_ADDRESS,
  image: process.env.E2E_IMAGE,
  upgradeImage: process.env.E2E_UPGRADE_IMAGE,
  /** A command to run when the Services stand, for clusters whose Metacontroller finds them in another way. */
  afterInstall: process.env.E2E_AFTER_INSTALL,
  /** A command that kills Metacontroller (SIGKILL) and starts it again, where it does not run in a pod of the cluster. */
  metacontrollerRestart: process.env.E2E_METACONTROLLER_RESTART,
};

export const NAMESPACE = 'dynamoctl-e2e';
export const PARTITION = 'tenant$(AWS_REGION)$$1';
const NEIGHBOURS = ['tenant$(AWS_REGION)$$', 'tenant$(AWS_REGION)$$10', 'tenant'];
const NEIGHBOUR_ITEMS = 40;

export interface Resource {
  metadata: {
    uid: string;
    name: string;
    generation: number;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
  };
  spec: Spec;
  status?: Status;
}
export interface JobObject {
  metadata: {
    uid: string;
    name: string;
    generation: number;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  };
  spec: { template: unknown; suspend?: boolean };
  status?: { active?: number; ready?: number };
}
export interface PodObject {
  metadata: { uid: string; name: string; deletionTimestamp?: string; labels?: Record<string, string> };
  status: { phase: string; containerStatuses?: { state: { terminated?: { exitCode: number } } }[] };
}

const itemsOf = (value: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({ pk: { S: value }, sk: { S: `item-${String(i).padStart(6, '0')}` } }));

/** A table with the target partition and its neighbours, and a slow way to it. */
export class Scene {
  readonly engine: Engine;
  /** The way to it for workers. */
  endpoint = '';
  /** What workers asked there. */
  asked: readonly Asked[] = [];
  private stopProxy: () => Promise<void> = async () => {};

  private constructor(
    readonly name: string,
    readonly items: number,
  ) {
    this.engine = engineAt(environment.engine);
  }

  /** @param delay of each batch of writes, in milliseconds; 0 for none */
  static async set(t: Test, name: string, { items = 1500, delay = 300 } = {}): Promise<Scene> {
    const scene = new Scene(name, items);
    const { client } = scene.engine;
    t.teardown(() => scene.clear());
    // One that an interrupted run left behind would not be what this case counts on.
    await dropTable(client, name).catch(() => undefined);
    await createTable(client, { name, partition: ['pk', 'S'], sort: ['sk', 'S'] });
    await putItems(client, name, itemsOf(PARTITION, items));
    for (const neighbour of NEIGHBOURS) await putItems(client, name, itemsOf(neighbour, NEIGHBOUR_ITEMS));
    const proxy = await startSlowProxy(environment.engine, delay);
    scene.endpoint = `http://${environment.host}:${proxy.port}`;
    scene.asked = proxy.asked;
    scene.stopProxy = proxy.stop;
    return scene;
  }

  resource(spec: Partial<Spec> = {}, metadata: object = {}): object {
    const target = {
      tableName: this.name,
      partitionValue: PARTITION,
      awsRegion: 'us-east-1',
      endpointURL: this.endpoint,
    };
    return {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: { name: this.name, namespace: NAMESPACE, ...metadata },
      spec: { ddbCtlDpJob: target, ...spec },
    };
  }

  async start(spec: Partial<Spec> = {}, metadata: object = {}): Promise<void> {
    await apply(this.resource(spec, metadata));
  }

  /** Changes the spec as a user does. */
  async patch(spec: Partial<Spec>): Promise<void> {
    const { ok, err } = await tryKubectl([
      'patch',
      'ddp',
      this.name,
      '-n',
      NAMESPACE,
      '--type=merge',
      '-p',
      JSON.stringify({ spec }),
    ]);
    if (!ok) throw new Error(err);
  }

  live(): Promise<Resource | undefined> {
    return get<Resource>('ddp', this.name, NAMESPACE);
  }

  async status(): Promise<Status> {
    return (await this.live())?.status ?? {};
  }

  async state(): Promise<string | undefined> {
    return (await this.status()).conditions?.find(({ type }) => type === 'Succeeded')?.reason;
  }

  /** The message of the resource, once it matches. */
  async untilSaid(message: RegExp, seconds = 60): Promise<string> {
    return eventually(
      `${this.name} says ${message}`,
      async () => (await this.status()).conditions?.map((each) => each.message).find((text) => message.test(text)),
      { seconds },
    );
  }

  /** Its first pod, once that runs. */
  async firstPod(): Promise<PodObject> {
    const { name } = (await this.job()).metadata;
    return eventually(`a pod of ${name}`, async () =>
      (await this.pods(name)).find(({ status }) => status.phase !== 'Pending'),
    );
  }

  async untilFinished(seconds = 150): Promise<void> {
    await kubectl('wait', '--for=condition=Finished', `ddp/${this.name}`, '-n', NAMESPACE, `--timeout=${seconds}s`);
  }

  /** Moves the run's end and its record to an hour ago: long enough for any TTL, which counts no less than ten minutes. */
  async backdateEnd(): Promise<void> {
    const completionTime = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+/, '');
    const conditions = (await this.status()).conditions?.map((condition) => ({
      ...condition,
      lastTransitionTime: completionTime,
    }));
    const patch = JSON.stringify({ status: { completionTime, conditions } });
    await kubectl(...['patch', 'ddp', this.name, '-n', NAMESPACE, '--type=merge', '--subresource=status', '-p', patch]);
  }

  /** The proof needs the worker's report, which may reach the operator after the end of its Job. */
  async expectDone(t: Test, { proved = true } = {}): Promise<void> {
    t.equal(await this.state(), 'PartitionDeleted');
    const verified = async () => (await this.status()).verifiedEmpty;
    if (proved) await eventually(`${this.name} is verified empty`, verified, { seconds: 30 });
    else t.equal(await verified(), undefined);
    await this.expectItems(t, 0);
  }

  untilState(state: string, seconds = 120): Promise<unknown> {
    return eventually(`${this.name} in state ${state}`, async () => (await this.state()) === state, { seconds });
  }

  async jobs(): Promise<JobObject[]> {
    const uid = (await this.live())?.metadata.uid;
    return (await list<JobObject & { metadata: { ownerReferences?: { uid: string }[] } }>('jobs', NAMESPACE)).filter(
      ({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid),
    );
  }

  async job(): Promise<JobObject> {
    return eventually(`a Job of ${this.name}`, async () => (await this.jobs())[0]);
  }

  async pods(jobName: string): Promise<PodObject[]> {
    return list<PodObject>('pods', NAMESPACE, `batch.kubernetes.io/job-name=${jobName}`);
  }

  async remaining(value = PARTITION): Promise<number> {
    let count = 0;
    let start: Record<string, never> | undefined;
    do {
      const page = await this.engine.client.send(
        new QueryCommand({
          TableName: this.name,
          Select: 'COUNT',
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :p',
          ExpressionAttributeValues: { ':p': { S: value } },
          ExclusiveStartKey: start,
        }),
      );
      count += page.Count ?? 0;
      start = page.LastEvaluatedKey as Record<string, never> | undefined;
    } while (start);
    return count;
  }

  /** Somebody writes to the target again. */
  async write(count: number): Promise<void> {
    await putItems(this.engine.client, this.name, itemsOf(PARTITION, count));
  }

  /** Somebody else deletes what is left of the target. */
  async erase(): Promise<void> {
    const { client } = this.engine;
    for (const { sk } of itemsOf(PARTITION, this.items))
      await client.send(new DeleteItemCommand({ TableName: this.name, Key: { pk: { S: PARTITION }, sk } }));
  }

  /** Waits until some items are gone, and asserts that some remain: whatever the test does next, it does in mid-run. */
  async midRun(t: Test): Promise<number> {
    const left = await eventually(
      `the deletion in ${this.name} to be under way`,
      async () => {
        const now = await this.remaining();
        return now < this.items ? { now } : undefined;
      },
      { every: 200 },
    );
    t.ok(left.now > this.items / 4, `in mid-run: ${left.now} of ${this.items} items remain`);
    return left.now;
  }

  /** The target as expected, and the neighbours whole. */
  async expectItems(t: Test, target: number): Promise<void> {
    t.equal(await this.remaining(), target, 'items left in the target');
    for (const neighbour of NEIGHBOURS)
      t.equal(await this.remaining(neighbour), NEIGHBOUR_ITEMS, 'a neighbour is whole');
  }

  /** Nothing is deleted any more: the count stands still for a while. */
  async expectStillness(t: Test, seconds = 4): Promise<number> {
    const before = await this.remaining();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    t.equal(await this.remaining(), before, `no item goes within ${seconds} s`);
    t.ok(before > 0, `${before} items remain`);
    return before;
  }

  private async clear(): Promise<void> {
    await tryKubectl([
      'delete',
      'ddp',
      this.name,
      '-n',
      NAMESPACE,
      '--ignore-not-found',
      '--wait=true',
      '--timeout=60s',
    ]);
    await this.stopProxy();
    await dropTable(this.engine.client, this.name);
    await this.engine.stop();
  }
}
