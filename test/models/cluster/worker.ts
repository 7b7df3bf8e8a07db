import { createHash } from 'node:crypto';
import { Failure, Interruption } from '../../../src/api/failure.js';
import { KIND, REPORT_ANNOTATION } from '../../../src/api/names.js';
import { EXIT_CODES, STATE_OF_EXIT_CODE } from '../../../src/api/exit-codes.js';
import type { FinishedState, Mode } from '../../../src/api/states.js';
import type { TargetIdentity } from '../../../src/api/status.js';
import type { AttemptOutcome } from '../../../src/deletion/outcome.js';
import type { Clock, Log } from '../../../src/deletion/runtime.js';
import type { Fence, FenceMemory } from '../../../src/worker/fence.js';
import { FenceWatch } from '../../../src/worker/fence-watch.js';
import { checkExpectedTarget } from '../../../src/worker/parent.js';
import { Reporter } from '../../../src/worker/reporter.js';
import type { ApiAnswer } from '../../../src/worker/runtime.js';
import type { Random } from '../random.js';
import type { Planned, VirtualTime } from '../virtual-time.js';
import { type ApiServer, Refusal } from './api-server.js';
import { isoTime } from './iso-time.js';
import type { Node, Process } from './nodes.js';
import type { ApiObject, Json } from './objects.js';
import type { Table } from './partition.js';

/** The worker's input from its pod's environment. */
export interface WorkerTarget {
  mode: Mode;
  partition: string;
  parentName: string;
  parentNamespace: string;
  parentUID: string;
  jobUID: string;
  reportSeconds: number;
  /** The target that it must find, if its Job says. */
  expected: TargetIdentity | undefined;
}

export interface WorkerWorld {
  api: ApiServer;
  time: VirtualTime;
  random: Random;
  table: Table;
  fence: Fence;
  /** Whether the API server lets this pod's service account patch the parent. */
  mayReport: (pod: ApiObject, parent: string) => boolean;
  /** Whether an admission policy refuses every patch. */
  isRefused: () => boolean;
  /** Called when it sends a request to delete items, and when one is carried out: some of them may be gone already. */
  sending: (worker: Worker) => void;
  deleted: (worker: Worker, requested: number, deleted: number) => void;
  /** Called when it has found its table. */
  reached: (worker: Worker) => void;
  /** Called when it knows that its work is done, before its last report and its exit. */
  succeeded: (worker: Worker) => void;
  pace: { batch: number; everyMs: number };
  /** What a planted bug makes of a worker's report. */
  reports?: ((report: Json, worker: Worker) => Json) | undefined;
}

/** A request to the table is given up after this time, in milliseconds, as `src/dynamodb/client.ts` does. */
export const SLOWEST_WRITE_MS = 15_000;
/** The share of requests that take longer than a moment. */
const SLOW_WRITES = 0.05;
const PASSES = 3;
/** How long a worker waits for an answer of the API server, in milliseconds: as `cli/process/kubernetes-api.ts` does. */
const API_TIMEOUT_MS = 4_000;
/** How long uninterrupted throttling is tolerated, in milliseconds. */
const STALLED_MS = 600_000;

/** Faults that keep a worker from its table → how it ends after this time in milliseconds. */
const OUT_OF_REACH: Readonly<Partial<Record<string, 'Incomplete' | 'AccessDenied'>>> = {
  Unreachable: 'Incomplete',
  NoCredentials: 'AccessDenied',
};
const OUT_OF_REACH_MS = 60_000;

const SILENT: Log = { info: () => undefined, warn: () => undefined };

/**
 * One attempt: the real fence watch and the real reporter in virtual time, around a model of the deletion that takes items off a
 * model table. It dies at once when its process is killed: nothing that it waits for comes any more.
 */
export class Worker implements Process {
  deletedItems = 0;
  /** The target that it found when it began, and when that was. */
  found: TargetIdentity | undefined;
  begun = 0;
  /** When the API server last refused it an answer. */
  refusedAt = -Infinity;
  ended = false;
  readonly watch: FenceWatch;
  readonly #reporter: Reporter;
  readonly #shutdown = new AbortController();
  readonly #timers = new Set<Planned>();
  #found = 0;
  /** The items of requests that have not been answered. */
  readonly #inFlight = new Set<number>();
  #ending = false;

  constructor(
    readonly pod: ApiObject,
    readonly node: Node,
    readonly target: WorkerTarget,
    private readonly world: WorkerWorld,
    private readonly exited: (code: number) => void,
  ) {
    const { parentName: name, parentNamespace: namespace, parentUID: uid, jobUID, mode, reportSeconds } = target;
    const parent = { name, namespace, uid, jobUID };
    this.watch = new FenceWatch({
      parent,
      mode,
      caps: {},
      shutdown: { signal: this.#shutdown.signal, stop: (why) => this.#stop(why) },
      clock: this.#clock,
      log: SILENT,
      patch: (patch, { dryRun }) => this.#patch(patch as Patch, dryRun),
      fence: world.fence,
    });
    this.#reporter = new Reporter({
      parent,
      mode,
      reportSeconds,
      clock: this.#clock,
      timestamp: () => isoTime(world.time.now()),
      watch: this.watch,
    });
    this.#reporter.follow(() => this.#progress());
  }

  /** Whether the table may still carry out a request of it. */
  get hasRequests(): boolean {
    return this.#inFlight.size > 0;
  }

  get memory(): FenceMemory {
    return this.watch.memory;
  }

  /** Whether a token is mounted: then it looks and reports, and writes only on a fresh answer. */
  get fenced(): boolean {
    return this.pod.spec?.automountServiceAccountToken !== false;
  }

  start(): void {
    this.world.time.spawn(() => this.#run());
  }

  terminate(): void {
    this.#stop(new Interruption(EXIT_CODES.terminated, 'interrupted by SIGTERM'));
    this.world.time.settle();
  }

  kill(): void {
    this.#exit(137);
  }

  /** The process's clock: whatever sleeps on it never wakes once the process is gone. */
  get #clock(): Clock {
    const { time, random } = this.world;
    return {
      now: () => time.now(),
      random: () => random.next(),
      sleep: (milliseconds, signal) => {
        if (signal?.aborted) return Promise.resolve();
        return new Promise((resolve) => {
          const wake = (): void => {
            planned.cancelled = true;
            this.#timers.delete(planned);
            signal?.removeEventListener('abort', wake);
            time.settle();
            resolve();
          };
          const planned = time.after(milliseconds, wake);
          this.#timers.add(planned);
          signal?.addEventListener('abort', wake);
        });
      },
    };
  }

  #sleep(from: number, to = from): Promise<void> {
    return this.#clock.sleep(this.world.random.between(from, to));
  }

  async #run(): Promise<void> {
    await this.#sleep(100, 800);
    if (this.fenced) {
      this.watch.start();
      this.#reporter.begin();
    }
    let code: number;
    let why: Interruption | Failure | undefined;
    let verified: { verifiedAt: string } | undefined;
    try {
      await this.#reach();
      this.found = this.#identity;
      this.begun = this.world.time.now();
      this.world.reached(this);
      checkExpectedTarget(this.target, this.found);
      if (this.fenced) {
        verified = await this.watch.register(this.found);
        this.#reporter.start(this.found);
      }
      await this.#clock.sleep(this.world.random.between(50, 500), this.#shutdown.signal);
      code = verified ? this.#confirm() : await this.#delete();
    } catch (reason) {
      if (!(reason instanceof Interruption || reason instanceof Failure)) throw reason;
      why = reason;
      code = reason.exitCode;
    }
    if (code === EXIT_CODES.bug) {
      this.#exit(code);
      return;
    }
    this.#ending = true;
    while (this.#inFlight.size > 0) await this.#sleep(100);
    await this.#sleep(10, 200);
    this.watch.end();
    if (code === EXIT_CODES.done) this.world.succeeded(this);
    if (this.fenced) await this.#reporter.end(this.#outcome(code, why?.state));
    this.#exit(code);
  }

  /** Looks for credentials and for the table, as `deletion/preflight.ts` does, and gives up as the retry policy does. */
  async #reach(): Promise<void> {
    const { table, time, random } = this.world;
    const { signal } = this.#shutdown;
    const began = time.now();
    // Where the SDK hangs, there is nothing to say.
    const hangs = random.next() < 0.3;
    for (;;) {
      const state = OUT_OF_REACH[table.fault ?? ''];
      this.#reporter.hindered(state === undefined || hangs ? undefined : `no way to the table: ${table.fault}`);
      if (state === undefined) return;
      if (time.now() - began >= OUT_OF_REACH_MS) throw new Failure(state, 'no way to the table');
      await this.#clock.sleep(2000, signal);
      signal.throwIfAborted();
    }
  }

  /** An earlier attempt has verified: as `deletion/delete-partition.ts` does, with one look. */
  #confirm(): number {
    return this.world.table.items(this.target.partition).size === 0 ? EXIT_CODES.done : EXIT_CODES.GuardRefused;
  }

  /** @returns the exit code; throws the reason of the shutdown */
  async #delete(): Promise<number> {
    const { table, time, random, pace } = this.world;
    const { signal } = this.#shutdown;
    const sleep = (from: number, to = from): Promise<void> => this.#clock.sleep(random.between(from, to), signal);
    let lastProgress = time.now();
    for (let pass = 0; ;) {
      signal.throwIfAborted();
      if (table.fault === 'TableNotFound') return EXIT_CODES.TableNotFound;
      if (table.fault === 'AccessDenied') return EXIT_CODES.AccessDenied;
      if (table.fault === 'Crash' && random.next() < 0.5) return EXIT_CODES.bug;
      if (table.fault === 'Throttled' || OUT_OF_REACH[table.fault ?? ''] !== undefined) {
        if (time.now() - lastProgress > STALLED_MS) return EXIT_CODES.Incomplete;
        await sleep(2000);
        continue;
      }
      lastProgress = time.now();
      const items = table.items(this.target.partition);
      if (this.target.mode === 'DryRun') {
        this.#found = items.size;
        await sleep(500, 4000);
        signal.throwIfAborted();
        return EXIT_CODES.done;
      }
      if (this.fenced) {
        await this.#reporter.announced(signal);
        await this.watch.mayWrite();
      }
      signal.throwIfAborted();
      const batch = [...items].filter((item) => !this.#inFlight.has(item)).slice(0, pace.batch);
      if (batch.length > 0) {
        this.#send(batch);
        await sleep(pace.everyMs);
        continue;
      }
      await sleep(50, 300);
      while (this.#inFlight.size > 0 && !signal.aborted) await sleep(100);
      signal.throwIfAborted();
      if (table.items(this.target.partition).size === 0) return EXIT_CODES.done;
      if (++pass > PASSES) return EXIT_CODES.Incomplete;
    }
  }

  /** Deletes a batch when the request reaches the table, even if the process is gone by then. */
  #send(batch: readonly number[]): void {
    const { random, time, table } = this.world;
    for (const item of batch) this.#inFlight.add(item);
    this.#found += batch.length;
    this.world.sending(this);
    const isSlow = random.next() < SLOW_WRITES;
    time.after(isSlow ? random.between(300, SLOWEST_WRITE_MS) : random.between(20, 300), () => {
      const deleted = table.remove(this.target.partition, batch);
      this.deletedItems += batch.length;
      this.world.deleted(this, batch.length, deleted);
      for (const item of batch) this.#inFlight.delete(item);
    });
  }

  get #identity() {
    return {
      tableId: this.world.table.tableId,
      digest: createHash('sha256').update(this.target.partition).digest('hex'),
    };
  }

  #progress() {
    const deleting = this.target.mode === 'Execute';
    return { itemsFound: this.#found, ...(deleting && { itemsDeleted: this.deletedItems }) };
  }

  #outcome(code: number, stopped: FinishedState | undefined): AttemptOutcome {
    const deleting = this.target.mode === 'Execute';
    const success = deleting ? 'PartitionDeleted' : 'DryRunComplete';
    const state = code === EXIT_CODES.done ? success : (stopped ?? STATE_OF_EXIT_CODE[code]);
    const own = this.#progress();
    return {
      ...(state && { state }),
      exitCode: code,
      message: '',
      verifiedEmpty: code === EXIT_CODES.done && deleting,
      ...(code === EXIT_CODES.done && deleting && { receipt: this.#receipt }),
      progress: this.#reporter.cumulative(own),
      ...(this.found && { target: this.found }),
      ...(!deleting && code === EXIT_CODES.done && { estimatedWriteUnits: { min: this.#found, max: this.#found * 2 } }),
    };
  }

  /** One for each pod: no two attempts sign the same. */
  get #receipt(): string {
    return `e30.${Buffer.from(this.pod.metadata.uid).toString('base64url')}.c2lnbmVk`;
  }

  #stop(why: Interruption): void {
    if (!this.#ending) this.#shutdown.abort(why);
  }

  #exit(code: number): void {
    if (this.ended) return;
    this.ended = true;
    for (const planned of this.#timers) planned.cancelled = true;
    this.exited(code);
  }

  /** The API server's answer to a PATCH, over a network that takes time and may be cut. */
  async #patch(sent: Patch, dryRun: boolean): Promise<ApiAnswer> {
    const patch = this.#broken(sent);
    const roundTrip = this.world.random.between(5, 150);
    await this.#sleep(Math.floor(roundTrip / 2));
    if (!this.node.connected) {
      await this.#sleep(API_TIMEOUT_MS - Math.floor(roundTrip / 2));
      throw new Error('no answer');
    }
    const answer = this.#answer(patch, dryRun);
    if (answer.status !== 200) this.refusedAt = this.world.time.now();
    await this.#sleep(Math.ceil(roundTrip / 2));
    return answer;
  }

  /** With the report that a planted bug makes of its report. */
  #broken(patch: Patch): Patch {
    const text = patch.metadata.annotations?.[REPORT_ANNOTATION];
    const { reports } = this.world;
    if (text === undefined || !reports) return patch;
    const report = JSON.stringify(reports(JSON.parse(text) as Json, this));
    return { metadata: { ...patch.metadata, annotations: { [REPORT_ANNOTATION]: report } } };
  }

  #answer({ metadata }: Patch, dryRun: boolean): ApiAnswer {
    const { api } = this.world;
    const { parentName: name, parentNamespace } = this.target;
    if (!this.world.mayReport(this.pod, name)) return refusal(403, { reason: 'Forbidden', message: 'forbidden' });
    if (this.world.isRefused())
      return refusal(422, { reason: 'Invalid', details: { causes: [{ field: 'metadata.annotations' }] } });
    const parent = api.get(KIND, parentNamespace, name);
    if (!parent) return refusal(404, { reason: 'NotFound', details: { name } });
    if (parent.metadata.uid !== metadata.uid)
      return refusal(422, { reason: 'Invalid', details: { causes: [{ field: 'metadata.uid' }] } });
    if (dryRun) return { status: 200, body: parent };
    const annotated = (live: ApiObject): ApiObject => ({
      ...live,
      metadata: { ...live.metadata, annotations: { ...live.metadata.annotations, ...metadata.annotations } },
    });
    try {
      return { status: 200, body: api.update(parent, annotated, 'worker') };
    } catch (error) {
      if (error instanceof Refusal) return refusal(500, { reason: 'InternalError', message: error.message });
      throw error;
    }
  }
}

interface Patch {
  metadata: { uid: string; annotations?: Record<string, string> };
}

/** A Status object, with which the API server answers a request that it refuses. */
const refusal = (status: number, more: object): ApiAnswer => ({ status, body: { kind: 'Status', ...more } });
