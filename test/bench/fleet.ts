import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { API_VERSION, KIND } from '../../src/api/names.js';
import { apply, kubectl, pause, tryKubectl } from '../support/kubectl.js';
import { row, samplesOf, sumBy, totalOf } from './fleet-metrics.js';

/**
 * What many resources cost: `npm run bench:fleet -- --resources 1000`, with KUBECONFIG at a cluster that has Metacontroller's CRDs and
 * whose nodes finish pods at once (kwok's fast stages). Nothing else may use that cluster: the requests are counted at its API server.
 * It installs the CRD and the CompositeController, whose hooks it serves on this machine, and removes what it made.
 *
 * METACONTROLLER   an executable to start; without it, one must be running on this machine
 * --resources      how many, for each setting of WORKER_RIGHTS: 100
 * --kill-every     kills the webhook with SIGKILL so often, in seconds, and starts it again at once; 0, the default: never
 * --rights         managed, none, or both, the default
 * --timeout        how many seconds all may take: 1800
 */
const { values } = parseArgs({
  options: {
    resources: { type: 'string', default: '100' },
    'kill-every': { type: 'string', default: '0' },
    rights: { type: 'string', default: 'both' },
    timeout: { type: 'string', default: '1800' },
  },
});
const RESOURCES = Number(values.resources);
const KILL_EVERY_MS = Number(values['kill-every']) * 1000;
const TIMEOUT_MS = Number(values.timeout) * 1000;
/** A list of thousands costs the API server seconds, and it is the one that is measured. */
const LIST_EVERY_MS = Math.max(1_000, RESOURCES * 2);
const PORT = 18080;
const NAMESPACE = 'fleet';
const CONTROLLER = 'manifests/compositecontroller/compositecontroller.yaml';

/** The operator as a process, and what it has counted in all its lives. */
class Operator {
  #process: ChildProcess | undefined;
  #calls = 0;
  #callsBefore = 0;
  kills = 0;
  /** Its memory at each look, in MiB. */
  readonly memory: number[] = [];

  constructor(private readonly rights: string) {}

  async start(): Promise<void> {
    const env = { ...process.env, HOST: '127.0.0.1', PORT: String(PORT), LOG_LEVEL: 'error' };
    const settings = { WORKER_IMAGE: 'registry.example.com/worker:1', WORKER_RIGHTS: this.rights };
    this.#process = spawn(process.execPath, ['dist/cli/dynamoctl.js', 'operator'], {
      env: { ...env, ...settings },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    while ((await this.#metrics()) === undefined) await pause(100);
  }

  async kill(): Promise<void> {
    await this.look();
    this.#callsBefore += this.#calls;
    this.#calls = 0;
    this.kills++;
    await ended(this.#process, 'SIGKILL');
    await this.start();
  }

  async stop(): Promise<void> {
    await this.look();
    await ended(this.#process, 'SIGTERM');
  }

  /** The calls between the last look before a kill and the kill are not counted: looks are a second apart, and one comes right before. */
  async look(): Promise<void> {
    const samples = samplesOf((await this.#metrics()) ?? '');
    const calls = totalOf(samples, 'dynamoctl_operator_hook_requests_total');
    if (calls > 0) this.#calls = calls;
    const bytes = totalOf(samples, 'process_resident_memory_bytes');
    if (bytes > 0) this.memory.push(bytes / 2 ** 20);
  }

  get calls(): number {
    return this.#callsBefore + this.#calls;
  }

  async #metrics(): Promise<string | undefined> {
    try {
      return await (await fetch(`http://127.0.0.1:${PORT}/metrics`)).text();
    } catch {
      return undefined;
    }
  }
}

async function ended(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

/** The CompositeController as it ships, but for the address of its hooks. */
function controller(): object {
  const manifest = parse(readFileSync(CONTROLLER, 'utf8')) as { spec: { hooks: Record<string, { webhook: object }> } };
  for (const [hook, { webhook }] of Object.entries(manifest.spec.hooks)) {
    Object.assign(webhook, { url: `http://127.0.0.1:${PORT}/${hook}`, path: undefined, service: undefined });
  }
  return manifest;
}

const resource = (number: number): object => ({
  apiVersion: API_VERSION,
  kind: KIND,
  metadata: { name: `fleet-${String(number).padStart(5, '0')}`, namespace: NAMESPACE },
  spec: { ddbCtlDpJob: { tableName: 'Orders', partitionValue: `tenant-${number}`, awsRegion: 'eu-central-1' } },
});

/** How many resources are in each state, whether or not they have finished. */
async function states(): Promise<{ finished: number; counts: Map<string, number> }> {
  const path =
    '{range .items[*]}{.status.conditions[?(@.type=="Finished")].status} {.status.conditions[?(@.type=="Finished")].reason}{"\\n"}{end}';
  const lines = (await kubectl('get', 'ddp', '-n', NAMESPACE, '-o', `jsonpath=${path}`)).trim().split('\n');
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  return { finished: lines.filter((line) => line.startsWith('True')).length, counts };
}

const requests = async (): Promise<Map<string, number>> =>
  sumBy(samplesOf(await kubectl('get', '--raw', '/metrics')), 'apiserver_request_total', ['verb', 'resource', 'code']);

async function create(): Promise<void> {
  for (let first = 0; first < RESOURCES; first += 100) {
    const items = Array.from({ length: Math.min(100, RESOURCES - first) }, (_, index) => resource(first + index));
    const { ok, err } = await tryKubectl(
      ['create', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
      600,
    );
    if (!ok) throw new Error(err);
  }
}

async function measure(rights: string): Promise<void> {
  const operator = new Operator(rights);
  await operator.start();
  try {
    await run(rights, operator);
  } finally {
    await operator.stop();
  }
}

async function run(rights: string, operator: Operator): Promise<void> {
  await apply(controller());
  await tryKubectl(['create', 'namespace', NAMESPACE]);
  await pause(5_000);
  const before = await requests();
  const began = Date.now();
  const creating = create();
  let { finished, counts } = await states();
  let [killed, listed] = [Date.now(), Date.now()];
  while (finished < RESOURCES && Date.now() - began < TIMEOUT_MS) {
    await pause(1_000);
    await operator.look();
    if (KILL_EVERY_MS > 0 && Date.now() - killed >= KILL_EVERY_MS) {
      await operator.kill();
      killed = Date.now();
    }
    if (Date.now() - listed < LIST_EVERY_MS) continue;
    ({ finished, counts } = await states());
    listed = Date.now();
  }
  const seconds = (Date.now() - began) / 1000;
  await creating;
  // Statuses and rights that are still on their way.
  await pause(5_000);
  await operator.look();
  print(rights, { operator, seconds, finished, counts, before, after: await requests() });
  await remove('ddp', '--all', '-n', NAMESPACE);
  await remove('compositecontroller', 'dynamoctl-dp-operator');
  await remove('namespace', NAMESPACE);
}

/** Deletes and waits. Thousands of resources take longer than one call of kubectl is usually given. */
async function remove(...what: readonly string[]): Promise<void> {
  const seconds = 60 + RESOURCES;
  const { ok, err } = await tryKubectl(['delete', ...what, `--timeout=${seconds}s`], undefined, seconds + 10);
  if (!ok) throw new Error(err);
}

interface Result {
  operator: Operator;
  seconds: number;
  finished: number;
  counts: Map<string, number>;
  before: Map<string, number>;
  after: Map<string, number>;
}

function print(rights: string, { operator, seconds, finished, counts, before, after }: Result): void {
  const jobs = 'POST jobs 201';
  const made = (after.get(jobs) ?? 0) - (before.get(jobs) ?? 0);
  console.log(`\nWORKER_RIGHTS=${rights}: ${finished} of ${RESOURCES} finished in ${seconds.toFixed(0)} s`);
  console.log(row('in each state', [...counts].map(([state, count]) => `${count} ${state}`).join(', ')));
  console.log(row('Jobs made, and more than one each', `${made}, ${Math.max(0, made - RESOURCES)}`));
  console.log(row('hook calls for each resource', (operator.calls / RESOURCES).toFixed(2)));
  console.log(row('the webhook was killed', `${operator.kills} times`));
  const [first, last] = [operator.memory[0] ?? NaN, operator.memory.at(-1) ?? NaN];
  const most = Math.max(...operator.memory);
  console.log(
    row('its memory, MiB', `${first.toFixed(0)} at first, ${most.toFixed(0)} at most, ${last.toFixed(0)} at last`),
  );
  const differences = [...after].map(([name, count]) => ({
    name,
    each: (count - (before.get(name) ?? 0)) / RESOURCES,
  }));
  const often = differences.filter(({ each }) => each >= 0.05).sort((a, b) => b.each - a.each);
  for (const { name, each } of often) console.log(row(`requests for each resource: ${name}`, each.toFixed(2)));
}

const started = process.env.METACONTROLLER;
const flags = ['--discovery-interval=5s', '--client-go-qps=100', '--client-go-burst=200', '--workers=20'];
const own = ['--metrics-address=127.0.0.1:19999', '--health-probe-bind-address=127.0.0.1:18081'];
await kubectl('apply', '--server-side', '-f', 'manifests/crd/crd.yaml');
const metacontroller =
  started === undefined
    ? undefined
    : spawn(started, [`--kubeconfig=${process.env.KUBECONFIG}`, ...flags, ...own], { stdio: 'ignore' });
try {
  for (const rights of values.rights === 'both' ? ['managed', 'none'] : [values.rights]) await measure(rights);
} finally {
  await ended(metacontroller, 'SIGTERM');
}
