import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CompositeRequest } from '../../src/api/hooks.js';
import { KIND, REPORT_ANNOTATION } from '../../src/api/names.js';
import { ENV } from '../../src/api/worker.js';
import { ApiServer } from '../models/cluster/api-server.js';
import { workerContainer } from '../models/cluster/environment.js';
import { GarbageCollector } from '../models/cluster/garbage-collector.js';
import { childInformers, Informer } from '../models/cluster/informer.js';
import { EPOCH } from '../models/cluster/iso-time.js';
import { JobController } from '../models/cluster/job-controller.js';
import { type HookCaller, Metacontroller, type WireAnswer } from '../models/cluster/metacontroller.js';
import { Nodes, type Process } from '../models/cluster/nodes.js';
import type { ApiObject } from '../models/cluster/objects.js';
import { Random } from '../models/random.js';
import { VirtualTime } from '../models/virtual-time.js';
import { type Running, startDynamoctl } from './dynamoctl.js';

type Parent = CompositeRequest['parent'];

const NAMESPACE = 'default';
/** How often the model catches up with the time of day, in milliseconds. */
const TICK = 10;
const PATIENCE = 60_000;

/**
 * The simulated cluster (API server, Metacontroller, Job controller, scheduler, kubelet, garbage collector) at the pace of real
 * time, around a real operator and real workers: hooks go over HTTP, and a pod is a process on this machine. The models are held
 * to recordings of a real cluster by `test/simulation/recordings.test.ts`.
 */
export class LiveCluster {
  /** Every worker that was started. */
  readonly pods: Running[] = [];
  readonly #api: ApiServer;
  readonly #time = new VirtualTime();
  readonly #ticking: NodeJS.Timeout;
  #fault: unknown;

  constructor(webhook: string) {
    const time = this.#time;
    const random = new Random(1);
    time.pass(Date.now() - EPOCH);
    const api = (this.#api = new ApiServer(time));
    new GarbageCollector(api, time, () => random.between(30, 300));
    new JobController(api, time, random);
    new Nodes(api, time, random, (pod, _node, exited) => this.#process(pod, exited));
    const lag = (): number => random.between(2, 60);
    const parents = new Informer(api, KIND, time, lag);
    const children = childInformers(api, time, lag);
    const fail = (what: { message: string } | string): void => {
      this.#fault ??= new Error(typeof what === 'string' ? what : what.message);
    };
    new Metacontroller(api, parents, children, this.#hooks(webhook), time, random, {
      deleting: () => undefined,
      wrote: () => undefined,
      crashed: fail,
      refused: (_job, refusal) => fail(refusal),
      statusRefused: fail,
    });
    this.#ticking = setInterval(() => this.#tick(), TICK);
  }

  /** `kubectl apply`. */
  apply({
    apiVersion,
    kind,
    metadata,
    spec,
  }: Pick<Parent, 'apiVersion' | 'kind' | 'spec'> & { metadata: { name: string } }): void {
    this.#api.create(
      {
        apiVersion,
        kind,
        metadata: { name: metadata.name, namespace: NAMESPACE },
        spec: structuredClone(spec) as object,
      } as never,
      'user',
    );
  }

  /** `kubectl delete`. */
  delete(kind: string, name: string): void {
    const object = this.#api.get(kind, NAMESPACE, name);
    if (object) this.#api.delete(object, 'user', { propagation: 'Background' });
  }

  parent(name: string): Parent | undefined {
    return this.#api.get(KIND, NAMESPACE, name) as Parent | undefined;
  }

  get jobs(): readonly ApiObject[] {
    return this.#api.list('Job');
  }

  /** Waits until something holds. @returns whether it did within a minute */
  async until(holds: () => boolean): Promise<boolean> {
    const deadline = Date.now() + PATIENCE;
    while (!holds() && Date.now() < deadline) await sleep(TICK);
    return holds();
  }

  stop(): void {
    clearInterval(this.#ticking);
    for (const { child } of this.pods) child.kill('SIGKILL');
  }

  #tick(): void {
    try {
      this.#time.runUntil(Date.now() - EPOCH);
    } catch (error) {
      this.#fault ??= error;
    }
    if (this.#fault === undefined) return;
    clearInterval(this.#ticking);
    throw new Error('the model cluster failed', { cause: this.#fault });
  }

  /** As Metacontroller does: after a 429 it asks again when Retry-After has passed. Anything else but 200 is a bug here. */
  #hooks(webhook: string): HookCaller {
    return {
      call: (hook, request, done) => {
        fetch(`${webhook}/${hook}`, { method: 'POST', body: JSON.stringify(request) })
          .then(async (reply) => {
            if (reply.status === 429)
              return done({ kind: 'busy', retryAfter: Number(reply.headers.get('retry-after')) });
            if (reply.status !== 200) throw new Error(`POST /${hook}: ${reply.status} ${await reply.text()}`);
            done({ kind: 'answer', answer: (await reply.json()) as WireAnswer });
          })
          .catch((error: unknown) => (this.#fault ??= error));
      },
    };
  }

  /** Runs a pod's container as a process on this machine, with exactly the arguments and environment that sync gave it. */
  #process(pod: ApiObject, exited: (code: number) => void): Process {
    let running: Running | undefined;
    const start = async (): Promise<void> => {
      const container = workerContainer(pod);
      if (!container) throw new Error('the pod does not run the worker');
      const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-demo-'));
      const message = join(folder, 'termination-log');
      running = startDynamoctl(container.args, {
        ...Object.fromEntries(container.env),
        [ENV.terminationMessagePath]: message,
      });
      this.pods.push(running);
      const code = await running.exitCode;
      this.#report(container.env, readFileSync(message, 'utf8'));
      rmSync(folder, { recursive: true });
      exited(code);
    };
    return {
      start: () => void start().catch((error: unknown) => (this.#fault ??= error)),
      terminate: () => running?.child.kill('SIGTERM'),
      kill: () => running?.child.kill('SIGKILL'),
    };
  }

  /** Stands in for the worker's patch of its parent if it may report, because there is no API server here that it could reach. */
  #report(env: ReadonlyMap<string, string>, report: string): void {
    const parent = this.#api.get(KIND, NAMESPACE, env.get(ENV.parentName) ?? '');
    if (!parent) return;
    const annotated = (live: ApiObject): ApiObject => ({
      ...live,
      metadata: { ...live.metadata, annotations: { ...live.metadata.annotations, [REPORT_ANNOTATION]: report } },
    });
    this.#api.update(parent, annotated, 'worker');
  }
}
