import { KIND, REPORT_ANNOTATION } from '../../../src/api/names.js';
import type { Report } from '../../../src/api/report.js';
import { STATE_OF_EXIT_CODE } from '../../../src/api/exit-codes.js';
import { type Mode } from '../../../src/api/states.js';
import {
  type FenceAnswer,
  FENCE_LIMIT_MS,
  FENCE_PERIOD_MS,
  type FenceMemory,
  NO_MEMORY,
} from '../../../src/worker/fence.js';
import { type ApiServer, Refusal } from './api-server.js';
import type { Fence } from './fence.js';
import { isoTime } from './iso-time.js';
import type { ApiObject } from './objects.js';
import type { Node, Process } from './nodes.js';
import type { Table } from './partition.js';
import type { Random } from '../random.js';
import type { Planned, VirtualTime } from '../virtual-time.js';

/** What a pod's environment tells the worker. */
export interface WorkerTarget {
  mode: Mode;
  partition: string;
  parentName: string;
  parentNamespace: string;
  parentUID: string;
  jobUID: string;
  reportSeconds: number;
}

export interface WorkerWorld {
  api: ApiServer;
  time: VirtualTime;
  random: Random;
  table: Table;
  fence: Fence;
  /** Whether the API server lets this pod's service account patch the parent. */
  mayReport: (pod: ApiObject) => boolean;
  deleted: (worker: Worker, items: number) => void;
  pace: { batch: number; everyMs: number };
}

const PASSES = 3;

/** The model worker: takes items off the model table, reports, looks at its fence, drains. */
export class Worker implements Process {
  memory: FenceMemory = NO_MEMORY;
  found = 0;
  deletedItems = 0;
  ended = false;
  #draining: number | undefined;
  #ending = false;
  #inFlight = 0;
  #passes = 0;
  #timers = new Set<Planned>();
  #base = 0;
  #lastProgress: number;

  constructor(
    readonly pod: ApiObject,
    readonly node: Node,
    readonly target: WorkerTarget,
    private readonly world: WorkerWorld,
    private readonly exited: (code: number) => void,
  ) {
    this.#lastProgress = world.time.now();
  }

  start(): void {
    this.#in(this.world.random.between(100, 800), () => this.#introduce(this.world.time.now() + FENCE_LIMIT_MS));
  }

  /** Looks before it writes, and waits for an answer as long as one is good for. */
  #introduce(patience: number): void {
    const answer = this.#parent();
    if (!this.#obey(answer)) return;
    if (answer.kind === 'none' && this.world.time.now() < patience)
      return this.#in(1000, () => this.#introduce(patience));
    if (answer.kind === 'parent') this.#base = firstProgress(answer.parent as ApiObject);
    this.#report({});
    this.#in(FENCE_PERIOD_MS, () => this.#watch());
    this.#in(this.#reportPeriod(), () => this.#reportRegularly());
    this.#in(this.world.random.between(50, 500), () => this.#work());
  }

  terminate(): void {
    this.#drain(143);
  }

  kill(): void {
    if (!this.ended) this.#exit(137);
  }

  /** Whether writes may still be issued. */
  get writing(): boolean {
    return !this.ended && !this.#ending && this.#draining === undefined;
  }

  #in(delay: number, run: () => void): void {
    const planned = this.world.time.after(delay, () => {
      this.#timers.delete(planned);
      run();
    });
    this.#timers.add(planned);
  }

  #watch(): void {
    const asked = this.world.time.now();
    const roundTrip = this.world.random.between(5, 150);
    const answer = this.#parent();
    this.#in(roundTrip, () => {
      if (!this.#obey(answer, asked)) return;
      this.#in(FENCE_PERIOD_MS - roundTrip, () => this.#watch());
    });
  }

  /** Whether to go on. */
  #obey(answer: FenceAnswer, asked = this.world.time.now()): boolean {
    const { parentUID, jobUID, mode } = this.target;
    const { memory, verdict } = this.world.fence.verdict(
      this.memory,
      answer,
      { parentUID, jobUID, mode, target: this.#identity },
      asked,
    );
    this.memory = memory;
    if (verdict.kind === 'stop') this.#drain(verdict.exitCode);
    return this.writing;
  }

  get #identity() {
    return { tableId: this.world.table.tableId, digest: 'd'.repeat(64) };
  }

  #work(): void {
    if (!this.writing) return;
    const { table, time, random, pace } = this.world;
    if (table.fault === 'TableNotFound') return this.#end(5);
    if (table.fault === 'AccessDenied') return this.#end(6);
    if (table.fault === 'Crash' && random.next() < 0.5) return this.#exit(1);
    if (table.fault === 'Throttled') {
      if (time.now() - this.#lastProgress > 600_000) return this.#end(3);
      return this.#in(2000, () => this.#work());
    }
    this.#lastProgress = time.now();
    if (!this.world.fence.mayWrite(this.memory, time.now())) return this.#in(500, () => this.#work());
    const items = table.items(this.target.partition);
    if (this.target.mode === 'DryRun') {
      this.found = items.size;
      return this.#in(random.between(500, 4000), () => this.#end(0));
    }
    const batch = [...items].slice(0, pace.batch);
    if (batch.length === 0) return this.#in(random.between(50, 300), () => this.#verify());
    this.#inFlight++;
    this.found += batch.length;
    time.after(random.between(20, 300), () => {
      for (const item of batch) items.delete(item);
      this.deletedItems += batch.length;
      this.world.deleted(this, batch.length);
      this.#inFlight--;
      this.#settle();
    });
    this.#in(pace.everyMs, () => this.#work());
  }

  #verify(): void {
    if (!this.writing) return;
    if (this.#inFlight > 0) return this.#in(100, () => this.#verify());
    if (this.world.table.items(this.target.partition).size === 0) return this.#end(0);
    if (++this.#passes > PASSES) return this.#end(3);
    this.#work();
  }

  #drain(code: number): void {
    if (this.ended || this.#ending || this.#draining !== undefined) return;
    this.#draining = code;
    this.#settle();
  }

  #settle(): void {
    if (this.#draining === undefined || this.#inFlight > 0 || this.ended || this.#ending) return;
    const code = this.#draining;
    this.#ending = true;
    this.#in(this.world.random.between(10, 200), () => {
      if (code === 4) this.#report({ final: true, exitCode: 4, outcome: 'GuardRefused' });
      else this.#report({});
      this.#exit(code);
    });
  }

  #end(code: number): void {
    if (!this.writing) return;
    this.#ending = true;
    this.#in(this.world.random.between(10, 200), () => {
      const success = this.target.mode === 'DryRun' ? 'DryRunComplete' : 'PartitionDeleted';
      const outcome = code === 0 ? success : STATE_OF_EXIT_CODE[code];
      this.#report({
        final: true,
        exitCode: code,
        ...(outcome && { outcome }),
        verifiedEmpty: code === 0 && this.target.mode === 'Execute',
      });
      this.#exit(code);
    });
  }

  #exit(code: number): void {
    if (this.ended) return;
    this.ended = true;
    for (const planned of this.#timers) planned.cancelled = true;
    this.exited(code);
  }

  #reportPeriod(): number {
    return this.target.reportSeconds * 1000 * (0.9 + 0.2 * this.world.random.next());
  }

  #reportRegularly(): void {
    if (!this.#obey(this.#report({}))) return;
    this.#in(this.#reportPeriod(), () => this.#reportRegularly());
  }

  #parent(): FenceAnswer {
    if (!this.node.connected) return { kind: 'none' };
    if (!this.world.mayReport(this.pod)) return { kind: 'refused', why: 'forbidden' };
    const parent = this.world.api.get(KIND, this.target.parentNamespace, this.target.parentName);
    if (!parent || parent.metadata.uid !== this.target.parentUID) return { kind: 'gone' };
    return { kind: 'parent', parent };
  }

  /** Writes the report; the answer is the parent, as with any patch. */
  #report(more: Partial<Report>): FenceAnswer {
    const answer = this.#parent();
    if (answer.kind !== 'parent') return answer;
    const live = answer.parent as ApiObject;
    const time = isoTime(this.world.time.now());
    const deleting = this.target.mode === 'Execute';
    const report: Report = {
      parentUID: this.target.parentUID,
      mode: this.target.mode,
      jobUID: this.target.jobUID,
      time,
      final: false,
      target: this.#identity,
      progress: {
        itemsFound: this.found,
        ...(deleting && { itemsDeleted: this.#base + this.deletedItems }),
        updateTime: time,
      },
      ...(!deleting && more.final === true && { estimatedWriteUnits: { min: this.found, max: this.found * 2 } }),
      ...more,
    };
    try {
      const parent = this.world.api.update(
        live,
        (object) => ({
          ...object,
          metadata: {
            ...object.metadata,
            annotations: { ...object.metadata.annotations, [REPORT_ANNOTATION]: JSON.stringify(report) },
          },
        }),
        'worker',
      );
      return { kind: 'parent', parent };
    } catch (error) {
      if (error instanceof Refusal) return { kind: 'none' };
      throw error;
    }
  }
}

const firstProgress = ({ status }: ApiObject): number =>
  Number((status?.progress as { itemsDeleted?: number } | undefined)?.itemsDeleted ?? 0);
