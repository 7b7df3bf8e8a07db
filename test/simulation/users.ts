import {
  API_VERSION,
  GROUP,
  KIND,
  MODE_LABEL,
  PLURAL,
  REPORT_ANNOTATION,
  RESTARTS_ANNOTATION,
  RUN_LABEL,
  VELERO_LABEL,
} from '../../src/api/names.js';
import { readReport } from '../../src/api/validate.js';
import { ENV } from '../../src/api/worker.js';
import { jobName, runOf } from '../../src/operator/run-name.js';
import { isDoubled, type NewObject } from '../models/cluster/api-server.js';
import { conditionOf } from '../models/cluster/condition.js';
import type { Cluster } from '../models/cluster/cluster.js';
import { partitionOf } from '../models/cluster/environment.js';
import type { Action, HistoryPlan } from './commands.js';
import { FENCE_BLIND_MS } from '../models/cluster/fence-sight.js';
import { isoTime } from '../models/cluster/iso-time.js';
import { LAST_APPLIED } from '../models/cluster/merge.js';
import { NODE_MONITOR_GRACE, type Node } from '../models/cluster/nodes.js';
import { type ApiObject, controllerOf, isFinished, type Json, keyOf, same } from '../models/cluster/objects.js';

const NAMESPACE = 'default';
const NAME = 'orders.eu';
const COPY = 'orders-copy';
const SECOND = 'orders-two';
export const TARGET = {
  tableName: 'Orders',
  partitionValue: 'customer $(HOME)$$7',
  awsRegion: 'eu-central-1',
  endpointURL: 'http://dynamodb.local:8000',
};

const { partitionValue: _value, ...withoutValue } = TARGET;
const SECRET_TARGET = { ...withoutValue, partitionValueFrom: { secretKeyRef: { name: 'ddbctl-key', key: 'value' } } };
const SECRET = 'ddbctl-key/value';

/** A cache that lags longer than this may let a lost Job start again beside its own pod, where the worker may not look. */
const LAG_LIMIT_SECONDS = 55;

/** From a cache's return until what its lag has led to has stopped: an answer, the deletion of a Job, and its pod's grace. */
const LAG_SETTLES_SECONDS = 60;
/** From a jump until nothing is left that the old clock has measured: the draining of a Job, and its pod's grace. */
const CLOCK_SETTLES_SECONDS = 360;

/** Forged reports that may be recorded as an end, before a Job shows the truth. */
const FORGED_ENDS: readonly string[] = ['deleted', 'unseen deleted', 'failed', 'counted', 'huge'];

/** From the end of a replica until its last answer has been carried out. */
const LAST_ANSWER_MS = 1000;

/** Metacontroller's `--cache-flush-interval`. */
const CACHE_FLUSH_MS = 1_800_000;

/** From a first list that is old until the cache has caught up, and what it started by then has stopped. */
const WENT_BACK_SECONDS = 10;

/** Users and faults: carries out the commands of a history. */
export class Users {
  held = { lostNode: false, forgedReport: false, restored: false };
  #versions: ApiObject[] = [];
  #pendingRemovals: Node[] = [];
  #foreign = new Set<string>();
  #made = 0;
  #over = false;
  #tableFaultUntil = 0;
  #janitors = new Map<string, number>();

  constructor(
    private readonly cluster: Cluster,
    private readonly plan: HistoryPlan,
  ) {
    cluster.secrets.set(SECRET, TARGET.partitionValue);
    cluster.api.watch(({ after, before, actor }) => {
      const object = (after ?? before)!;
      if (after) this.#tidy(after);
      if (object.kind === 'Job' && !after && actor !== 'metacontroller' && actor !== 'job-controller')
        this.#noteUnseen(object);
      if (object.kind === KIND && object.metadata.name === NAME && after && this.#versions.at(-1) !== after)
        this.#versions.push(after);
    });
  }

  createParent(name = NAME, mode = this.plan.mode): void {
    const { permission, named, queued, ttl, deadline, backoffLimit, suspended, secret } = this.plan;
    this.cluster.api.create(
      {
        apiVersion: API_VERSION,
        kind: KIND,
        metadata: { name, namespace: NAMESPACE },
        spec: {
          ddbCtlDpJob: secret === true ? SECRET_TARGET : TARGET,
          ...(mode !== 'absent' && { mode }),
          ...(permission && named === true && { serviceAccountName: 'ddbctl-worker' }),
          ...(queued === true && { labels: { 'kueue.x-k8s.io/queue-name': 'deletions' } }),
          ...(ttl !== undefined && { ttlSecondsAfterFinished: ttl }),
          ...(deadline !== undefined && { activeDeadlineSeconds: deadline }),
          ...(suspended && { suspend: true }),
          backoffLimit,
        },
      },
      'user',
    );
  }

  get #parent(): ApiObject | undefined {
    return this.cluster.api.get(KIND, NAMESPACE, NAME);
  }

  get #jobs(): ApiObject[] {
    return this.cluster.api.list('Job').filter((job) => this.cluster.claims.isOurs(job));
  }

  perform(action: Action): void {
    const { cluster } = this;
    const { api, time, webhook, claims } = cluster;
    const { exceptions } = claims;
    const until = (seconds: number): number => time.now() + seconds * 1000;
    switch (action.do) {
      case 'suspend':
        return this.#edit((spec) => ({ ...spec, suspend: action.value }));
      case 'cancel':
        // As with an approval: nothing reveals a Job that no status mentions and no cache shows.
        if (this.#parent && this.#jobs.length > 0 && this.#parent.status?.job === undefined)
          exceptions.make('unseenJobTaken', this.#parent.metadata.uid);
        return this.#edit((spec) => ({ ...spec, cancel: true }));
      case 'approve':
        if (this.#parent && this.#countIsUnseen()) exceptions.make('approvedUnseen', this.#parent.metadata.uid);
        return this.#edit((spec) => ({ ...spec, mode: 'Execute' }));
      case 'edit':
        return this.#edit((spec) => edited(spec, action.field));
      case 'ttl':
        return this.#edit((spec) => ({ ...spec, ttlSecondsAfterFinished: action.seconds }));
      case 'deleteJob':
        for (const job of this.#jobs) {
          if (action.propagation === 'Orphan') this.#takePods(job);
          cluster.attempt(() => api.delete(job, 'user', { propagation: action.propagation }));
        }
        return;
      case 'deletePod':
        for (const pod of api.list('Pod')) {
          if (action.force) this.#takePod(pod);
          cluster.attempt(() => api.delete(pod, 'user', action.force ? { graceSeconds: 0 } : {}));
        }
        return;
      case 'killWorker':
        return cluster.nodes.killAll();
      case 'refuse':
        api.refusedUntil.set(action.kind, until(action.seconds));
        return;
      case 'refuseWorkers':
        cluster.workersRefusedUntil = until(action.seconds);
        return;
      case 'sidecar':
        cluster.nodes.sidecar = action.what;
        return;
      case 'janitor':
        this.#janitors.set(action.kind, action.seconds);
        return;
      case 'changeSecret':
        return this.#changeSecret();
      case 'second':
        return void cluster.attempt(() => this.createParent(SECOND, action.mode));
      case 'replica':
        return this.#secondReplica(action);
      case 'deleteParent': {
        const parent = this.#parent;
        if (!parent) return;
        if (action.propagation === 'Orphan') for (const job of this.#jobs) this.#takePods(job);
        cluster.attempt(() => api.delete(parent, 'user', { propagation: action.propagation }));
        return;
      }
      case 'recreateParent':
        return this.#whenFree(() => this.createParent());
      case 'restore':
        return this.#restore(action);
      case 'removeReport':
        for (const parent of api.list(KIND)) cluster.annotate(parent, { [REPORT_ANNOTATION]: undefined });
        return;
      case 'forgeReport':
        return this.#forgeReport(action.what);
      case 'forgeStatus':
        return this.#forgeStatus(action.what);
      case 'oldSpec':
        return this.#oldSpec(action.what);
      case 'foreignJob':
        return this.#foreignJob(action.what);
      case 'meddle':
        return this.#meddle(action.what);
      case 'outage':
        webhook.trouble = { until: until(action.seconds), kind: action.kind };
        return;
      case 'loseAnswers':
        webhook.answersToLose += action.count;
        cluster.metacontroller.resync();
        return;
      case 'repeat':
        return cluster.metacontroller.resync();
      case 'failStatusWrites':
        api.statusWritesFailUntil = until(action.seconds);
        return;
      case 'staleParents':
        if (action.seconds > LAG_LIMIT_SECONDS)
          exceptions.makeUntil('longLag', until(action.seconds + LAG_SETTLES_SECONDS));
        cluster.parents.freezeUntil(until(action.seconds));
        return;
      case 'staleJobs':
        if (action.seconds > LAG_LIMIT_SECONDS)
          exceptions.makeUntil('longLag', until(action.seconds + LAG_SETTLES_SECONDS));
        cluster.jobs.freezeUntil(until(action.seconds));
        return;
      case 'restartMetacontroller':
        if (action.listAge) exceptions.makeUntil('wentBack', until(WENT_BACK_SECONDS));
        // The list may be from before the end of a Job that is gone.
        for (const [parent, at] of claims.taken)
          if (time.now() - at <= (action.listAge ?? 0) * 1000) exceptions.make('unseenEndTaken', parent);
        return cluster.metacontroller.restart((action.listAge ?? 0) * 1000);
      case 'jobTTL':
        api.jobTTL = action.seconds;
        return;
      case 'doubleVariable':
        api.doublesVariable = action.value;
        return;
      case 'upgrade':
        return webhook.configure({ version: webhook.version + 1 });
      case 'policy':
        return webhook.configure({ allowed: action.allowed });
      case 'clock':
        exceptions.makeUntil('clockStepped', until(CLOCK_SETTLES_SECONDS));
        webhook.clockOffset += action.seconds * 1000;
        return;
      case 'loseNode':
        return this.#loseNode(action.seconds, action.then);
      case 'tableFault':
        cluster.table.fault = action.kind;
        this.#tableFaultUntil = until(action.seconds);
        time.after(action.seconds * 1000, () => {
          if (time.now() >= this.#tableFaultUntil) cluster.table.fault = undefined;
        });
        return;
      case 'newTable':
        cluster.table.tableId = `table-${++this.#made + 1}`;
        return;
      case 'write':
        for (const partition of this.cluster.table.partitions) cluster.table.write(partition, action.items);
        return;
      case 'permission':
        // A worker that loses the right keeps its token, and stops writing.
        cluster.permission = action.value;
        return;
      case 'kueue':
        return cluster.kueue[action.what](action.seconds);
      case 'refuseRights':
        api.rightsRefusedUntil = until(action.seconds);
        return;
      case 'takeRights':
        return this.#takeRights(action.what);
    }
  }

  /** Faults stop, and users clean up what they left behind. */
  settle(): void {
    const { api, webhook, table, nodes, parents, jobs, time } = this.cluster;
    this.#over = true;
    webhook.trouble = undefined;
    webhook.other = undefined;
    const { exceptions } = this.cluster.claims;
    // Where the old replica has answered last, nothing calls for another look before Metacontroller's next flush of its caches.
    if (exceptions.hasAny('mixed')) time.after(CACHE_FLUSH_MS, () => this.cluster.metacontroller.resync());
    this.#replicaDiffers({ mixed: false, clocksApart: false });
    this.#janitors.clear();
    api.refusedUntil.clear();
    this.cluster.workersRefusedUntil = 0;
    nodes.endSidecars();
    webhook.answersToLose = 0;
    api.statusWritesFailUntil = 0;
    api.rightsRefusedUntil = 0;
    this.cluster.kueue.full(0);
    parents.thaw();
    jobs.thaw();
    table.fault = undefined;
    for (const node of nodes.all) {
      if (node.connected) continue;
      if (this.#pendingRemovals.includes(node)) {
        const wait = Math.max(0, (node.lostAt ?? 0) + NODE_MONITOR_GRACE + 5000 - time.now());
        time.after(wait, () => nodes.remove(node));
      } else this.#restoreNode(node);
    }
    nodes.powerOff();
    time.after(60_000, () => nodes.powerOff());
    this.#tidyJobs();
    // What caches had yet to see when the faults stopped.
    time.after(60_000, () => this.#tidyJobs());
    this.#repairModes();
    this.#cancelUnreachable();
    // With ignoreStatusChanges, a forged status is not noticed before the next relist; everything else must resolve itself.
    if (this.cluster.claims.exceptions.hasAny('forged')) this.cluster.metacontroller.resync();
  }

  /** A mode that no version knows: neither the hook nor the worker can interpret it. */
  #repairModes(): void {
    const { api } = this.cluster;
    for (const parent of api.list(KIND)) {
      if (parent.spec?.mode !== 'Later') continue;
      const repaired = { ...parent.spec, mode: 'Execute' };
      this.cluster.attempt(() =>
        api.update(parent, (live) => ({ ...live, spec: repaired }), 'user', { unchecked: true }),
      );
    }
  }

  #secondReplica({ skew, old }: Extract<Action, { do: 'replica' }>): void {
    this.#replicaDiffers({ mixed: old, clocksApart: skew !== 0 });
    this.cluster.webhook.other = { clockOffset: skew * 1000, isOld: old };
  }

  /** In what the second replica differs from now on, if there is one. */
  #replicaDiffers(how: Record<'mixed' | 'clocksApart', boolean>): void {
    const { claims, time } = this.cluster;
    for (const exception of ['mixed', 'clocksApart'] as const) {
      if (how[exception]) claims.exceptions.make(exception);
      else if (claims.exceptions.has(exception))
        claims.exceptions.make(exception, undefined, time.now() + LAST_ANSWER_MS);
    }
  }

  /** No pause reaches a Job with a doubled variable: whoever reads that cancels it. */
  #cancelUnreachable(): void {
    const { api } = this.cluster;
    for (const parent of api.list(KIND)) {
      const isOfIt = (job: ApiObject): boolean => controllerOf(job)?.uid === parent.metadata.uid;
      if (parent.spec?.suspend !== true || !api.list('Job').some((job) => isOfIt(job) && isDoubled(job))) continue;
      this.cluster.attempt(() =>
        api.update(parent, (live) => ({ ...live, spec: { ...live.spec, cancel: true } }), 'user'),
      );
    }
  }

  /** The janitors, for what has just finished. */
  #tidy(object: ApiObject): void {
    const seconds = this.#janitors.get(object.kind);
    const phase = object.status?.phase;
    const isOver = object.kind === 'Job' ? isFinished(object) : phase === 'Succeeded' || phase === 'Failed';
    if (seconds === undefined || !isOver || object.metadata.deletionTimestamp !== undefined) return;
    this.cluster.time.after(seconds * 1000, () => this.cluster.attempt(() => this.cluster.api.delete(object, 'user')));
  }

  /** Its next value is another partition, which has items too. */
  #changeSecret(): void {
    const { secrets, claims, table } = this.cluster;
    if (this.plan.secret !== true) return;
    const target = { ...TARGET, partitionValue: `customer ${++this.#made}0` };
    secrets.set(SECRET, target.partitionValue);
    claims.partitions.add(partitionOf(target));
    table.add(partitionOf(target), 10);
  }

  /** Removes Jobs without an owner, and undoes what was done to ours. */
  #tidyJobs(): void {
    const { api, claims } = this.cluster;
    for (const job of api.list('Job')) {
      if (!claims.isOurs(job) || controllerOf(job) === undefined) this.cluster.attempt(() => api.delete(job, 'user'));
      else if (this.#foreign.delete(job.metadata.uid)) this.#repair(job);
    }
  }

  #repair(job: ApiObject): void {
    const { cluster } = this;
    cluster.attempt(() => {
      const template = job.spec?.template as { metadata?: { labels?: Record<string, string> } } | undefined;
      const run = template?.metadata?.labels?.[RUN_LABEL];
      cluster.api.update(
        job,
        (live) => ({
          ...live,
          spec: { ...live.spec, suspend: false },
          metadata: {
            ...live.metadata,
            labels: { ...live.metadata.labels, ...(run !== undefined && { [RUN_LABEL]: run }) },
            annotations: Object.fromEntries(
              Object.entries(live.metadata.annotations ?? {}).filter(
                ([key, value]) => key !== LAST_APPLIED || value.startsWith('{"'),
              ),
            ),
          },
        }),
        'user',
      );
    });
  }

  #edit(change: (spec: Json) => Json): void {
    const parent = this.#parent;
    if (parent)
      this.cluster.attempt(() =>
        this.cluster.api.update(parent, (live) => ({ ...live, spec: change(live.spec ?? {}) }), 'user'),
      );
  }

  /**
   * Whether nothing will reveal the count's Job in time: no status mentions a count, or the one that does knows no Job yet, and
   * caches lag by more than the restart delay, which bridges that.
   */
  #countIsUnseen(): boolean {
    const { spec, status = {} } = this.#parent ?? {};
    if (spec?.mode !== 'DryRun') return false;
    const { uid } = (status.job ?? {}) as { uid?: string };
    return status.mode !== 'DryRun' || (uid === undefined && this.cluster.claims.exceptions.has('longLag'));
  }

  /** Deletes the objects of one kind that grant workers their rights, or changes what they grant, or to whom. */
  #takeRights(what: Extract<Action, { do: 'takeRights' }>['what']): void {
    const { api, cluster } = { api: this.cluster.api, cluster: this.cluster };
    const kind = what === 'change' ? 'Role' : what === 'share' ? 'RoleBinding' : what;
    for (const right of api.list(kind)) {
      const { namespace } = right.metadata;
      const change: Partial<ApiObject> =
        what === 'change'
          ? { rules: [{ apiGroups: [GROUP], resources: [PLURAL], verbs: ['*'] }] }
          : { subjects: [...(right.subjects ?? []), { kind: 'ServiceAccount', name: 'eve', namespace }] };
      cluster.attempt(() =>
        what === kind
          ? api.delete(right, 'user')
          : void api.update(right, (live) => ({ ...live, ...change }), 'user', { unchecked: true }),
      );
    }
  }

  #takePods(job: ApiObject): void {
    for (const pod of this.cluster.api.list('Pod')) if (controllerOf(pod)?.uid === job.metadata.uid) this.#takePod(pod);
  }

  /** With a fence it stops in time by itself; without, it deletes until it ends. */
  #takePod({ metadata, spec }: ApiObject): void {
    const { claims, time } = this.cluster;
    const isFenced = spec?.automountServiceAccountToken !== false;
    claims.exceptions.make('takenAway', metadata.uid, isFenced ? time.now() + FENCE_BLIND_MS : Infinity);
  }

  /** Whether a Job that a user took away goes before Metacontroller's cache of the parent shows what is known of it. */
  #noteUnseen(job: ApiObject): void {
    const { api, parents, claims } = this.cluster;
    const parent = api.list(KIND).find(({ metadata }) => metadata.uid === controllerOf(job)?.uid);
    if (!parent || !claims.isOurs(job)) return;
    claims.taken.set(parent.metadata.uid, this.cluster.time.now());
    const seen = parents.get(keyOf(parent));
    const known = (seen?.status?.job as { uid?: string } | undefined)?.uid;
    if (known !== job.metadata.uid) claims.exceptions.make('unseenJobTaken', parent.metadata.uid);
    const ended = seen !== undefined && conditionOf(seen, 'Finished')?.status === 'True';
    if (!same(seen?.status, parent.status) || (isFinished(job) && !ended))
      claims.exceptions.make('unseenEndTaken', parent.metadata.uid);
  }

  /** Does it as soon as the name is free. */
  #whenFree(run: () => void, tries = 60): void {
    if (this.#over) return;
    if (this.#parent === undefined) return run();
    if (tries > 0) this.cluster.time.after(5000, () => this.#whenFree(run, tries - 1));
  }

  #restore({ kind, age, withStatus }: Extract<Action, { do: 'restore' }>): void {
    const version = this.#versions.at(-1 - Math.min(this.#versions.length - 1, age * age));
    if (!version) return;
    const { api, claims } = this.cluster;
    const put = (name: string, uid?: string): void => {
      const { annotations } = version.metadata;
      // Velero labels what it restores; whoever copies a resource, or restores it with another tool, does not.
      const labels =
        kind === 'Velero' ? { ...version.metadata.labels, [VELERO_LABEL]: 'shop' } : version.metadata.labels;
      const object: NewObject = {
        ...version,
        metadata: { name, namespace: NAMESPACE, ...(labels && { labels }), ...(annotations && { annotations }) },
      };
      this.cluster.attempt(() => {
        const created = api.create(object, 'user', { unchecked: true, ...(uid !== undefined && { uid }) });
        // A copy of a forged status is one.
        if (withStatus && claims.exceptions.has('forged', version.metadata.uid))
          claims.exceptions.make('forged', created.metadata.uid);
        if (withStatus && version.status) api.updateStatus(created, version.status, 'user', { unchecked: true });
        this.held.restored = true;
      });
    };
    if (kind === 'copy') return put(COPY);
    if (kind === 'new uid' || kind === 'Velero') {
      const parent = this.#parent;
      if (parent) this.cluster.attempt(() => api.delete(parent, 'user'));
      return this.#whenFree(() => put(NAME));
    }
    // Earlier statuses are as false as forged ones.
    claims.exceptions.make('forged', version.metadata.uid);
    const { jobs, parents } = this.cluster;
    if (parents.isFrozen || jobs.isFrozen || this.#jobs.some((job) => jobs.get(keyOf(job)) === undefined))
      claims.exceptions.make('approvedUnseen', version.metadata.uid);
    claims.rolledBack(version.metadata.uid);
    const parent = this.#parent;
    if (!parent) return put(NAME, version.metadata.uid);
    if (parent.metadata.uid !== version.metadata.uid) return;
    this.cluster.attempt(() => {
      const { deletionTimestamp: _deleted, ...metadata } = {
        ...version.metadata,
        generation: parent.metadata.generation + 1,
      };
      if (parent.metadata.deletionTimestamp !== undefined) return;
      const back = api.update(
        parent,
        (live) => ({
          ...live,
          spec: version.spec ?? {},
          metadata: { ...live.metadata, ...metadata, resourceVersion: live.metadata.resourceVersion },
        }),
        'user',
        { unchecked: true },
      );
      api.updateStatus(back, withStatus ? version.status : undefined, 'user', { unchecked: true });
      this.held.restored = true;
    });
  }

  #forgeReport(what: Extract<Action, { do: 'forgeReport' }>['what']): void {
    const parent = this.#parent;
    if (!parent) return;
    const { claims, time } = this.cluster;
    const mode = parent.spec?.mode === 'DryRun' ? 'DryRun' : 'Execute';
    const job = this.#jobs.at(-1)?.metadata.uid ?? 'nobody';
    const own = { parentUID: parent.metadata.uid, mode, jobUID: job, time: isoTime(time.now()), final: true };
    const forgeries: Record<typeof what, () => unknown> = {
      deleted: () => ({
        ...own,
        outcome: 'PartitionDeleted',
        exitCode: 0,
        verifiedEmpty: true,
        receipt: 'Zm9yZ2Vk.Zm9yZ2Vk.Zm9yZ2Vk',
      }),
      'unseen deleted': () => ({
        ...own,
        jobUID: 'nobody',
        outcome: 'PartitionDeleted',
        exitCode: 0,
        verifiedEmpty: true,
      }),
      target: () => ({ ...own, jobUID: 'nobody', final: false, target: { tableId: 'x', digest: '0'.repeat(64) } }),
      later: () => ({ ...own, time: '9998-01-01T00:00:00Z', final: false, progress: { itemsFound: 1 } }),
      failed: () => ({ ...own, outcome: 'TableNotFound', exitCode: 5, message: 'x'.repeat(1024) }),
      counted: () => ({ ...own, mode: 'DryRun', outcome: 'DryRunComplete', exitCode: 0, progress: { itemsFound: 3 } }),
      'other uid': () => ({ ...own, parentUID: '99999999-0000-4000-8000-000000000000' }),
      running: () => ({ ...own, final: false, progress: { itemsFound: 9_007_199_254_740_991 } }),
      garbage: () => 'not JSON {',
      'broken fields': () => ({ ...own, final: 'yes', time: 7, jobUID: null, progress: [], target: 'x', exitCode: -1 }),
      huge: () => ({
        ...own,
        outcome: 'Incomplete',
        message: '€'.repeat(100_000),
        target: { tableId: 'z'.repeat(9999), digest: 'no' },
      }),
    };
    const forged = forgeries[what]();
    const text = typeof forged === 'string' ? forged : JSON.stringify(forged);
    // Others change no state, or only one in which nothing runs.
    if (FORGED_ENDS.includes(what)) claims.exceptions.make('forged', parent.metadata.uid);
    if (this.#isOnlyEnd(parent)) claims.exceptions.make('unseenEndTaken', parent.metadata.uid);
    claims.forgedReports.add(text);
    if (this.cluster.annotate(parent, { [REPORT_ANNOTATION]: text })) this.held.forgedReport = true;
  }

  /** Whether nothing but its worker's report shows how this run ended. */
  #isOnlyEnd({ metadata, spec, status }: ApiObject): boolean {
    const text = metadata.annotations?.[REPORT_ANNOTATION] ?? '';
    const report = readReport(text);
    const isOfRun = report?.parentUID === metadata.uid && report.mode === (spec?.mode ?? 'Execute');
    if (!isOfRun || report.final !== true || this.cluster.claims.forgedReports.has(text)) return false;
    return (
      conditionOf({ status }, 'Finished')?.status !== 'True' &&
      !this.#jobs.some((job) => job.metadata.uid === report.jobUID && isFinished(job))
    );
  }

  #forgeStatus(what: Extract<Action, { do: 'forgeStatus' }>['what']): void {
    const parent = this.#parent;
    if (!parent) return;
    const { api, claims } = this.cluster;
    const now = isoTime(this.cluster.time.now());
    const condition = (type: string, status: string, reason: string) => ({
      type,
      status,
      reason,
      message: '',
      lastTransitionTime: now,
    });
    const mode = parent.spec?.mode ?? 'Execute';
    const was = parent.status ?? {};
    const forgeries: Record<typeof what, () => Json> = {
      finished: () => ({
        mode,
        conditions: [
          condition('Finished', 'True', 'PartitionDeleted'),
          condition('Succeeded', 'True', 'PartitionDeleted'),
        ],
      }),
      running: () => ({ ...was, mode, conditions: [condition('Finished', 'False', 'Running')] }),
      restart: () => ({
        ...was,
        restarts: 2147483647,
        restart: { notBefore: '2099-01-01T00:00:00Z', ordinal: 2147483647 },
        job: { name: 'x' },
      }),
      draining: () => ({ ...was, drainingSince: '2001-01-01T00:00:00Z' }),
      job: () => ({ ...was, job: { name: 'nobody', uid: 'nobody' } }),
      empty: () => ({}),
      garbage: () => ({
        conditions: 'none',
        mode: 7,
        job: [],
        restart: { notBefore: 'never', ordinal: 'x' },
        completionTime: '2026-99-99T00:00:00Z',
      }),
      huge: () => ({
        ...was,
        conditions: [
          { ...condition('Finished', 'False', 'x'.repeat(5000)), message: 'y'.repeat(9999) },
          null,
          7,
          condition('Finished', 'Maybe', ''),
        ],
      }),
      target: () => ({ ...was, target: { tableId: 'another', digest: '0'.repeat(64) } }),
    };
    claims.exceptions.make('forged', parent.metadata.uid);
    // A user removed what was recorded.
    if (['empty', 'running', 'garbage', 'huge'].includes(what)) claims.rolledBack(parent.metadata.uid);
    this.cluster.attempt(() => api.updateStatus(parent, forgeries[what](), 'user', { unchecked: true }));
  }

  /** A spec as an older or newer schema accepted it. */
  #oldSpec(what: Extract<Action, { do: 'oldSpec' }>['what']): void {
    const parent = this.#parent;
    if (!parent) return;
    const change: Record<typeof what, (spec: Json) => Json> = {
      mode: (spec) => ({ ...spec, mode: spec.mode === 'DryRun' ? 'DryRun' : 'Later' }),
      table: (spec) => ({ ...spec, ddbCtlDpJob: { ...(spec.ddbCtlDpJob as Json), tableName: '!' } }),
      empty: () => ({}),
      unknown: (spec) => ({ ...spec, dryRun: true }),
    };
    // The API server lets anyone write an unknown field: that is no forgery.
    if (what !== 'unknown') this.cluster.claims.exceptions.make('forged', parent.metadata.uid);
    this.cluster.specChanged = true;
    this.cluster.attempt(() =>
      this.cluster.api.update(parent, (live) => ({ ...live, spec: change[what](live.spec ?? {}) }), 'user', {
        unchecked: true,
      }),
    );
  }

  #foreignJob(what: Extract<Action, { do: 'foreignJob' }>['what']): void {
    const parent = this.#parent;
    if (!parent) return;
    const { uid } = parent.metadata;
    const mode = parent.spec?.mode === 'DryRun' ? 'DryRun' : 'Execute';
    const run = what === 'other run' ? '0123456789' : runOf(uid, mode);
    const labels: Record<string, string> = {
      ...(what !== 'not adopted' && { 'controller-uid': uid }),
      ...(what !== 'no label' && { [RUN_LABEL]: run, [MODE_LABEL]: mode }),
      [`${GROUP}/evil`]: 'yes',
    };
    const env = [
      { name: ENV.parentUID, value: uid },
      { name: ENV.mode, value: mode },
      { name: ENV.tableName, value: TARGET.tableName },
      { name: ENV.partitionValue, value: 'another' },
      { name: ENV.region, value: TARGET.awsRegion },
      { name: ENV.endpointURL, value: TARGET.endpointURL },
    ];
    const container =
      what === 'other target' ? { args: ['delete-partition'], env } : { image: 'evil', command: ['sh'] };
    const template = {
      metadata: { labels },
      spec: { containers: [{ name: 'worker', ...container }], hostNetwork: true },
    };
    const hasOurName = what === 'our name' || what === 'other target';
    this.cluster.attempt(() => {
      this.cluster.api.create(
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: {
            name: hasOurName ? jobName(parent.metadata.name, run) : `foreign-${++this.#made}`,
            namespace: NAMESPACE,
            labels,
            annotations: { [LAST_APPLIED]: '{"kind":"Secret","apiVersion":"v1"}' },
          },
          spec: { template, ...(what === 'suspended' && { suspend: true }) },
        },
        'user',
      );
    });
  }

  #meddle(what: Extract<Action, { do: 'meddle' }>['what']): void {
    const job = this.#jobs.at(-1);
    if (!job || isFinished(job)) return;
    const { cluster } = this;
    this.#foreign.add(job.metadata.uid);
    const { exceptions } = cluster.claims;
    exceptions.make('handled', job.metadata.uid);
    const owner = controllerOf(job)?.uid;
    const spec = (change: Json) =>
      cluster.attempt(() =>
        cluster.api.update(job, (live) => ({ ...live, spec: { ...live.spec, ...change } }), 'user'),
      );
    const labels = (change: Record<string, string>) =>
      cluster.attempt(() =>
        cluster.api.update(
          job,
          (live) => ({ ...live, metadata: { ...live.metadata, labels: { ...live.metadata.labels, ...change } } }),
          'user',
        ),
      );
    switch (what) {
      case 'suspend':
        return void spec({ suspend: true });
      case 'resume':
        // A drained Job is made to run again, whatever was recorded about it.
        exceptions.make('unseenEndTaken', owner);
        return void spec({ suspend: false });
      case 'lastApplied':
        return void cluster.annotate(job, {
          [LAST_APPLIED]: JSON.stringify({ spec: { template: null, backoffLimit: 1 }, kind: 'Secret' }),
        });
      case 'badLastApplied':
        return void cluster.annotate(job, { [LAST_APPLIED]: 'no JSON' });
      case 'restarts':
        return void cluster.annotate(job, { [RESTARTS_ANNOTATION]: '-7e99' });
      case 'runLabel':
        return void labels({ [RUN_LABEL]: 'nobody' });
      case 'selectorLabel':
        this.#takePods(job);
        // Metacontroller releases it when it sees the label: what it has seen of the Job by then is unknown.
        exceptions.make('unseenEndTaken', owner);
        return void labels({ 'controller-uid': 'nobody' });
    }
  }

  #restoreNode(node: Node): void {
    const { nodes, claims, time } = this.cluster;
    nodes.restore(node);
    claims.exceptions.make('lostNodes', node.name, time.now() + FENCE_BLIND_MS);
  }

  /** The node of the worker that runs, or of the next one that does. */
  #loseNode(seconds: number, then: 'returns' | 'is removed', tries = 120): void {
    const { nodes, time, claims } = this.cluster;
    const node = nodes.nodeInUse();
    if (!node) {
      if (tries > 0 && !this.#over) time.after(1000, () => this.#loseNode(seconds, then, tries - 1));
      return;
    }
    this.held.lostNode = true;
    claims.exceptions.make('lostNodes', node.name);
    nodes.lose(node);
    const { lostAt } = node;
    // A Node object goes no sooner than its monitor has given it up.
    const wait = then === 'returns' ? seconds * 1000 : Math.max(seconds * 1000, NODE_MONITOR_GRACE + 5000);
    if (then === 'is removed') this.#pendingRemovals.push(node);
    time.after(wait, () => {
      if (node.lostAt !== lostAt) return;
      if (then === 'returns') this.#restoreNode(node);
      else nodes.remove(node);
    });
  }
}

function edited(spec: Json, field: Extract<Action, { do: 'edit' }>['field']): Json {
  const { mode: _mode, cancel: _cancel, ...rest } = spec;
  const changes: Record<typeof field, () => Json> = {
    removeMode: () => ({ ...rest, ...(spec.cancel === true && { cancel: true }) }),
    dryRun: () => ({ ...spec, mode: 'DryRun' }),
    uncancel: () => ({ ...spec, cancel: false }),
    target: () => ({ ...spec, ddbCtlDpJob: { ...(spec.ddbCtlDpJob as Json), tableName: 'Customers' } }),
    backoffLimit: () => ({ ...spec, backoffLimit: 7 }),
    caps: () => ({ ...spec, nodeSelector: { disk: 'fast' } }),
    deadline: () => ({ ...spec, activeDeadlineSeconds: 30 }),
    label: () => ({ ...spec, labels: { 'kueue.x-k8s.io/queue-name': 'q' } }),
  };
  return changes[field]();
}
