import { TypeCompiler } from '@sinclair/typebox/compiler';
import { specViolations } from '../../../src/api/validate.js';
import { KIND } from '../../../src/api/names.js';
import { Status } from '../../../src/api/status.js';
import { isoTime } from './iso-time.js';
import { type ApiObject, defaulted, type Json, keyOf, type Meta, same, withStatus } from './objects.js';
import type { VirtualTime } from '../virtual-time.js';

export type Reason = 'NotFound' | 'AlreadyExists' | 'Conflict' | 'Invalid' | 'Forbidden' | 'Unavailable';

/** A refusal by the API server. Not an Error: thousands are thrown, and their stacks are never read. */
export class Refusal {
  constructor(
    readonly reason: Reason,
    readonly message: string,
  ) {}
}

/** Who made the change: claims do not apply to what a user does. */
export type Actor = 'metacontroller' | 'job-controller' | 'kueue' | 'kubelet' | 'garbage-collector' | 'worker' | 'user';
export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface Change {
  before: ApiObject | undefined;
  after: ApiObject | undefined;
  actor: Actor;
}

export interface NewObject extends Omit<ApiObject, 'metadata'> {
  metadata: Pick<Meta, 'name' | 'namespace'> & Partial<Meta>;
}

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

const storedStatus = TypeCompiler.Compile(Status);

/** The part of the API server that the rest of the simulation needs: a store with its rules, and who watches it. */
export class ApiServer {
  #objects = new Map<string, Map<string, ApiObject>>();
  #watchers: ((change: Change) => void)[] = [];
  #version = 100;
  #uids = 0;
  /** While set, refuses status writes, like a broken status subresource or an overloaded server. */
  statusWritesFailUntil = 0;
  /** A policy of the cluster gives this time to live, in seconds, to every Job that is created without one. */
  jobTTL: number | undefined;
  /** While set, a webhook gives every new Job's containers one variable twice, with two values. */
  doublesVariable = false;
  /** While set, refuses to create Roles and RoleBindings, as to somebody who lacks what they grant. */
  rightsRefusedUntil = 0;
  /** Another controller's admission webhooks for Jobs: the spec that it makes of a new one, and why it refuses an update. */
  jobWebhook:
    | { admit(job: NewObject): Json | undefined; objection(before: ApiObject, after: ApiObject): string | undefined }
    | undefined;

  /** Until when a quota or a policy refuses to create objects of a kind. */
  readonly refusedUntil = new Map<string, number>();

  constructor(private readonly time: VirtualTime) {}

  watch(watcher: (change: Change) => void): void {
    this.#watchers.push(watcher);
  }

  list(kind: string): ApiObject[] {
    return [...(this.#objects.get(kind)?.values() ?? [])];
  }

  get(kind: string, namespace: string, name: string): ApiObject | undefined {
    return this.#objects.get(kind)?.get(`${namespace}/${name}`);
  }

  dependentsOf(uid: string): ApiObject[] {
    return [...this.#objects.values()].flatMap((objects) =>
      [...objects.values()].filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid)),
    );
  }

  hasUID(uid: string): boolean {
    return [...this.#objects.values()].some((objects) =>
      [...objects.values()].some(({ metadata }) => metadata.uid === uid),
    );
  }

  newUID(): string {
    return `00000000-0000-4000-8000-${String(++this.#uids).padStart(12, '0')}`;
  }

  create(object: NewObject, actor: Actor, options: { uid?: string; unchecked?: boolean } = {}): ApiObject {
    const { name, namespace } = object.metadata;
    if (this.get(object.kind, namespace, name)) throw new Refusal('AlreadyExists', `${object.kind} ${name} exists`);
    this.#admit(object);
    const uid = options.uid ?? this.newUID();
    const admitted =
      object.kind === 'Job' && this.jobWebhook ? { ...object, spec: this.jobWebhook.admit(object) } : object;
    const created = completed(admitted as NewObject, uid, this);
    if (object.kind === KIND && options.unchecked !== true) this.#validateSpec(created.spec);
    const stored: ApiObject = {
      ...created,
      metadata: {
        ...created.metadata,
        uid,
        resourceVersion: String(++this.#version),
        generation: 1,
        creationTimestamp: isoTime(this.time.now()),
      },
    };
    this.#store(undefined, stored, actor);
    return stored;
  }

  #admit({ kind, metadata: { namespace }, spec }: NewObject): void {
    if (this.time.now() < (this.refusedUntil.get(kind) ?? 0)) throw new Refusal('Forbidden', 'exceeded quota');
    const isRight = kind === 'Role' || kind === 'RoleBinding';
    if (isRight && this.time.now() < this.rightsRefusedUntil)
      throw new Refusal('Forbidden', 'attempting to grant RBAC permissions not currently held');
    const account = spec?.serviceAccountName as string | undefined;
    // The admission plugin ServiceAccount. The namespace has these two anyway.
    if (kind !== 'Pod' || account === undefined || account === 'default' || account === 'ddbctl-worker') return;
    if (!this.get('ServiceAccount', namespace, account))
      throw new Refusal('Forbidden', `error looking up service account ${namespace}/${account}`);
  }

  /** Replaces the object by what `change` makes of it; status by `updateStatus` only, as with the subresource. */
  update(
    current: ApiObject,
    change: (object: ApiObject) => ApiObject,
    actor: Actor,
    options: { resourceVersion?: string; unchecked?: boolean } = {},
  ): ApiObject {
    const live = this.#live(current);
    if (options.resourceVersion !== undefined && options.resourceVersion !== live.metadata.resourceVersion)
      throw new Refusal('Conflict', 'the object has been modified');
    const wanted = change(live);
    const specChanged = !same(wanted.spec, live.spec);
    if (specChanged && options.unchecked !== true) {
      if (live.kind === KIND) this.#validateSpec(wanted.spec, live.spec);
      if (live.kind === 'Job') validateJobUpdate(wanted.spec ?? {}, live.spec ?? {});
    }
    const objection = live.kind === 'Job' ? this.jobWebhook?.objection(live, wanted) : undefined;
    if (objection !== undefined) throw new Refusal('Invalid', objection);
    const granted = (object: ApiObject): unknown => [object.rules, object.roleRef, object.subjects];
    if (!specChanged && same(wanted.metadata, live.metadata) && same(granted(wanted), granted(live))) return live;
    const generation = live.metadata.generation + (specChanged ? 1 : 0);
    const next = withStatus({ ...wanted, metadata: { ...wanted.metadata, generation } }, live.status);
    return this.#storeOrRemove(live, next, actor);
  }

  updateStatus(
    current: ApiObject,
    status: Json | undefined,
    actor: Actor,
    options: { unchecked?: boolean } = {},
  ): ApiObject {
    const live = this.#live(current);
    if (live.kind === KIND && options.unchecked !== true) {
      if (this.time.now() < this.statusWritesFailUntil) throw new Refusal('Unavailable', 'status cannot be written');
      // The check is compiled; the search for what is wrong is not.
      const wrong = storedStatus.Check(status) ? undefined : storedStatus.Errors(status).First();
      if (wrong) throw new Refusal('Invalid', `status${wrong.path}: ${wrong.message}`);
    }
    if (same(status, live.status)) return live;
    return this.#storeOrRemove(live, withStatus(live, status), actor);
  }

  /** @param graceSeconds of a pod; 0 is `--force`. */
  delete(
    current: ApiObject,
    actor: Actor,
    { propagation = 'Background', graceSeconds }: { propagation?: Propagation; graceSeconds?: number } = {},
  ): void {
    const live = this.#live(current);
    // Each propagation replaces the one before.
    const finalizers = new Set(live.metadata.finalizers?.filter((name) => name !== FOREGROUND && name !== ORPHAN));
    if (propagation === 'Foreground') finalizers.add(FOREGROUND);
    if (propagation === 'Orphan') finalizers.add(ORPHAN);
    const scheduled = live.kind === 'Pod' && live.spec?.nodeName !== undefined;
    const over = live.status?.phase === 'Succeeded' || live.status?.phase === 'Failed';
    const grace = live.kind === 'Pod' ? (scheduled && !over ? (graceSeconds ?? 30) : 0) : undefined;
    const already = live.metadata.deletionTimestamp !== undefined;
    const { finalizers: _replaced, ...kept } = live.metadata;
    const metadata: Meta = {
      ...kept,
      ...(finalizers.size > 0 && { finalizers: [...finalizers] }),
      deletionTimestamp: live.metadata.deletionTimestamp ?? isoTime(this.time.now() + (grace ?? 0) * 1000),
      ...(grace !== undefined && { deletionGracePeriodSeconds: grace }),
      generation: live.metadata.generation + (already ? 0 : 1),
    };
    this.#storeOrRemove(live, { ...live, metadata }, actor);
  }

  removeFinalizer(current: ApiObject, name: string, actor: Actor): ApiObject | undefined {
    const live = this.get(current.kind, current.metadata.namespace, current.metadata.name);
    if (!live || live.metadata.uid !== current.metadata.uid) return undefined;
    const { finalizers, ...metadata } = live.metadata;
    if (!finalizers?.includes(name)) return live;
    const left = finalizers.filter((finalizer) => finalizer !== name);
    return this.#storeOrRemove(
      live,
      { ...live, metadata: left.length > 0 ? { ...metadata, finalizers: left } : metadata },
      actor,
    );
  }

  /** Removes an object as if it had never existed, like a restored etcd does with everything created later. */
  erase(current: ApiObject): void {
    const live = this.get(current.kind, current.metadata.namespace, current.metadata.name);
    if (live) this.#remove(live, 'user');
  }

  #live(current: ApiObject): ApiObject {
    const live = this.get(current.kind, current.metadata.namespace, current.metadata.name);
    if (!live || live.metadata.uid !== current.metadata.uid) throw new Refusal('NotFound', `${current.kind} is gone`);
    return live;
  }

  #storeOrRemove(before: ApiObject, after: ApiObject, actor: Actor): ApiObject {
    const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = after.metadata;
    if (deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && finalizers.length === 0) {
      this.#remove(before, actor);
      return after;
    }
    const stored = { ...after, metadata: { ...after.metadata, resourceVersion: String(++this.#version) } };
    this.#store(before, stored, actor);
    return stored;
  }

  #store(before: ApiObject | undefined, after: ApiObject, actor: Actor): void {
    let objects = this.#objects.get(after.kind);
    if (!objects) this.#objects.set(after.kind, (objects = new Map<string, ApiObject>()));
    objects.set(keyOf(after), after);
    this.#tell({ before, after, actor });
  }

  #remove(before: ApiObject, actor: Actor): void {
    this.#version++;
    this.#objects.get(before.kind)?.delete(keyOf(before));
    this.#tell({ before, after: undefined, actor });
  }

  #tell(change: Change): void {
    for (const watcher of this.#watchers) watcher(change);
  }

  #validateSpec(spec: unknown, old?: unknown): void {
    // Unknown fields are refused by a policy, which may be missing.
    const wrong = specViolations(spec, old).find(({ unknown }) => unknown !== 'field');
    if (wrong) throw new Refusal('Invalid', `${wrong.path}: ${wrong.message}`);
  }
}

interface Webhooks {
  jobTTL: number | undefined;
  doublesVariable: boolean;
}

function completed(object: NewObject, uid: string, webhooks: Webhooks): ApiObject {
  if (object.kind === KIND) {
    const { status: _dropped, ...rest } = object;
    return { ...rest, spec: defaulted(rest.spec ?? {}), status: { observedGeneration: -1 } } as ApiObject;
  }
  if (object.kind === 'Job') return { ...object, spec: defaultedJob(object, uid, webhooks), status: {} } as ApiObject;
  return object as ApiObject;
}

/** What the API server fills in at a Job's creation. */
function defaultedJob({ metadata, spec = {} }: NewObject, uid: string, { jobTTL, doublesVariable }: Webhooks): Json {
  const template = (spec.template ?? {}) as { metadata?: { labels?: object }; spec?: Json };
  const labels = {
    ...template.metadata?.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': metadata.name,
    'controller-uid': uid,
    'job-name': metadata.name,
  };
  return {
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    completions: 1,
    manualSelector: false,
    parallelism: 1,
    podReplacementPolicy: spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    suspend: false,
    ...(jobTTL !== undefined && { ttlSecondsAfterFinished: jobTTL }),
    ...spec,
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
    template: {
      ...template,
      metadata: { ...template.metadata, labels },
      spec: {
        dnsPolicy: 'ClusterFirst',
        restartPolicy: 'Never',
        schedulerName: 'default-scheduler',
        securityContext: {},
        terminationGracePeriodSeconds: 30,
        ...template.spec,
        containers: ((template.spec?.containers ?? []) as Json[]).map((container) => ({
          imagePullPolicy: 'IfNotPresent',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          ...container,
          ...(doublesVariable && { env: [...((container.env ?? []) as Json[]), ...DOUBLED] }),
        })),
      },
    },
  };
}

const DOUBLED = ['1', '2'].map((value) => ({ name: 'HTTP_PROXY', value }));

/** Whether a webhook has given it a variable twice. */
export const isDoubled = ({ spec }: ApiObject): boolean =>
  JSON.stringify(spec?.template ?? null).includes(JSON.stringify(DOUBLED).slice(1, -1));

const IMMUTABLE = ['template', 'selector', 'completions', 'completionMode', 'podFailurePolicy', 'manualSelector'];

function validateJobUpdate(next: Json, old: Json): void {
  for (const field of IMMUTABLE)
    if (!same(next[field], old[field])) throw new Refusal('Invalid', `spec.${field}: field is immutable`);
}
