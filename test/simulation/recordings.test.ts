import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import type { CompositeRequest, ObservedJob } from '../../src/api/hooks.js';
import { API_VERSION, JOBS, KIND } from '../../src/api/names.js';
import { jobsOf, RECORDED_ENDPOINT, recordings } from '../support/recordings.js';
import { ApiServer } from '../models/cluster/api-server.js';
import { GarbageCollector } from '../models/cluster/garbage-collector.js';
import { Informer } from '../models/cluster/informer.js';
import { JobController } from '../models/cluster/job-controller.js';
import { LAST_APPLIED } from '../models/cluster/merge.js';
import { type HookCaller, Metacontroller, type WireAnswer } from '../models/cluster/metacontroller.js';
import { Nodes, type Process } from '../models/cluster/nodes.js';
import type { ApiObject, Json } from '../models/cluster/objects.js';
import { Random } from '../models/random.js';
import { VirtualTime } from '../models/virtual-time.js';

/**
 * Compares the simulation with recordings of a real cluster: it runs the recorded toy operator with the recorded user's actions,
 * and the 48 recorded requests must occur, in order, with the same Jobs in the same states. (Real caches skip states that follow
 * each other closely, so the simulation may send more.)
 */

const REAL = recordings();
const SEEDS = 60;
/** How long the toy's shell took to end, pod by pod: not part of the model. */
const TERMINATION_MS: Readonly<Record<string, number>> = { 'long-abc-1': 15_000, 'long-abc-2': 1000 };

/** The part of a request that does not depend on its time, its user or its uids. */
function essence(request: CompositeRequest) {
  const { metadata, spec } = request.parent;
  const { backoffLimit: _ofOurCRD, ...asked } = spec as Json;
  const names = new Map<string, string>();
  const anonymous = (uid: string): string => {
    if (!names.has(uid)) names.set(uid, `uid-${names.size}`);
    return names.get(uid)!;
  };
  return {
    finalizing: request.finalizing,
    generation: metadata.generation,
    deleted: metadata.deletionTimestamp !== undefined,
    finalizers: (metadata as { finalizers?: unknown }).finalizers !== undefined,
    spec: asked,
    jobs: jobsOf(request).map((job) => essenceOfJob(job, anonymous)),
  };
}

function essenceOfJob(job: ObservedJob, anonymous: (uid: string) => string) {
  const { uid, name, annotations, labels } = job.metadata;
  const last = JSON.parse(annotations?.[LAST_APPLIED] ?? 'null') as unknown;
  const text = JSON.stringify({ uid, name, labels, last, spec: job.spec, status: job.status ?? {} })
    .replaceAll(/"[0-9a-f]{8}-[0-9a-f-]{27}"/g, (match) => `"${anonymous(match)}"`)
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replaceAll(/(pod default\/[a-z0-9]+-abc)-[a-z0-9]+/g, '$1-POD');
  const value = JSON.parse(text) as { spec: Json; status: { active?: number } };
  return { ...value, generation: (job.metadata as { generation?: number }).generation };
}

/** The toy operator of the recordings: one Job, paused on request; finalize pauses it, then releases it. */
function toyAnswer(request: CompositeRequest): WireAnswer {
  const { name } = request.parent.metadata;
  const spec = request.parent.spec as { suspend?: boolean; ddbCtlDpJob: { partitionValue: string } };
  const [job] = Object.values(request.children[JOBS]);
  const { active = 0, terminating = 0, ready = 0 } = job?.status ?? {};
  const child = (suspend: boolean | undefined): Json => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${name}-abc`, namespace: 'default' },
    spec: {
      backoffLimit: 2,
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailJob', onExitCodes: { containerName: 'w', operator: 'In', values: [2, 4, 5, 6] } },
        ],
      },
      ...(suspend !== undefined && { suspend }),
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: 'w',
              image: 'busybox:rig',
              command: ['sh', '-c', spec.ddbCtlDpJob.partitionValue],
              env: [{ name: 'V', value: '1' }],
            },
          ],
        },
      },
    },
  });
  const condition = job?.status?.conditions?.find(({ status }) => status === 'True')?.type;
  const phase = job === undefined ? 'Creating' : (condition ?? (active > 0 ? 'Running' : 'Pending'));
  const status = { phase: request.finalizing ? 'Terminating' : phase, ready, active, note: '' };
  if (!request.finalizing) return { status, children: [child(spec.suspend)] };
  if (job === undefined) return { status, children: [], finalized: true };
  const drained = job.spec.suspend === true && condition === 'Suspended' && active === 0 && terminating === 0;
  return { status, children: drained ? [] : [child(true)], finalized: false };
}

/** A shell that runs what the toy's template says. */
class Shell implements Process {
  #over = false;

  constructor(
    private readonly pod: ApiObject,
    private readonly ordinal: number,
    private readonly time: VirtualTime,
    private readonly random: Random,
    private readonly exited: (code: number) => void,
  ) {}

  start(): void {
    const [container] = this.pod.spec?.containers as [{ command: string[] }];
    const script = container.command[2] ?? '';
    const sleep = Number(/sleep (\d+)/.exec(script)?.[1] ?? 0);
    // The kubelet sometimes briefly sees a shell running that ends immediately.
    this.time.after(sleep * 1000 + this.random.between(0, 1200), () =>
      this.#end(Number(/exit (\d+)/.exec(script)?.[1] ?? 0)),
    );
  }

  terminate(): void {
    const job = this.pod.metadata.labels?.['job-name'];
    this.time.after(TERMINATION_MS[`${job}-${this.ordinal}`] ?? 500, () => this.#end(143));
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

/** All requests of one toy parent in the simulation. */
function simulate(seed: number, parent: string, script: string): ReturnType<typeof essence>[] {
  const time = new VirtualTime();
  const random = new Random(seed);
  const api = new ApiServer(time);
  new GarbageCollector(api, time, () => random.between(30, 300));
  new JobController(api, time, random);
  let pods = 0;
  new Nodes(api, time, random, (pod, _node, exited) => new Shell(pod, ++pods, time, random, exited));
  const requests: CompositeRequest[] = [];
  const hooks: HookCaller = {
    call: (_hook, request, done) => {
      requests.push(structuredClone(request));
      time.after(random.between(2, 30), () => done({ kind: 'answer', answer: structuredClone(toyAnswer(request)) }));
    },
  };
  const lag = (): number => random.between(1, 40);
  const [parents, jobs] = [new Informer(api, KIND, time, lag), new Informer(api, 'Job', time, lag)];
  const silent = { deleting: () => {}, refused: () => {}, crashed: () => {}, wrote: () => {}, statusRefused: () => {} };
  new Metacontroller(api, parents, { [JOBS]: jobs }, hooks, time, random, silent);
  const target = { endpointURL: RECORDED_ENDPOINT, partitionValue: script, tableName: 'Orders' };
  api.create(
    {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: { name: parent, namespace: 'default' },
      spec: { ddbCtlDpJob: target },
    },
    'user',
  );
  const find = (kind: string): ApiObject => api.list(kind)[0]!;
  const suspend = (value: boolean): unknown =>
    api.update(find(KIND), (live) => ({ ...live, spec: { ...live.spec, suspend: value } }), 'user');
  if (parent === 'long') {
    time.runUntil(14_000);
    suspend(true);
    time.runUntil(20_000);
    suspend(false);
    time.runUntil(24_000);
    api.delete(find('Job'), 'user');
    time.runUntil(32_000);
    api.delete(find(KIND), 'user');
  }
  time.runUntil(120_000);
  return requests.map(essence);
}

/** How many of `wanted` occur in `seen`, in order. */
function inOrder(wanted: readonly unknown[], seen: readonly unknown[]): number {
  let next = 0;
  for (const item of seen) if (next < wanted.length && isDeepStrictEqual(item, wanted[next])) next++;
  return next;
}

for (const parent of ['ok', 'fail3', 'fail5', 'long']) {
  t.test(`the recorded requests of ${parent} come up in the simulation`, (t) => {
    const real = REAL.filter(({ request }) => request.parent.metadata.name === parent).map(({ request }) => request);
    const wanted = real.map(essence);
    const { partitionValue } = (real[0]?.parent.spec as { ddbCtlDpJob: { partitionValue: string } }).ddbCtlDpJob;
    let best = -1;
    for (let seed = 1; seed <= SEEDS && best < wanted.length; seed++)
      best = Math.max(best, inOrder(wanted, simulate(seed, parent, partitionValue)));
    t.equal(best, wanted.length, `${wanted.length} requests`);
    if (best < wanted.length) t.comment(JSON.stringify(wanted[best]));
    t.end();
  });
}
t.equal(REAL.length, 48, 'all of them');
