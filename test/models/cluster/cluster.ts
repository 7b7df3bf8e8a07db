import { JOBS, KIND } from '../../../src/api/names.js';
import { type Actor, ApiServer, Refusal } from './api-server.js';
import { Claims } from '../../simulation/claims.js';
import { workerTarget } from './environment.js';
import type { Fence } from '../../../src/worker/fence.js';
import { GarbageCollector } from './garbage-collector.js';
import { childInformers, Informer } from './informer.js';
import { Authorizer } from './authorizer.js';
import { JobController } from './job-controller.js';
import { Kueue } from './kueue.js';
import { Metacontroller } from './metacontroller.js';
import { type Node, Nodes, type Process } from './nodes.js';
import { type ApiObject, controllerOf } from './objects.js';
import { Table } from './partition.js';
import { Random } from '../random.js';
import { VirtualTime } from '../virtual-time.js';
import { type Hooks, Webhook } from './webhook.js';
import { Worker, type WorkerWorld } from './worker.js';

/** What a planted bug makes of the report of a worker. */
export type Reports = WorkerWorld['reports'];

export interface ClusterOptions {
  seed: number;
  hooks: Hooks;
  fence: Fence;
  reports?: Reports | undefined;
  /** Whether the operator grants workers their rights. */
  rights: 'managed' | 'none';
  /** What the CRs should delete. */
  partition: string;
  pace: { batch: number; everyMs: number };
  /** Of so many calls of a hook, one is made twice, to compare the bytes. */
  repeatEvery?: number | undefined;
}

/** A cluster with Metacontroller and our webhook, a table, and the claims about all of it. */
export class Cluster {
  readonly time = new VirtualTime();
  readonly random: Random;
  readonly api: ApiServer;
  readonly claims: Claims;
  readonly table = new Table();
  readonly nodes: Nodes;
  readonly parents: Informer;
  readonly jobs: Informer;
  readonly webhook: Webhook;
  readonly metacontroller: Metacontroller;
  readonly jobController: JobController;
  readonly kueue: Kueue;
  /** False: whatever was granted, nobody's service account may patch a DdbctlDpJob. */
  permission = true;
  /** Until then, an admission policy refuses every patch of a worker. */
  workersRefusedUntil = 0;
  /** The values of Secrets, by `name/key`. */
  readonly secrets = new Map<string, string>();
  writes = { child: 0, status: 0 };
  /** A spec went around the API server's rules. */
  specChanged = false;

  constructor({ seed, hooks, fence, reports, rights, pace, partition, repeatEvery = 1 }: ClusterOptions) {
    const { time } = this;
    const random = (this.random = new Random(seed));
    const api = (this.api = new ApiServer(time));
    const claims = (this.claims = new Claims(api, time, partition));
    new GarbageCollector(api, time, () => random.between(30, 300));
    this.jobController = new JobController(api, time, random);
    this.kueue = new Kueue(api, time, random);
    const authorizer = new Authorizer(api, time, () => random.between(5, 1500));
    const world = {
      api,
      time,
      random,
      table: this.table,
      fence,
      reports,
      mayReport: (pod: ApiObject, name: string) => this.permission && authorizer.mayPatch(pod, name),
      isRefused: () => time.now() < this.workersRefusedUntil,
      sending: (worker: Worker) => claims.sending(worker),
      deleted: (worker: Worker, requested: number, deleted: number) => claims.deleted(worker, requested, deleted),
      reached: (worker: Worker) => claims.reached(worker),
      succeeded: (worker: Worker) => claims.succeeded(worker),
      pace,
    };
    this.nodes = new Nodes(api, time, random, (pod, node, exited) => this.#process(pod, node, exited, world));
    const lag = (): number => random.between(2, 60);
    this.parents = new Informer(api, KIND, time, lag);
    const children = childInformers(api, time, lag);
    this.jobs = children[JOBS];
    this.webhook = new Webhook(hooks, time, random, (call) => claims.called(call));
    this.webhook.configure({ rights });
    this.webhook.isRepeated = (call) => (call + seed) % repeatEvery === 0;
    this.metacontroller = new Metacontroller(api, this.parents, children, this.webhook, time, random, {
      deleting: (live, observed) => claims.deleting(live, observed),
      refused: (job, refusal, sent) => claims.refused(job, refusal, sent),
      crashed: (why) => claims.broken('no-null-children', why),
      wrote: (kind) => this.writes[kind]++,
      statusRefused: (refusal) => claims.broken('status-accepted', refusal.message),
    });
  }

  #process(pod: ApiObject, node: Node, exited: (code: number) => void, world: WorkerWorld): Process {
    const target = workerTarget(pod, this.secrets);
    const job = this.api.list('Job').find(({ metadata }) => metadata.uid === controllerOf(pod)?.uid);
    if (!target || !job || !this.claims.isOurs(job)) return new Idler(this.time, exited);
    const worker = new Worker(pod, node, target, world, (code) => {
      this.claims.exited(worker, code);
      exited(code);
    });
    return worker;
  }

  /** Attempts what the API server may refuse. @returns whether it succeeded */
  attempt(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  annotate(object: ApiObject, annotations: Record<string, string | undefined>, actor: Actor = 'user'): boolean {
    return this.attempt(() => {
      this.api.update(
        object,
        (live) => {
          const merged = { ...live.metadata.annotations, ...annotations };
          const kept = Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined);
          return { ...live, metadata: { ...live.metadata, annotations: Object.fromEntries(kept) } };
        },
        actor,
      );
    });
  }
}

/** Someone else's container: runs for a minute and ends. */
class Idler implements Process {
  #over = false;

  constructor(
    private readonly time: VirtualTime,
    private readonly exited: (code: number) => void,
  ) {}

  start(): void {
    this.time.after(60_000, () => this.#end(0));
  }

  terminate(): void {
    this.time.after(500, () => this.#end(143));
  }

  kill(): void {
    this.#end(137);
  }

  #end(code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.exited(code);
  }
}
