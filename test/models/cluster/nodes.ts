import { type ApiServer, Refusal } from './api-server.js';
import { type ApiObject, podStatus, type PodStatus } from './objects.js';
import type { Random } from '../random.js';
import type { VirtualTime } from '../virtual-time.js';

/** A process in a pod's container. */
export interface Process {
  /** Begins; calls `exited` once when it ends by itself or by a signal. */
  start(): void;
  terminate(): void;
  kill(): void;
}

export interface Node {
  name: string;
  /** Whether it can reach the API server. If not, what runs on it continues. */
  connected: boolean;
  lostAt: number | undefined;
  removed: boolean;
}

export type Sidecar = 'keeps' | 'unready' | undefined;

interface Container {
  pod: ApiObject;
  node: Node;
  process: Process;
  exitCode: number | undefined;
  stopping: boolean;
  /** What somebody injected beside the worker: one that runs on when it has ended, or one that is never ready. */
  sidecar: Sidecar;
}

/** After the first of these times without a kubelet, a node's pods are marked not ready; after the second, they are evicted. */
export const NODE_MONITOR_GRACE = 40_000;
const EVICTION = 300_000;

/** Scheduler, kubelets, node controller and pod garbage collector. */
export class Nodes {
  #nodes: Node[] = [];
  #containers = new Map<string, Container>();
  #made = 0;
  /** What a mutating webhook injects into new pods. */
  sidecar: Sidecar;

  constructor(
    private readonly api: ApiServer,
    private readonly time: VirtualTime,
    private readonly random: Random,
    private readonly processOf: (pod: ApiObject, node: Node, exited: (code: number) => void) => Process,
  ) {
    for (let i = 0; i < 3; i++) this.#addNode();
    api.watch(({ before, after }) => {
      const pod = (after ?? before)!;
      if (pod.kind !== 'Pod') return;
      if (!before) return this.#schedule(pod);
      const deleted = after === undefined || after.metadata.deletionTimestamp !== undefined;
      const wasDeleted = before.metadata.deletionTimestamp !== undefined;
      if (deleted && (!wasDeleted || after === undefined)) this.#later(50, 1000, () => this.#stop(pod.metadata.uid));
    });
  }

  /** The node of the running worker; undefined if none is running. */
  nodeInUse(): Node | undefined {
    const running = [...this.#containers.values()].filter(
      ({ exitCode, node }) => exitCode === undefined && node.connected,
    );
    return running.at(-1)?.node;
  }

  runningOn(node: Node): ApiObject[] {
    return [...this.#containers.values()]
      .filter((container) => container.node === node && container.exitCode === undefined)
      .map(({ pod }) => pod);
  }

  /** The kernel kills what runs in containers: they were out of memory. */
  killAll(): void {
    for (const { node, process, exitCode } of this.#containers.values())
      if (node.connected && exitCode === undefined) process.kill();
  }

  endSidecars(): void {
    this.sidecar = undefined;
    for (const [uid, container] of this.#containers) {
      container.sidecar = undefined;
      const { exitCode, node } = container;
      if (exitCode !== undefined && node.connected) this.#later(50, 1000, () => this.#report(uid));
    }
  }

  get all(): readonly Node[] {
    return this.#nodes;
  }

  lose(node: Node): void {
    if (!node.connected) return;
    const lostAt = this.time.now();
    node.connected = false;
    node.lostAt = lostAt;
    if (this.#nodes.every(({ connected }) => !connected)) this.#addNode();
    const stillLost = (): boolean => node.lostAt === lostAt && !node.removed;
    this.time.after(NODE_MONITOR_GRACE, () => {
      if (stillLost()) for (const pod of this.#podsOn(node)) this.#patch(pod, { ready: false });
    });
    this.time.after(NODE_MONITOR_GRACE + EVICTION, () => {
      if (!stillLost()) return;
      for (const pod of this.#podsOn(node)) {
        this.#patch(pod, { disrupted: true });
        this.#delete(pod);
      }
    });
  }

  /** The kubelet is back and reports what happened to its pods. */
  restore(node: Node): void {
    if (node.connected || node.removed) return;
    node.connected = true;
    node.lostAt = undefined;
    for (const [uid, container] of this.#containers) {
      if (container.node !== node) continue;
      this.#later(50, 1000, () => {
        if (container.exitCode !== undefined) this.#report(uid);
        else {
          const live = this.#live(uid);
          if (!live || live.metadata.deletionTimestamp !== undefined) this.#stop(uid);
          else this.#patch(live, { ready: true });
        }
      });
    }
    for (const pod of this.#podsOn(node))
      if (!this.#containers.has(pod.metadata.uid)) this.#later(50, 1000, () => this.#begin(pod.metadata.uid, node));
  }

  /** The Node object is deleted: its pods are marked Failed and deleted, whatever still runs on the machine. */
  remove(node: Node): void {
    if (node.removed || node.connected) return;
    node.removed = true;
    this.#nodes = this.#nodes.filter((other) => other !== node);
    this.#addNode();
    for (const pod of this.#podsOn(node)) {
      this.#later(100, 2000, () => {
        this.#patch(pod, { phase: 'Failed', ready: false, disrupted: true, finishedAt: this.time.now() });
        this.#delete(pod, 0);
      });
    }
  }

  /** The machines that left are switched off. */
  powerOff(): void {
    for (const { node, process, exitCode } of this.#containers.values())
      if (node.removed && exitCode === undefined) process.kill();
  }

  #addNode(): void {
    this.#nodes.push({ name: `node-${++this.#made}`, connected: true, lostAt: undefined, removed: false });
  }

  #later(from: number, to: number, run: () => void): void {
    this.time.after(this.random.between(from, to), run);
  }

  #live(uid: string): ApiObject | undefined {
    return this.api.list('Pod').find(({ metadata }) => metadata.uid === uid);
  }

  #podsOn(node: Node): ApiObject[] {
    return this.api.list('Pod').filter((pod) => pod.spec?.nodeName === node.name);
  }

  #schedule(pod: ApiObject): void {
    this.#later(50, 400, () => {
      const live = this.#live(pod.metadata.uid);
      if (!live || live.metadata.deletionTimestamp !== undefined) return;
      const free = this.#nodes.filter(({ connected }) => connected);
      const node = free[this.random.between(0, free.length - 1)];
      if (!node) return;
      const { name } = node;
      this.api.update(live, (object) => ({ ...object, spec: { ...object.spec, nodeName: name } }), 'kubelet');
      this.#later(300, 3000, () => this.#begin(pod.metadata.uid, node));
    });
  }

  #begin(uid: string, node: Node): void {
    const pod = this.#live(uid);
    if (!pod || !node.connected || this.#containers.has(uid)) return;
    if (pod.metadata.deletionTimestamp !== undefined || podStatus(pod).phase === 'Failed') return this.#report(uid);
    const process = this.processOf(pod, node, (code) => {
      const container = this.#containers.get(uid);
      if (!container || container.exitCode !== undefined) return;
      container.exitCode = code;
      if (node.connected) this.#ended(uid);
    });
    this.#containers.set(uid, { pod, node, process, exitCode: undefined, stopping: false, sidecar: this.sidecar });
    this.#patch(pod, { phase: 'Running' });
    this.#later(50, 800, () => {
      const container = this.#containers.get(uid);
      const live = this.#live(uid);
      if (live && node.connected && container?.exitCode === undefined && container?.sidecar !== 'unready')
        this.#patch(live, { ready: true });
    });
    process.start();
  }

  #ended(uid: string): void {
    this.#later(20, 300, () => {
      const pod = this.#live(uid);
      if (pod) this.#patch(pod, { ready: false });
      this.#later(300, 1500, () => this.#report(uid));
    });
  }

  /** SIGTERM, and SIGKILL when the grace period is over. */
  #stop(uid: string): void {
    const container = this.#containers.get(uid);
    if (!container) {
      const pod = this.#live(uid);
      const node = this.#nodes.find(({ name }) => name === pod?.spec?.nodeName);
      if (pod && (node?.connected ?? true)) this.#report(uid);
      return;
    }
    if (!container.node.connected || container.stopping) return;
    if (container.exitCode !== undefined) return this.#report(uid);
    container.stopping = true;
    const grace = ((container.pod.spec?.terminationGracePeriodSeconds as number | undefined) ?? 30) * 1000;
    container.process.terminate();
    this.time.after(grace, () => {
      if (container.exitCode === undefined) container.process.kill();
    });
  }

  /** The kubelet records how the pod ended and releases it. */
  #report(uid: string): void {
    const pod = this.#live(uid);
    const container = this.#containers.get(uid);
    if (!pod || (container && !container.node.connected)) return;
    const code = container?.exitCode;
    if (container && code === undefined) return;
    // Only a pod that is being deleted makes it end.
    if (container?.sidecar === 'keeps' && pod.metadata.deletionTimestamp === undefined) return;
    const { phase } = podStatus(pod);
    if (phase !== 'Succeeded' && phase !== 'Failed')
      this.#patch(pod, {
        phase: code === 0 ? 'Succeeded' : 'Failed',
        ready: false,
        finishedAt: this.time.now(),
        ...(code !== undefined && { exitCode: code }),
      });
    if (pod.metadata.deletionTimestamp !== undefined) this.#delete(pod, 0);
  }

  #patch(pod: ApiObject, change: Partial<PodStatus>): void {
    const live = this.#live(pod.metadata.uid);
    if (live) this.api.updateStatus(live, { ...live.status, ...change }, 'kubelet');
  }

  #delete(pod: ApiObject, graceSeconds?: number): void {
    try {
      this.api.delete(pod, 'kubelet', graceSeconds === undefined ? {} : { graceSeconds });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}
