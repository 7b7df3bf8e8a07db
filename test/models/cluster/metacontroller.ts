import { API_VERSION, KIND } from '../../../src/api/names.js';
import type { CompositeRequest } from '../../../src/api/hooks.js';
import { type ApiServer, FOREGROUND, ORPHAN, Refusal } from './api-server.js';
import type { Informer } from './informer.js';
import { applied, LAST_APPLIED, sorted } from './merge.js';
import { type ApiObject, controllerOf, type Json, keyOf, same } from './objects.js';
import type { Random } from '../random.js';
import type { Planned, VirtualTime } from '../virtual-time.js';

const FINALIZER = 'metacontroller.io/compositecontroller-dynamoctl-dp-operator';

const UID_LABEL = 'controller-uid';
const FIRST_RETRY = 5;
const LONGEST_RETRY = 1_000_000;

/** An answer as it came over the wire. */
export interface WireAnswer {
  status?: Json;
  children?: (Json | null)[];
  resyncAfterSeconds?: number;
  finalized?: boolean;
}

export type HookResult =
  { kind: 'answer'; answer: WireAnswer } | { kind: 'error' } | { kind: 'busy'; retryAfter: number };

export interface HookCaller {
  call(hook: 'sync' | 'finalize', request: CompositeRequest, done: (result: HookResult) => void): void;
}

/** The events of Metacontroller that the claims observe. */
export interface MetacontrollerWatcher {
  deleting(job: ApiObject, observed: ApiObject): void;
  /** `sent`: what the API server refused, and may quote. */
  refused(job: ApiObject, refusal: Refusal, sent: ApiObject): void;
  crashed(why: string): void;
  wrote(kind: 'child' | 'status'): void;
  statusRefused(refusal: Refusal): void;
}

/** CompositeController of Metacontroller 4.17.2 (pkg/controller/composite): v2 hooks, InPlace for Jobs, generateSelector, ignoreStatusChanges. */
export class Metacontroller {
  #waiting = new Set<string>();
  #running = new Set<string>();
  #again = new Set<string>();
  #failures = new Map<string, number>();
  #timers = new Map<string, Planned>();
  #life = 0;
  /** How many times a hook was called. */
  calls = 0;

  constructor(
    private readonly api: ApiServer,
    private readonly parents: Informer,
    /** The caches of the kinds that the CompositeController lists, by their keys in a request. */
    private readonly children: Readonly<Record<string, Informer>>,
    private readonly hooks: HookCaller,
    private readonly time: VirtualTime,
    private readonly random: Random,
    private readonly watcher: MetacontrollerWatcher,
  ) {
    parents.onNotice(({ before, after }) => {
      if (!after) return before && this.#add(keyOf(before));
      if (before && ignored(before, after)) return;
      this.#add(keyOf(after));
    });
    for (const cache of Object.values(children))
      cache.onNotice(({ before, after }) => this.#onChild((after ?? before)!, after === undefined));
  }

  /** The process restarts: caches are read again, that of the parents from a list of that age; timers and back-offs are lost. */
  restart(listAge = 0): void {
    this.#life++;
    this.#waiting.clear();
    this.#running.clear();
    this.#again.clear();
    this.#failures.clear();
    for (const planned of this.#timers.values()) planned.cancelled = true;
    this.#timers.clear();
    this.parents.relist(listAge, this.random.between(50, 3000));
    for (const cache of Object.values(this.children)) cache.relist();
    for (const parent of this.parents.list()) this.#add(keyOf(parent));
  }

  /** Another look at every parent, as after a relist. */
  resync(): void {
    for (const parent of this.parents.list()) this.#add(keyOf(parent));
  }

  #onChild(job: ApiObject, gone: boolean): void {
    const owner = controllerOf(job);
    if (owner) {
      if (owner.kind !== KIND || owner.apiVersion !== API_VERSION) return;
      const key = `${job.metadata.namespace}/${owner.name}`;
      if (this.parents.get(key)?.metadata.uid === owner.uid) this.#add(key);
      return;
    }
    if (gone || job.metadata.deletionTimestamp !== undefined) return;
    for (const parent of this.parents.list()) if (matches(parent, job)) this.#add(keyOf(parent));
  }

  #add(key: string): void {
    if (this.#waiting.has(key)) return;
    if (this.#running.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#waiting.add(key);
    const life = this.#life;
    this.time.after(1, () => {
      if (life !== this.#life) return;
      this.#waiting.delete(key);
      this.#running.add(key);
      this.#sync(key, life);
    });
  }

  /** AddAfter of client-go's delaying queue: one time for a key, the earliest. */
  #addAfter(key: string, delay: number): void {
    const at = this.time.now() + Math.ceil(delay);
    const known = this.#timers.get(key);
    if (known && known.at <= at) return;
    if (known) known.cancelled = true;
    const planned = this.time.after(at - this.time.now(), () => {
      this.#timers.delete(key);
      this.#add(key);
    });
    this.#timers.set(key, planned);
  }

  #done(key: string, life: number, failed: boolean): void {
    if (life !== this.#life) return;
    this.#running.delete(key);
    if (failed) {
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.#addAfter(key, Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** failures));
    } else {
      this.#failures.delete(key);
    }
    if (this.#again.delete(key)) this.#add(key);
  }

  #sync(key: string, life: number): void {
    const fail = (): void => this.#done(key, life, true);
    const step = (from: number, to: number, run: () => void): void => {
      this.time.after(this.random.between(from, to), () => {
        if (life !== this.#life) return;
        try {
          run();
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          fail();
        }
      });
    };
    let parent = this.parents.get(key);
    if (!parent) return this.#done(key, life, false);
    try {
      parent = this.#withFinalizer(parent);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return fail();
    }
    const claimed = parent;
    const groups: Record<string, ApiObject[]> = {};
    try {
      for (const [group, cache] of Object.entries(this.children)) groups[group] = this.#claim(claimed, cache);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return fail();
    }
    const finalizing = claimed.metadata.deletionTimestamp !== undefined;
    const request = {
      controller: { kind: 'CompositeController', apiVersion: 'metacontroller.k8s.io/v1alpha1' },
      parent: claimed,
      children: Object.fromEntries(
        Object.entries(groups).map(([group, objects]) => [
          group,
          Object.fromEntries(objects.map((child) => [keyOf(child), child])),
        ]),
      ),
      related: {},
      finalizing,
    } as unknown as CompositeRequest;
    this.calls++;
    this.hooks.call(finalizing ? 'finalize' : 'sync', request, (result) => {
      if (life !== this.#life) return;
      if (result.kind === 'error') return fail();
      if (result.kind === 'busy') {
        this.#running.delete(key);
        this.#addAfter(key, result.retryAfter * 1000);
        return this.#again.delete(key) && this.#add(key);
      }
      const { answer } = result;
      const { resyncAfterSeconds = 0 } = answer;
      if (resyncAfterSeconds > 0) this.#addAfter(key, resyncAfterSeconds * 1000);
      let current = claimed;
      step(1, 10, () => {
        if (answer.finalized === true) current = this.#withoutFinalizer(claimed);
        const manages = current.metadata.deletionTimestamp === undefined || shouldFinalize(current);
        let failed: Refusal | undefined;
        if (manages)
          failed = this.#manage(current, Object.values(groups).flat(), this.#labelled(current, answer.children ?? []));
        step(1, 20, () => {
          this.#writeStatus(current, answer.status ?? {});
          this.#done(key, life, failed !== undefined);
        });
      });
    });
  }

  #withFinalizer(parent: ApiObject): ApiObject {
    const { finalizers = [], deletionTimestamp } = parent.metadata;
    if (finalizers.includes(FINALIZER) || deletionTimestamp !== undefined) return parent;
    return this.api.update(
      parent,
      (object) => ({
        ...object,
        metadata: { ...object.metadata, finalizers: [...new Set([...(object.metadata.finalizers ?? []), FINALIZER])] },
      }),
      'metacontroller',
    );
  }

  #withoutFinalizer(parent: ApiObject): ApiObject {
    const updated = this.api.removeFinalizer(parent, FINALIZER, 'metacontroller');
    if (!updated) throw new Refusal('NotFound', 'the parent is gone');
    return updated;
  }

  /** Owned children that match the selector, and orphans that do, which are adopted. */
  #claim(parent: ApiObject, cache: Informer): ApiObject[] {
    const claimed: ApiObject[] = [];
    const deleting = parent.metadata.deletionTimestamp !== undefined;
    for (const job of cache.list()) {
      if (job.metadata.namespace !== parent.metadata.namespace) continue;
      const owner = controllerOf(job);
      if (owner) {
        if (owner.uid !== parent.metadata.uid) continue;
        if (matches(parent, job)) claimed.push(job);
        else if (!deleting) this.#setOwners(job, (owners) => owners.filter(({ uid }) => uid !== parent.metadata.uid));
        continue;
      }
      if (deleting || !matches(parent, job) || job.metadata.deletionTimestamp !== undefined) continue;
      const fresh = this.api.get(KIND, parent.metadata.namespace, parent.metadata.name);
      if (fresh?.metadata.uid !== parent.metadata.uid || fresh.metadata.deletionTimestamp !== undefined)
        throw new Refusal('Conflict', "can't adopt");
      const adopted = this.#setOwners(job, (owners) => [
        ...owners.filter(({ uid }) => uid !== parent.metadata.uid),
        ownerOf(parent),
      ]);
      if (adopted) claimed.push(job);
    }
    return claimed;
  }

  #setOwners(
    job: ApiObject,
    change: (owners: NonNullable<ApiObject['metadata']['ownerReferences']>) => ApiObject['metadata']['ownerReferences'],
  ): boolean {
    try {
      this.api.update(
        job,
        (object) => {
          const ownerReferences = change(object.metadata.ownerReferences ?? []) ?? [];
          return { ...object, metadata: { ...object.metadata, ownerReferences } };
        },
        'metacontroller',
      );
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'NotFound') return false;
      throw error;
    }
  }

  #labelled(parent: ApiObject, children: (Json | null)[]): Json[] {
    return children.flatMap((child) => {
      if (child === null) {
        this.watcher.crashed('a null in children');
        return [];
      }
      const metadata = (child.metadata ?? {}) as Json;
      const labels = (metadata.labels ?? {}) as Record<string, string>;
      const label = labels[UID_LABEL] ?? parent.metadata.uid;
      if (label !== parent.metadata.uid)
        throw new Refusal('Invalid', "labels on desired child don't match parent selector");
      const namespace = metadata.namespace ?? parent.metadata.namespace;
      return [{ ...child, metadata: { ...metadata, namespace, labels: { ...labels, [UID_LABEL]: label } } }];
    });
  }

  #manage(parent: ApiObject, observed: readonly ApiObject[], desired: readonly Json[]): Refusal | undefined {
    let failed: Refusal | undefined;
    const attempt = (run: () => void): void => {
      try {
        run();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        failed = error;
      }
    };
    const byKey = new Map(desired.map((child) => [childKey(child as unknown as ApiObject), child]));
    for (const job of observed) {
      if (job.metadata.deletionTimestamp === undefined && !byKey.has(childKey(job))) attempt(() => this.#delete(job));
    }
    // Kind by kind, in the order of their groups, versions and names.
    for (const [key, child] of [...byKey].sort(([a], [b]) => orderOf(a) - orderOf(b))) {
      const existing = observed.find((job) => childKey(job) === key);
      attempt(() => (existing ? this.#update(existing, child) : this.#create(parent, child)));
    }
    return failed;
  }

  #delete(job: ApiObject): void {
    const live = this.api.get(job.kind, job.metadata.namespace, job.metadata.name);
    if (!live) return;
    if (live.metadata.uid !== job.metadata.uid)
      throw new Refusal('Conflict', 'the UID in the precondition does not match');
    if (job.kind === 'Job') this.watcher.deleting(live, job);
    this.watcher.wrote('child');
    this.api.delete(live, 'metacontroller', { propagation: 'Background' });
  }

  #update(job: ApiObject, desired: Json): void {
    // The other kinds have no update strategy, which means OnDelete.
    if (job.kind !== 'Job') return;
    const next = applied(job, desired);
    if (next === job || job.metadata.deletionTimestamp !== undefined) return;
    try {
      this.api.update(job, () => next, 'metacontroller', { resourceVersion: job.metadata.resourceVersion });
      this.watcher.wrote('child');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.reason === 'NotFound' || error.reason === 'Conflict') return;
      this.watcher.refused(job, error, next);
      throw error;
    }
  }

  #create(parent: ApiObject, desired: Json): void {
    const { metadata, ...rest } = desired as unknown as ApiObject;
    const annotations = { ...metadata.annotations, [LAST_APPLIED]: JSON.stringify(sorted(desired)) };
    try {
      this.watcher.wrote('child');
      this.api.create(
        { ...rest, metadata: { ...metadata, annotations, ownerReferences: [ownerOf(parent)] } },
        'metacontroller',
      );
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'AlreadyExists') throw error;
    }
  }

  /** A live GET and an overwrite: the caches do not matter, and no write is a conflict. */
  #writeStatus(parent: ApiObject, status: Json): void {
    const full = { ...status, observedGeneration: parent.metadata.generation };
    const live = this.api.get(KIND, parent.metadata.namespace, parent.metadata.name);
    if (!live || live.metadata.uid !== parent.metadata.uid) return;
    if (same(live.status, full)) return;
    this.watcher.wrote('status');
    try {
      this.api.updateStatus(live, full, 'metacontroller');
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'Invalid') this.watcher.statusRefused(error);
      throw error;
    }
  }
}

/** ignoreStatusChanges: only changes outside the status cause a sync. */
function ignored(before: ApiObject, after: ApiObject): boolean {
  return (
    before.metadata.generation === after.metadata.generation &&
    same(before.metadata.labels, after.metadata.labels) &&
    same(before.metadata.annotations, after.metadata.annotations) &&
    after.metadata.deletionTimestamp === undefined
  );
}

function shouldFinalize({ metadata }: ApiObject): boolean {
  const finalizers = metadata.finalizers ?? [];
  return !finalizers.includes(FOREGROUND) && !finalizers.includes(ORPHAN) && finalizers.includes(FINALIZER);
}

/** Of a desired child, too. */
const childKey = (child: ApiObject): string => `${child.kind}/${keyOf(child)}`;
/** ManageChildren goes by group, version and kind. */
const KINDS_IN_ORDER = ['ServiceAccount', 'Job', 'Role', 'RoleBinding'];
const orderOf = (key: string): number => KINDS_IN_ORDER.indexOf(key.slice(0, key.indexOf('/')));

const matches = (parent: ApiObject, job: ApiObject): boolean =>
  job.metadata.labels?.[UID_LABEL] === parent.metadata.uid && job.metadata.namespace === parent.metadata.namespace;

const ownerOf = ({ apiVersion, kind, metadata: { name, uid } }: ApiObject) => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});
