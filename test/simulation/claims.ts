import { unknownFields } from '../../src/api/unknown-fields.js';
import { readReport } from '../../src/api/validate.js';
import { CompositeRequest, CompositeResponse, FinalizeResponse } from '../../src/api/hooks.js';
import {
  CONTAINER,
  GROUP,
  JOBS,
  KIND,
  MODE_LABEL,
  PLURAL,
  PREBUILT_WORKLOAD_LABEL,
  QUEUE_LABEL,
  REPORT_ANNOTATION,
  RIGHTS,
  RUN_LABEL,
  VELERO_LABEL,
} from '../../src/api/names.js';
import { ENV } from '../../src/api/worker.js';
import { MODES } from '../../src/api/states.js';
import { jobName, runOf } from '../../src/operator/run-name.js';
import type { TargetIdentity } from '../../src/api/status.js';
import { isSameTarget } from '../../src/worker/parent.js';
import { createValidator, pathOf } from '../../src/webhook/validation.js';
import { type Actor, type ApiServer, type Change, isDoubled, type Refusal } from '../models/cluster/api-server.js';
import {
  type ApiObject,
  controllerOf,
  hasCondition,
  isDrained,
  isFinished,
  type Json,
  RIGHT_KINDS,
  same,
} from '../models/cluster/objects.js';
import { conditionOf } from '../models/cluster/condition.js';
import { workerContainer } from '../models/cluster/environment.js';
import { EPOCH } from '../models/cluster/iso-time.js';
import { FENCE_BLIND_MS, FENCE_SIGHT_MS, FenceSight, IN_FLIGHT_MS } from '../models/cluster/fence-sight.js';
import type { VirtualTime } from '../models/virtual-time.js';
import type { Call } from '../models/cluster/webhook.js';
import type { Worker } from '../models/cluster/worker.js';
import { type Exception, Exceptions } from './exceptions.js';
import { foresight } from './foresight.js';
import { Tally } from './tally.js';
import { wrongWhileUnready } from './unready.js';

/** What must hold in every history. Each planted bug must break one of these claims, and many histories must give each an occasion. */
const CLAIMS = {
  'one-undrained-job': 'at most one undrained Job per parent',
  'one-deleting-pod': 'at most one deleting pod: once another took over, the former never deletes again',
  'finished-is-final': 'after Finished is recorded for Execute, no item is ever deleted by this CR again',
  'verified-stays': 'what a worker reported as verified empty is never deleted from again by the same Job',
  'nothing-after-cancelled': 'nothing is deleted after Cancelled',
  'only-the-target': 'nothing outside the target is ever deleted',
  'same-target': 'who begins after a target was reported deletes from that one only: the same table id and key',
  'dry-run-writes-nothing': 'a DryRun deletes nothing',
  'paused-builds-nothing': 'no Job is created for a resource that is seen as suspended',
  'policy-builds-nothing': 'what policy forbids is neither built nor resumed',
  'restored-builds-nothing': 'no Job is created for a restored resource',
  'unknown-builds-nothing': 'no Job is created for a spec with an unknown field',
  'runs-on': 'a Job that nobody asked to stop is not stopped',
  'stops-when-asked': 'a Job is stopped that is to be paused, cancelled or deleted, or whose run has finished',
  'stopped-once': 'a Job that is to stop is told so once, and not again and again',
  'rests-while-suspended': 'nothing is deleted while Suspended is recorded for a resource that asks for it',
  'missing-is-told': 'a Job that is asked for and does not appear is said to be missing after two minutes',
  'restart-waits': 'a seen Job is created again only when a recorded restart is due',
  'kept-until-ttl':
    'a finished Job stays until its outcome is in the status and its TTL and ten minutes are over, and then goes',
  'fence-holds': 'a pod with a token deletes only on a fresh answer, and stops in time for what it must see',
  'template-unchanged': "no observed Job's template or limits are changed",
  'no-key-in-refusals': 'nothing is sent that the API server must refuse by quoting a key',
  'jobs-go-drained':
    'a Job disappears only drained, after five minutes, by the hands of a user, or where no suspension reaches it',
  'own-children-only':
    "an answer holds only Jobs of the parent's namespace, observed ones as observed, or out of their queue, and ours; and exactly the rights of their workers",
  'rights-come-first': 'a Job with a token is made only when its worker has its rights',
  'rights-stay': 'a Job that may have a pod keeps its rights, and gets them back',
  'rights-go': 'no rights are left over when no Job may run',
  'no-forged-success': 'success is recorded only if a worker of ours exited with 0, having verified',
  'count-is-frozen': 'a count that was recorded never changes',
  'receipt-stays': 'a receipt that was recorded never changes',
  'running-is-true': 'Running is said only once a worker that may report has reached its table',
  'unready-is-told':
    'a Job whose only ready pod is gone is said to be at work for two minutes at most, and is looked at again by then',
  'counts-are-true':
    'no more is recorded as deleted than was deleted, and at the end exactly that, unless the count is marked',
  'counts-do-not-fall': 'what a run has deleted does not become less, whatever a report says',
  'known-reports': 'a target is taken only from the report of a Job that was seen',
  'true-outcome': 'the recorded outcome is what happened',
  'status-accepted': 'the API server accepts every status',
  converges: 'left alone, every history ends as it was asked to, within bounded time',
  'fixed-point': 'at the end nothing is written any more, and status is a fixed point',
  'deleted-goes': 'a deleted CR is gone within bounded time',
  'same-bytes': 'the same input gives the same bytes',
  'looks-in-time': 'an answer asks to be called again before time alone would change it',
  'no-null-children': 'no answer lets null into children',
  'valid-answers': 'every answer is as its schema says',
  'never-throws': 'whatever the API server stored gets an answer',
} as const;
export type Claim = keyof typeof CLAIMS;
export const CLAIM_NAMES = Object.keys(CLAIMS) as Claim[];

export interface Violation {
  claim: Claim;
  at: number;
  detail: string;
}

const DRAIN_LIMIT_MS = 300_000;

/** The time from reading the caches to writing the resulting status. */
const IN_FLIGHT_ANSWER_MS = 500;

const ajv = createValidator();
const schemas = {
  request: ajv.compile(CompositeRequest),
  sync: ajv.compile(CompositeResponse),
  finalize: ajv.compile(FinalizeResponse),
};

/** What is wrong with a value according to one of the hooks' schemas; undefined if it is valid. */
function wrongIn(schema: keyof typeof schemas, value: unknown): string | undefined {
  const validate = schemas[schema];
  if (validate(value)) return undefined;
  const error = validate.errors?.[0];
  return error && `${pathOf(error)}: ${error.message}`;
}

interface Recorded {
  at: number;
  reason: string;
  /** The resource's version when its end was last recorded. */
  version: number;
  /** The answer did not know the status that it replaced, and no later one has known this end. */
  isBlind: boolean;
  /** No Job was there: only its report shows the end. */
  isOnlyReported: boolean;
}

export class Claims {
  violations: Violation[] = [];
  readonly tally = new Tally();
  readonly exceptions: Exceptions;
  staleParents = 0;
  staleDrops = 0;
  forgedReportsSeen = 0;
  #ours = new Set<string>();
  /** When a right was last removed. */
  #rightsGone = new Map<string, number>();
  #finished = new Map<string, Recorded>();
  /** The version of each resource that the last answer was given to. */
  #lastSeen = new Map<string, number>();
  /** The version of each resource with its last status. */
  #written = new Map<string, number>();
  /** Which ends a user wrote, with a restored status. */
  #toldByUser = new Set<string>();
  #lastWorker = new Map<string, Worker>();
  #retired = new Set<Worker>();
  #verified = new Set<string>();
  #exitedWell = new Set<string>();
  /** Jobs of which a worker has reached its table. */
  #reached = new Set<string>();
  /** The workers that have reached their table, for each parent. */
  #workers = new Map<string, Worker[]>();
  /** How many items were deleted for each parent. */
  #deleted = new Map<string, number>();
  /** Parents whose counts nobody can vouch for: copies of others, for instance. */
  #foreignCounts = new Set<string>();
  #fences = new FenceSight();
  /** The Job whose worker reported that it verified, for each parent whose report nobody else has touched since. */
  #reported = new Map<string, string>();
  /** The first target that a worker reported, with the time, for each parent whose report and status nobody else has touched since. */
  #targets = new Map<string, { target: TargetIdentity; at: number }>();
  /** When a resource was last set back to an earlier state. */
  #rolledBack = new Map<string, number>();
  /** How many times a Job was suspended for one generation of its resource. */
  #words = new Map<string, number>();
  /** Since when Suspended is recorded for what a resource asks. */
  #suspended = new Map<string, { at: number; generation: number }>();
  forgedReports = new Set<string>();
  /** The only partitions that may lose items: several if a Secret tells which one is meant, and changes. */
  readonly partitions = new Set<string>();
  /** When a user last removed a Job, for each parent. */
  readonly taken = new Map<string, number>();

  constructor(
    private readonly api: ApiServer,
    private readonly time: VirtualTime,
    /** The partition that may lose items. */
    partition: string,
  ) {
    this.partitions.add(partition);
    this.exceptions = new Exceptions(time);
    api.watch((change) => this.#changed(change));
  }

  broken(claim: Claim, detail: string): void {
    if (this.violations.length < 20) this.violations.push({ claim, at: this.time.now(), detail });
  }

  /** There is an occasion to judge a claim; `isMet`: what it presupposes is the case. */
  judge(claim: Claim, isMet = true): void {
    this.tally.judge(claim, isMet);
  }

  isOurs(job: ApiObject): boolean {
    return this.#ours.has(job.metadata.uid);
  }

  /** The stored object was reset to an earlier state: what was recorded since is void. */
  rolledBack(uid: string): void {
    this.#finished.delete(uid);
    this.#rolledBack.set(uid, this.time.now());
  }

  /** What the worker knows now may be recorded from its last report, before its process has exited. */
  succeeded(worker: Worker): void {
    this.#verified.add(`${worker.target.parentUID}/${worker.target.mode}`);
  }

  /** It has found its table. */
  reached(worker: Worker): void {
    const { jobUID, parentUID, mode } = worker.target;
    this.judge('dry-run-writes-nothing', mode === 'DryRun');
    this.#reached.add(jobUID);
    const others = this.#workers.get(parentUID) ?? [];
    // Of two at once, as after an orphaned Job or on a lost node, neither need know of the other.
    if (others.some(({ ended }) => !ended)) this.#foreignCounts.add(parentUID);
    this.#workers.set(parentUID, [...others, worker]);
  }

  /** Its process has ended. */
  exited(worker: Worker, code: number): void {
    const { parentUID, mode } = worker.target;
    if (code === 0) this.#exitedWell.add(`${parentUID}/${mode}`);
    if (worker.hasRequests) this.exceptions.make('killed', worker.pod.metadata.uid, this.time.now() + IN_FLIGHT_MS);
  }

  #changed({ before, after, actor }: Change): void {
    const object = (after ?? before)!;
    if (object.kind === 'Job') this.#jobChanged(object, { before, after, actor });
    if (isRight(object) && !after) this.#rightsGone.set(`${object.kind}/${object.metadata.name}`, this.time.now());
    if (object.kind === KIND && actor !== 'metacontroller' && !same(before?.status?.progress, after?.status?.progress))
      this.#foreignCounts.add(object.metadata.uid);
    if (object.kind === KIND) this.#reportChanged(object.metadata.uid, before, after, actor);
    if (object.kind === KIND && actor === 'user') this.#statusByUser(before, after);
    if (object.kind === KIND && before && !after) this.judge('deleted-goes');
    if (object.kind === KIND) this.#fences.parentChanged(object.metadata.uid, after, this.time.now());
    if (object.kind === KIND && after && actor === 'metacontroller' && after.status !== before?.status)
      this.#statusWritten(after, before);
  }

  #jobChanged(job: ApiObject, { before, after, actor }: Change): void {
    const { uid, name } = job.metadata;
    if (!before && actor === 'metacontroller') {
      this.#ours.add(uid);
      this.#authorized(job);
      // A replica that knew no expected target knew no rights either.
      if (this.exceptions.has('mixed') && !namesTarget(job) && !mountsToken(job)) this.exceptions.make('mixed', uid);
    }
    if (after && actor === 'user' && before && after.spec?.suspend !== before.spec?.suspend) this.#handled(after);
    if (before && after && actor === 'metacontroller') {
      if (this.isOurs(after)) this.#updated(before, after);
      // Whoever made it.
      this.#told(before, after);
    }
    if (!after && this.isOurs(job)) this.judge('kept-until-ttl');
    if (!after && actor === 'job-controller' && this.isOurs(job))
      this.broken('kept-until-ttl', `${name} is removed by a TTL of the Job's own`);
    const parent = controllerOf(job)?.uid;
    if (after && parent !== undefined && actor !== 'user') this.#countJobs(parent);
  }

  /** A user suspended or resumed this Job; the operator may have recorded before that it stops. */
  #handled(job: ApiObject): void {
    const { uid } = job.metadata;
    this.exceptions.make('handled', uid);
    const owner = this.api.list(KIND).find(({ metadata }) => metadata.uid === controllerOf(job)?.uid);
    const state = owner && conditionOf(owner, 'Finished')?.reason;
    const isStopped = ['Suspending', 'Suspended', 'Cancelling', 'Cancelled'].includes(state ?? '');
    if (isStopped && job.spec?.suspend !== true) this.exceptions.make('resumed', uid);
  }

  #statusByUser(before: ApiObject | undefined, after: ApiObject | undefined): void {
    if (!after || same(before?.status, after.status)) return;
    const { metadata, status } = after;
    const { uid } = metadata;
    const { mode, target } = status ?? {};
    if (before?.status?.target !== undefined && target === undefined) this.#targets.delete(uid);
    if (conditionOf({ status }, 'Succeeded')?.status === 'True') this.#toldByUser.add(`${uid}/${String(mode)}`);
  }

  #reportChanged(uid: string, before: ApiObject | undefined, after: ApiObject | undefined, actor: Actor): void {
    const text = after?.metadata.annotations?.[REPORT_ANNOTATION];
    if (text === before?.metadata.annotations?.[REPORT_ANNOTATION]) return;
    const report = readReport(text);
    if (actor !== 'worker') {
      // Where a user removes the report of an attempt before it is recorded, nothing shows that there was one.
      this.#foreignCounts.add(uid);
      this.#reported.delete(uid);
      this.#targets.delete(uid);
      return;
    }
    if (report?.target && !this.#targets.has(uid))
      this.#targets.set(uid, { target: report.target, at: this.time.now() });
    if (report?.verifiedEmpty !== true || report.jobUID === undefined) return;
    this.judge('verified-stays');
    this.#reported.set(uid, report.jobUID);
  }

  #updated(before: ApiObject, after: ApiObject): void {
    const { suspend: _before, ...was } = before.spec ?? {};
    const { suspend: _after, ...is } = after.spec ?? {};
    this.judge('template-unchanged');
    if (!same(was, is)) this.broken('template-unchanged', `the spec of ${after.metadata.name} was changed`);
  }

  /** Whoever resumes it: telling it for ever starves all other resources. */
  #told(before: ApiObject, after: ApiObject): void {
    const { uid, name } = after.metadata;
    const owner = this.api.list(KIND).find(({ metadata }) => metadata.uid === controllerOf(after)?.uid);
    if (before.spec?.suspend === true || after.spec?.suspend !== true || this.exceptions.has('handled', uid)) return;
    const word = `${uid}/${owner?.metadata.generation}`;
    const times = (this.#words.get(word) ?? 0) + 1;
    this.#words.set(word, times);
    this.judge('stopped-once');
    if (times > 3) this.broken('stopped-once', `${name} is suspended for the ${times}th time`);
  }

  #countJobs(parent: string): void {
    const { exceptions } = this;
    const all = this.api
      .list('Job')
      .filter((job) => this.isOurs(job) && controllerOf(job)?.uid === parent && !isDrained(job) && !this.#hangs(job));
    const undrained = all.filter((job) => !exceptions.has('handled', job.metadata.uid));
    this.judge('one-undrained-job', undrained.length > 0);
    if (all.length > 1 && undrained.length < 2) exceptions.count('handled');
    if (undrained.length > 1 && !exceptions.excuse(['approvedUnseen', parent]))
      this.broken('one-undrained-job', undrained.map(({ metadata }) => metadata.name).join(' and '));
  }

  /** Its deletion has been stuck for at least five minutes: such a Job blocks nothing. */
  #hangs({ metadata }: ApiObject, now = new Date(EPOCH + this.time.now())): boolean {
    if (metadata.deletionTimestamp === undefined) return false;
    const hangs = now.getTime() - Date.parse(metadata.deletionTimestamp) >= DRAIN_LIMIT_MS;
    return hangs || this.exceptions.excuse(['clockStepped']);
  }

  #count(parent: string, items: number): void {
    this.#deleted.set(parent, (this.#deleted.get(parent) ?? 0) + items);
  }

  /** What a status says of what was deleted. A stale cache may show an older count for a while: what stays must be true. */
  counted({ metadata, status = {} }: ApiObject, isOver: boolean): void {
    const { itemsDeleted, atLeast } = (status.progress ?? {}) as { itemsDeleted?: number; atLeast?: boolean };
    if (status.mode !== 'Execute' || itemsDeleted === undefined) return;
    if (this.#foreignCounts.has(metadata.uid)) return;
    this.judge('counts-are-true');
    const deleted = this.#deleted.get(metadata.uid) ?? 0;
    const isWrong = itemsDeleted > deleted || (isOver && itemsDeleted < deleted && atLeast !== true);
    if (isWrong && !this.exceptions.excuse(['forged', metadata.uid]))
      this.broken('counts-are-true', `${itemsDeleted} deleted are recorded, and there were ${deleted}`);
  }

  /** Of what the request showed: a status that was written from an older look may still show less for a while. */
  #countsGoOn({ metadata, status: before = {} }: ApiObject, after: Json): void {
    if (before.mode !== 'Execute' || after.mode !== 'Execute') return;
    const deletedIn = ({ progress }: Json): number => Number((progress as Json | undefined)?.itemsDeleted ?? 0);
    const [was, is] = [deletedIn(before), deletedIn(after)];
    this.judge('counts-do-not-fall', was > 0);
    if (is < was && !this.exceptions.excuse(['forged', metadata.uid]))
      this.broken('counts-do-not-fall', `${was} deleted became ${is}`);
  }

  #statusWritten(parent: ApiObject, before: ApiObject | undefined): void {
    const { uid } = parent.metadata;
    const written = this.#written.get(uid) ?? 0;
    this.#written.set(uid, Number(parent.metadata.resourceVersion));
    this.judge('status-accepted');
    this.counted(parent, false);
    this.#suspensionWritten(parent);
    const finished = conditionOf(parent, 'Finished');
    const mode = parent.status?.mode;
    if (finished?.status !== 'True') return this.#unfinishedWritten(parent, finished?.reason);
    // The answer was on its way when the Job was taken.
    if (this.time.now() - (this.taken.get(uid) ?? -Infinity) < IN_FLIGHT_ANSWER_MS)
      this.exceptions.make('unseenEndTaken', uid);
    const known =
      before !== undefined && conditionOf(before, 'Finished')?.status === 'True' && before.status?.mode === mode;
    if (!known) {
      const success = finished.reason === 'PartitionDeleted' || finished.reason === 'DryRunComplete';
      this.judge('true-outcome', success);
      const isTold = [this.#verified, this.#toldByUser].some((ends) => ends.has(`${uid}/${String(mode)}`));
      if (success && !isTold && !this.exceptions.excuse(['forged', uid]))
        this.broken('true-outcome', `${finished.reason} was recorded and no worker ended so`);
    }
    if (mode !== 'Execute') return;
    const version = Number(parent.metadata.resourceVersion);
    const isBlind = this.#lookedAt(uid) < written;
    const recorded = this.#finished.get(uid);
    const isOnlyReported = finished.reason === 'Unconfirmed' || !namesJob(parent.status);
    if (recorded) {
      Object.assign(recorded, { version, isBlind, isOnlyReported: recorded.isOnlyReported && isOnlyReported });
      return;
    }
    // From now on, whatever is deleted breaks it.
    this.judge(finished.reason === 'Cancelled' ? 'nothing-after-cancelled' : 'finished-is-final');
    this.#finished.set(uid, { at: this.time.now(), reason: finished.reason, version, isBlind, isOnlyReported });
  }

  #suspensionWritten({ metadata: { uid, generation }, spec, status }: ApiObject): void {
    const isSuspended = conditionOf({ status }, 'Suspended')?.status === 'True';
    if (!isSuspended || spec?.suspend !== true || status?.observedGeneration !== generation)
      this.#suspended.delete(uid);
    else if (this.#suspended.get(uid)?.generation !== generation) {
      // From now on, whatever is deleted breaks it.
      this.judge('rests-while-suspended');
      this.#suspended.set(uid, { at: this.time.now(), generation });
    }
  }

  /** A state that is not final was recorded. */
  #unfinishedWritten({ metadata, status }: ApiObject, state = 'nothing'): void {
    const recorded = this.#finished.get(metadata.uid);
    if (recorded === undefined || status?.mode !== 'Execute' || metadata.deletionTimestamp !== undefined) return;
    // A forgery was recorded, and then a Job's true outcome. Or a state from before a cancellation, which cannot be undone.
    // Or somebody resumed the cancelled run's Job, or added another: it is stopped. Deleting anything still breaks a claim.
    const { uid } = metadata;
    if (
      this.exceptions.excuse(['forged', uid], ['unseenJobTaken', uid], ['unseenEndTaken', uid]) ||
      this.#cancelIsUnseen(recorded)
    )
      this.#finished.delete(uid);
    else if (
      recorded.reason === 'Cancelled' &&
      state === 'Cancelling' &&
      this.exceptions.excuse(['resumed', recordedJob(status)], ['added', uid])
    )
      return;
    // Of a Job that is gone, or that nobody knows any more, only the report shows the end: once it is seen, it is recorded again.
    else if (recorded.isOnlyReported && this.exceptions.excuse(['wentBack'])) return;
    else if (this.#isOlderLook(uid, recorded)) return;
    else this.broken('finished-is-final', `${state} was recorded after ${recorded.reason}`);
  }

  /** The cache did not show the end. Then a cancellation that was just as blind, or another clock, may have been first. */
  #isOlderLook(uid: string, { version, isBlind, reason }: Recorded): boolean {
    if (this.#lookedAt(uid) >= version || reason !== 'Cancelled') return false;
    if (!isBlind) return this.exceptions.excuse(['clocksApart']);
    this.exceptions.count('blindEnd');
    return true;
  }

  #looked({ metadata: { uid, resourceVersion }, status }: ApiObject): void {
    this.#lastSeen.set(uid, Number(resourceVersion));
    const recorded = this.#finished.get(uid);
    if (recorded && conditionOf({ status }, 'Finished')?.status === 'True') recorded.isBlind = false;
  }

  #lookedAt = (uid: string): number => this.#lastSeen.get(uid) ?? 0;

  #cancelIsUnseen({ reason }: Recorded): boolean {
    return reason === 'Cancelled' && this.exceptions.excuse(['wentBack']);
  }

  /** How long this pod may continue deleting after it should have stopped, as an exception; undefined: until it ends. */
  #grace(worker: Worker): { ms: number | undefined; why: Exception | undefined } {
    const { exceptions } = this;
    const { pod, node, target } = worker;
    const { parentUID } = target;
    const unseen = exceptions.first(
      ['unseenJobTaken', parentUID],
      ['unseenEndTaken', parentUID],
      ['killed', pod.metadata.uid],
    );
    if (unseen) return { ms: undefined, why: unseen };
    const lost = exceptions.first(['lostNodes', node.name]);
    if (lost) return { ms: worker.fenced ? FENCE_BLIND_MS : undefined, why: lost };
    const why = exceptions.first(['takenAway', pod.metadata.uid], ['forged', parentUID], ['clockStepped']);
    if (!worker.fenced) {
      const excuse = why ?? exceptions.first(['longLag']);
      return { ms: excuse ? undefined : 0, why: excuse };
    }
    // No exception: a pod whose Job is gone is about to see it.
    const isGone = !this.api.list('Job').some(({ metadata }) => metadata.uid === target.jobUID);
    return { ms: why || isGone ? FENCE_SIGHT_MS : 0, why };
  }

  /** Whether this pod may still delete what it should not since then. */
  #mayGoOn(worker: Worker, since: number): boolean {
    const late = this.time.now() - since;
    if (late <= 0) return true;
    const { ms = Infinity, why } = this.#grace(worker);
    if (late <= ms && why) this.exceptions.count(why);
    return late <= ms;
  }

  /** An end was recorded, and this pod deletes. */
  #afterEnd(worker: Worker, recorded: Recorded): void {
    const { at, reason } = recorded;
    if (this.#mayGoOn(worker, at) || this.#cancelIsUnseen(recorded)) return;
    const claim = reason === 'Cancelled' ? 'nothing-after-cancelled' : 'finished-is-final';
    this.broken(claim, `${worker.pod.metadata.name} deleted ${this.time.now() - at} ms after ${reason}`);
  }

  /** This worker sends a request to delete items. */
  sending(worker: Worker): void {
    this.judge('fence-holds', worker.fenced);
    const late = this.#fences.late(worker, this.time.now(), this.exceptions.has('lostNodes', worker.node.name));
    if (late !== undefined) this.broken('fence-holds', `${worker.pod.metadata.name} deletes: ${late}`);
  }

  /** A request of this worker has just deleted items, which may be long after it was sent. */
  deleted(worker: Worker, requested: number, deleted: number): void {
    const { target } = worker;
    // DynamoDB does not tell whether an item was still there.
    this.#count(target.parentUID, requested);
    if (deleted === 0) return;
    const parent = this.api.get(KIND, target.parentNamespace, target.parentName);
    const recorded = this.#finished.get(target.parentUID);
    if (recorded) this.#afterEnd(worker, recorded);
    this.#rests(worker, parent);
    this.#deletedAsReported(worker);
    if (target.mode !== 'Execute') this.broken('dry-run-writes-nothing', 'a worker in mode DryRun deleted');
    if (parent?.metadata.uid === target.parentUID) {
      if (parent.spec?.mode === 'DryRun' && !this.#rolledBack.has(target.parentUID))
        this.broken('dry-run-writes-nothing', 'a CR with mode DryRun deleted');
    }
    this.judge('only-the-target');
    if (!this.partitions.has(target.partition)) this.broken('only-the-target', target.partition);
    // A pod that is an exception neither breaks the claim nor makes another pod break it.
    const excuse = this.#excuseBeside(worker);
    if (!excuse) this.#takesOver(worker);
    else if ((this.#lastWorker.get(target.parentUID) ?? worker) !== worker) this.exceptions.count(excuse);
  }

  /** The pod that deletes now is the only one that may, until another does. */
  #takesOver(worker: Worker): void {
    const { target } = worker;
    const last = this.#lastWorker.get(target.parentUID);
    this.judge('one-deleting-pod', last !== undefined && last !== worker);
    if (last !== worker) {
      if (last) this.#retired.add(last);
      this.#lastWorker.set(target.parentUID, worker);
    }
    if (this.#retired.has(worker))
      this.broken(
        'one-deleting-pod',
        `${worker.pod.metadata.name} deleted after ${last?.pod.metadata.name} had taken over`,
      );
  }

  /** A worker stops for a suspension, within its grace. */
  #rests(worker: Worker, parent: ApiObject | undefined): void {
    const { parentUID, jobUID } = worker.target;
    const rest = this.#suspended.get(parentUID);
    if (!rest || parent?.metadata.generation !== rest.generation || this.#mayGoOn(worker, rest.at)) return;
    const late = this.time.now() - rest.at;
    if (!this.exceptions.excuse(['handled', jobUID]))
      this.broken('rests-while-suspended', `${worker.pod.metadata.name} deleted ${late} ms after Suspended`);
  }

  /** Whether what was reported before allows this worker to delete. */
  #deletedAsReported(worker: Worker): void {
    const { target, pod } = worker;
    if (this.#reported.get(target.parentUID) === target.jobUID && !this.exceptions.excuse(['killed', pod.metadata.uid]))
      this.broken('verified-stays', `${worker.pod.metadata.name} deleted after its Job had reported a verified end`);
    const first = this.#targets.get(target.parentUID);
    this.judge('same-target', first !== undefined && worker.begun > first.at);
    if (first === undefined || worker.begun <= first.at) return;
    const isSame = worker.found !== undefined && isSameTarget(first.target, worker.found);
    if (!isSame && !this.exceptions.excuse(['mixed', target.jobUID]))
      this.broken('same-target', `${worker.pod.metadata.name} deletes from ${worker.found?.tableId}`);
  }

  #wasRolledBackSince({ begun, target: { parentUID } }: Worker): boolean {
    return begun <= (this.#rolledBack.get(parentUID) ?? -Infinity);
  }

  /** Why a pod that deletes beside another one does not break the claim. */
  #excuseBeside(worker: Worker): Exception | undefined {
    const { exceptions } = this;
    const { pod, node, target, fenced } = worker;
    const { uid } = pod.metadata;
    const always = exceptions.first(['unseenJobTaken', target.parentUID], ['killed', uid], ['takenAway', uid]);
    if (always) return always;
    // The restart that waits for a pod on a lost node was recorded in the status that is gone.
    if (fenced) return this.#wasRolledBackSince(worker) ? exceptions.first(['lostNodes', node.name]) : undefined;
    return exceptions.first(['lostNodes', node.name], ['forged', target.parentUID], ['clockStepped'], ['longLag']);
  }

  /** Metacontroller deletes a Job. */
  deleting(live: ApiObject, observed: ApiObject): void {
    if (!isDrained(live) && live.metadata.resourceVersion !== observed.metadata.resourceVersion) this.staleDrops++;
  }

  refused(job: ApiObject, refusal: Refusal, sent: ApiObject): void {
    if (!refusal.message.includes('immutable') || !this.isOurs(job)) return;
    if (!isDoubled(job)) this.broken('template-unchanged', refusal.message);
    this.judge('no-key-in-refusals');
    if (JSON.stringify(sent.spec?.template ?? {}).includes(ENV.partitionValue))
      this.broken('no-key-in-refusals', `${refusal.message}, of ${job.metadata.name}`);
  }

  /** A hook was called: checks everything that an answer alone can break. */
  called(call: Call): void {
    const answer = this.#wellFormed(call);
    if (!answer) return;
    this.#answered(call, answer);
    if (call.hook === 'sync' && call.foresee) this.#foreseen(call);
  }

  /** The answer, if it is one that Metacontroller can carry out. */
  #wellFormed({ hook, request, answer: said, isRepeatable, error }: Call): Answer | undefined {
    const parent = request.parent as unknown as ApiObject;
    this.#looked(parent);
    const live = this.api.get(KIND, parent.metadata.namespace, parent.metadata.name);
    if (live && live.metadata.resourceVersion !== parent.metadata.resourceVersion) this.staleParents++;
    if (this.forgedReports.has(parent.metadata.annotations?.[REPORT_ANNOTATION] ?? '')) this.forgedReportsSeen++;
    for (const claim of OF_EVERY_ANSWER) this.judge(claim);
    const foreign = wrongIn('request', request);
    if (foreign !== undefined) this.broken('never-throws', `a 400: ${foreign}`);
    if (said === undefined) {
      this.broken('never-throws', String((error as Error | undefined)?.stack ?? error));
      return undefined;
    }
    if (isRepeatable !== undefined) this.judge('same-bytes');
    if (isRepeatable === false) this.broken('same-bytes', 'two calls with the same input differ');
    const answer = said as Answer;
    const children = (answer.children ?? []).filter((child) => child !== null);
    if (children.length !== answer.children?.length)
      this.broken('no-null-children', JSON.stringify(said).slice(0, 200));
    const wrong = wrongIn(hook, answer);
    if (wrong !== undefined) this.broken('valid-answers', wrong);
    return wrong === undefined ? answer : undefined;
  }

  #foreseen(call: Call): void {
    const { isAtRest, wrong } = foresight(call);
    this.judge('looks-in-time', isAtRest);
    if (wrong !== undefined) this.broken('looks-in-time', wrong);
  }

  #answered({ hook, request, settings, now }: Call, answer: Answer): void {
    const parent = request.parent as unknown as ApiObject;
    const observed = Object.values(request.children[JOBS]) as unknown as ApiObject[];
    const children = (answer.children ?? []).filter((child) => child !== null);
    const jobs = children.filter(({ kind }) => kind === 'Job');
    const rights = rightsSeen(request);
    this.#children(children, observed, rights, parent, settings.workerImage);
    const grants = hook === 'sync' && settings.workerRights === 'managed';
    for (const job of observed) this.#rightsOf(job, children, rights, parent, answer.status, grants);
    const isLeftOut = (job: ApiObject): boolean => !jobs.some(({ metadata }) => metadata.name === job.metadata.name);
    for (const job of observed.filter(isLeftOut)) this.#dropped(job, parent, now);
    const goesOn = (job: ApiObject): boolean =>
      jobs.some(({ metadata, spec }) => metadata.name === job.metadata.name && spec?.suspend !== true);
    const isAdded = (job: ApiObject): boolean => !this.isOurs(job) && !isDrained(job) && !goesOn(job);
    // An older look at a cancelled resource does not show that it is.
    if (parent.spec?.cancel === true && observed.some(isAdded))
      this.exceptions.make('added', parent.metadata.uid, this.time.now() + IN_FLIGHT_ANSWER_MS);
    if (hook === 'sync') {
      this.#unready(answer, observed, parent, now);
      this.#countsGoOn(parent, answer.status ?? {});
      this.#decision(answer.status ?? {}, jobs, observed, parent, settings.allowedTables[0] === '*', now);
    }
    if (answer.finalized === true && observed.some((job) => this.#isAtWork(job)))
      this.broken('jobs-go-drained', 'finalized with an undrained Job');
    if (hook === 'finalize' || parent.metadata.deletionTimestamp !== undefined)
      this.#nothingNew(children, [...observed, ...rights]);
  }

  #nothingNew(children: ApiObject[], observed: ApiObject[]): void {
    const isNew = (child: ApiObject): boolean =>
      !observed.some(({ kind, metadata }) => kind === child.kind && metadata.name === child.metadata.name);
    if (children.some(isNew)) this.broken('own-children-only', 'a child is made for a parent that is being deleted');
  }

  #children(children: ApiObject[], observed: ApiObject[], rights: ApiObject[], parent: ApiObject, image: string): void {
    for (const child of children) {
      this.judge('own-children-only');
      if (isRight(child)) this.#right(child, rights, parent);
      else this.#child(child, observed, parent, image);
    }
  }

  #isAtWork(job: ApiObject): boolean {
    return this.isOurs(job) && !isDrained(job) && job.metadata.deletionTimestamp === undefined;
  }

  #child(child: ApiObject, observed: ApiObject[], parent: ApiObject, image: string): void {
    if (child.apiVersion !== 'batch/v1' || child.kind !== 'Job') return this.broken('own-children-only', child.kind);
    if (child.metadata.namespace !== parent.metadata.namespace)
      this.broken('own-children-only', child.metadata.namespace);
    const job = observed.find(({ metadata }) => metadata.name === child.metadata.name);
    const spec = child.spec ?? {};
    if (!job) {
      const containers = ((spec.template as { spec?: Json } | undefined)?.spec?.containers ?? []) as Json[];
      if (containers.length !== 1 || containers[0]?.image !== image || containers[0].name !== CONTAINER)
        this.broken('own-children-only', 'a built Job does not run our worker');
      if (containers[0]?.command !== undefined) this.broken('own-children-only', 'a built Job has a command');
      return;
    }
    this.judge('template-unchanged');
    this.#template(spec, job);
    for (const [field, value] of Object.entries(spec)) {
      if (field === 'suspend' ? value !== true : !same(value, job.spec?.[field]))
        this.broken('template-unchanged', `spec.${field} of ${job.metadata.name}`);
    }
    for (const kind of ['labels', 'annotations'] as const)
      for (const [key, value] of Object.entries(child.metadata[kind] ?? {}))
        if (job.metadata[kind]?.[key] !== value && !takesOutOfQueue(child, job, key))
          this.broken('own-children-only', `${kind} ${key} is not as observed`);
  }

  #template(spec: Json, job: ApiObject): void {
    if (spec.template === undefined && !isDoubled(job))
      this.broken('template-unchanged', `${job.metadata.name} is returned without its template`);
  }

  /** A right is exactly what it should be, and replaces no observed one that is not. */
  #right(child: ApiObject, observed: ApiObject[], parent: ApiObject): void {
    const { metadata, kind, ...fields } = child;
    const { name, namespace, uid } = parent.metadata;
    const names = MODES.map((mode) => jobName(name, runOf(uid, mode)));
    if (!names.includes(metadata.name) || metadata.namespace !== namespace)
      this.broken('own-children-only', `${kind} ${metadata.namespace}/${metadata.name}`);
    const rbac = 'rbac.authorization.k8s.io';
    const rule = { apiGroups: [GROUP], resources: [PLURAL], resourceNames: [name], verbs: ['patch'] };
    const account = child.subjects?.[0]?.name;
    const shapes: Json = {
      ServiceAccount: { apiVersion: 'v1', automountServiceAccountToken: false },
      Role: { apiVersion: `${rbac}/v1`, rules: [rule] },
      RoleBinding: {
        apiVersion: `${rbac}/v1`,
        roleRef: { apiGroup: rbac, kind: 'Role', name: metadata.name },
        subjects: [{ kind: 'ServiceAccount', name: account === metadata.name ? account : 'ddbctl-worker', namespace }],
      },
    };
    if (!same(fields, shapes[kind])) this.broken('own-children-only', `${kind}: ${JSON.stringify(fields)}`);
    const there = observed.find((right) => right.kind === kind && right.metadata.name === metadata.name);
    if (there && there.metadata.deletionTimestamp === undefined && !sameGrant(there, child))
      this.broken('own-children-only', `${kind} ${metadata.name} stays as somebody has changed it`);
  }

  /** What an observed Job has of its rights, and what it gets. */
  #rightsOf(
    job: ApiObject,
    children: ApiObject[],
    rights: ApiObject[],
    parent: ApiObject,
    status: Json | undefined,
    grants: boolean,
  ): void {
    const { name } = job.metadata;
    const kept = children.find((child) => child.kind === 'Job' && child.metadata.name === name);
    const account = accountOf(job);
    if (!kept || isFinished(job) || account === undefined || !this.isOurs(job)) return;
    if (conditionOf({ status }, 'Finished')?.status === 'True' && isDrained(job)) return;
    const mayGrant = grants && parent.metadata.deletionTimestamp === undefined && isOfThisRun(job, parent);
    for (const kind of RIGHT_KINDS) {
      if (kind === 'ServiceAccount' && account !== name) continue;
      const isSame = (right: ApiObject): boolean => right.kind === kind && right.metadata.name === name;
      const there = rights.find(isSame);
      const isWanted = there ? isExact(there, account, parent) : mayGrant;
      this.judge('rights-stay', isWanted);
      if (isWanted && !children.some(isSame)) this.broken('rights-stay', `${kind} ${name} is left out`);
    }
  }

  /** A Job was made: its worker has its rights, or had them a moment ago. */
  #authorized(job: ApiObject): void {
    const account = accountOf(job);
    const owner = controllerOf(job);
    const { name, namespace } = job.metadata;
    if (account === undefined || !owner) return;
    for (const kind of RIGHT_KINDS) {
      if (kind === 'ServiceAccount' && account !== name) continue;
      this.judge('rights-come-first');
      const gone = this.time.now() - (this.#rightsGone.get(`${kind}/${name}`) ?? -Infinity);
      if (this.api.get(kind, namespace, name) || gone <= IN_FLIGHT_ANSWER_MS) continue;
      if (!this.exceptions.excuse(['mixed'])) this.broken('rights-come-first', `${name} is made without its ${kind}`);
    }
  }

  #dropped(job: ApiObject, parent: ApiObject, now: Date): void {
    if (isDrained(job) || job.metadata.deletionTimestamp !== undefined) return;
    const since = [
      hasCondition(job, 'Suspended')?.lastTransitionTime,
      parent.metadata.deletionTimestamp,
      parent.status?.drainingSince as string | undefined,
    ];
    const long = since.some((time) => time !== undefined && now.getTime() - Date.parse(time) >= DRAIN_LIMIT_MS);
    this.judge('jobs-go-drained');
    const { cancel } = parent.spec ?? {};
    const isGone = cancel === true || parent.metadata.deletionTimestamp !== undefined || isOver(parent);
    // Relabelled, or forgotten by a status and a spec that somebody wrote, it is no longer the Job of this run.
    const isOther = !keepsItsRun(job) || !isKnown(job, parent);
    const mustGo = isGone || isSetBack(job, parent) || isOutlived(job, parent) || isOther;
    if (!long && !(isDoubled(job) && mustGo))
      this.broken('jobs-go-drained', `${job.metadata.name} was left out of an answer, undrained`);
  }

  /** A Job was built: for a resource that is seen like this, may it be? */
  #built(parent: ApiObject, allowed: boolean): void {
    if (hasForeignReport(parent)) this.broken('restored-builds-nothing', 'the report names another uid');
    if (isByVelero(parent) && !this.exceptions.excuse(['forged', parent.metadata.uid]))
      this.broken('restored-builds-nothing', 'Velero restored it, and nobody has looked at it');
    if (!allowed) this.broken('policy-builds-nothing', 'a Job was built');
    if (parent.spec?.suspend === true) this.broken('paused-builds-nothing', 'a Job was built');
  }

  #decision(
    status: Json,
    children: ApiObject[],
    observed: ApiObject[],
    parent: ApiObject,
    allowed: boolean,
    now: Date,
  ): void {
    const built = children.filter(({ metadata }) => !observed.some((job) => job.metadata.name === metadata.name));
    const resumed = children.filter(({ metadata, spec }) => {
      const job = observed.find((other) => other.metadata.name === metadata.name);
      return job !== undefined && spec?.suspend !== true && job.spec?.suspend === true && !isFinished(job);
    });
    const ownResumed = resumed.filter(({ metadata }) => {
      const job = observed.find((other) => other.metadata.name === metadata.name)!;
      const last = job.metadata.annotations?.['metacontroller.k8s.io/last-applied-configuration'] ?? '';
      return this.isOurs(job) && !this.exceptions.has('handled', job.metadata.uid) && last.includes('"suspend":true');
    });
    const state = conditionOf({ status }, 'Finished')?.reason;
    this.judge('policy-builds-nothing', !allowed);
    this.judge('paused-builds-nothing', parent.spec?.suspend === true);
    this.judge('unknown-builds-nothing', state === 'UnsupportedSpec');
    this.judge('restored-builds-nothing', state === 'Restored' || isByVelero(parent));
    if (built.length > 0) this.#built(parent, allowed);
    if (!allowed && ownResumed.length > 0 && !this.exceptions.excuse(['forged', parent.metadata.uid]))
      this.broken('policy-builds-nothing', 'a Job was resumed');
    if ((state === 'PolicyViolation' || state === 'Restored') && built.length > 0)
      this.broken(state === 'Restored' ? 'restored-builds-nothing' : 'policy-builds-nothing', 'a Job was built');
    const alive = observed.filter((job) => this.isOurs(job) && !isDrained(job) && !this.#hangs(job, now));
    if (built.length > 0 && alive.length > 0) this.broken('one-undrained-job', 'a Job is built beside a living one');
    if (built.length > 1) this.broken('one-undrained-job', 'two Jobs are built');
    if (built.length > 0) {
      this.#mayBuild(parent, now);
      this.#askedFor(status, parent, now);
    }
    if (NOT_BEGUN.includes(state)) for (const job of observed) this.#changedByOthers(job, children, parent);
    for (const job of observed)
      if (this.isOurs(job) && isOfThisRun(job, parent)) this.#current(job, children, parent, now);
    if (state === 'Running') this.#running(observed, parent);
    this.#outcome(status, observed, parent);
    this.#believed(status, parent);
  }

  /** A Job is asked for, perhaps not for the first time: nothing in a request shows that the API server refuses it. */
  #askedFor(status: Json, parent: ApiObject, now: Date): void {
    if (parent.status?.mode !== modeOf(parent) || parent.spec?.mode === 'Later') return;
    const was = Date.parse(String(parent.status.creatingSince));
    const waits = now.getTime() - was;
    const isMissing = waits >= MISSING_AFTER_MS;
    this.judge('missing-is-told', isMissing);
    if (status.creatingSince === undefined)
      this.broken('missing-is-told', 'since when a Job is asked for is not recorded');
    if (waits >= 0 && Date.parse(String(status.creatingSince)) !== was)
      this.broken(
        'missing-is-told',
        `asked for since ${String(parent.status.creatingSince)}, not ${String(status.creatingSince)}`,
      );
    if (isMissing && !conditionOf({ status }, 'Finished')?.message?.includes('has not appeared since'))
      this.broken('missing-is-told', `nothing is said after ${waits} ms`);
  }

  /** Our Job as somebody has changed it: once it has ended, it may have deleted all there was, and no other is started beside it. */
  #changedByOthers(job: ApiObject, children: ApiObject[], parent: ApiObject): void {
    const { name, uid } = parent.metadata;
    const isOfRun = job.metadata.name === jobName(name, runOf(uid, modeOf(parent) as 'Execute'));
    if (!isOfRun || keepsItsRun(job) || !isFinished(job) || parent.spec?.mode === 'Later') return;
    const { status = {} } = parent;
    if (status.mode !== modeOf(parent) || (status.job as { name?: unknown } | undefined)?.name !== job.metadata.name)
      return;
    const isLeftOut = !children.some(({ metadata }) => metadata.name === job.metadata.name);
    this.judge('kept-until-ttl', isLeftOut);
    if (isLeftOut) this.broken('kept-until-ttl', `${job.metadata.name}, which somebody has changed, is dropped`);
  }

  #running(observed: ApiObject[], parent: ApiObject): void {
    const job = observed.find((each) => this.isOurs(each) && isOfThisRun(each, parent));
    this.judge('running-is-true', job !== undefined && mountsToken(job));
    const isUnreached = job !== undefined && mountsToken(job) && !this.#reached.has(job.metadata.uid);
    if (isUnreached && !this.exceptions.excuse(['forged', parent.metadata.uid]))
      this.broken('running-is-true', `no worker of ${job.metadata.name} has reached its table`);
  }

  #unready(answer: Answer, observed: ApiObject[], parent: ApiObject, now: Date): void {
    const { uid } = (parent.status?.job ?? {}) as { uid?: unknown };
    const job = observed.find((each) => each.metadata.uid === uid && this.isOurs(each) && isOfThisRun(each, parent));
    if (!job || conditionOf(answer, 'Finished')?.reason !== 'Running') return;
    this.judge('unready-is-told');
    const wrong = wrongWhileUnready(answer, job, parent, now);
    if (wrong !== undefined) this.broken('unready-is-told', `${job.metadata.name} has no ready pod, and ${wrong}`);
  }

  /** What an answer takes from a report, or takes for a success: no forgery is an exception. */
  #believed(status: Json, parent: ApiObject): void {
    const { uid, annotations } = parent.metadata;
    const { mode } = status;
    const was = parent.status ?? {};
    const succeeded = (of: Json): boolean => conditionOf({ status: of }, 'Succeeded')?.status === 'True';
    // A mode that this version does not know is no word on which run it was: finished stays finished.
    const isSameRun = was.mode === mode || !MODES.some((known) => known === was.mode);
    const isNew = succeeded(status) && !(succeeded(was) && isSameRun);
    this.judge('no-forged-success', isNew);
    if (isNew && !this.#exitedWell.has(`${uid}/${String(mode)}`))
      this.broken('no-forged-success', `${conditionOf({ status }, 'Finished')?.reason} without a worker that ended so`);
    const count = (of: Json): unknown => (of.dryRun as Json | undefined)?.itemsFound;
    this.judge('count-is-frozen', count(was) !== undefined);
    if (count(was) !== undefined && count(status) !== count(was))
      this.broken('count-is-frozen', `${String(count(was))} became ${String(count(status))}`);
    this.judge('receipt-stays', was.receipt !== undefined);
    if (
      was.receipt !== undefined &&
      status.receipt !== was.receipt &&
      !this.exceptions.excuse(['forged', parent.metadata.uid])
    )
      this.broken('receipt-stays', `${JSON.stringify(was.receipt)} became ${JSON.stringify(status.receipt)}`);
    const report = readReport(annotations?.[REPORT_ANNOTATION]);
    const seen = (status.seenJobs ?? []) as { uid: string }[];
    this.judge('known-reports', status.target !== undefined && was.target === undefined);
    if (status.target !== undefined && was.target === undefined && !seen.some((job) => job.uid === report?.jobUID))
      this.broken('known-reports', 'a target is recorded that no Job has reported');
  }

  /** When a Job must not be built: the run has finished, or its Job existed a moment ago. */
  #mayBuild(parent: ApiObject, now: Date): void {
    for (const { path } of unknownFields(parent.spec)) this.broken('unknown-builds-nothing', path);
    const { status = {} } = parent;
    const sameRun = speaksOfRun(parent);
    if (sameRun && conditionOf(parent, 'Finished')?.status === 'True')
      this.broken('finished-is-final', 'a Job is built for a finished run');
    if (endIsReported(parent, now))
      this.broken('finished-is-final', 'a Job is built for a run whose final report is there');
    const { uid } = (status.job ?? {}) as { uid?: unknown };
    if (sameRun && typeof uid === 'string' && !Array.isArray(status.job))
      this.broken('restart-waits', 'a Job is built that was seen before');
    this.judge('finished-is-final');
    const notBefore = Date.parse(String((status.restart as { notBefore?: unknown } | undefined)?.notBefore));
    const wait = notBefore - now.getTime();
    this.judge('restart-waits', sameRun && !Number.isNaN(notBefore));
    if (sameRun && wait > 0 && wait <= LONGEST_RESTART_MS)
      this.broken('restart-waits', `a Job is built ${wait} ms before its time`);
  }

  /** The Job of this run, if its labels are unchanged. */
  #current(job: ApiObject, children: ApiObject[], parent: ApiObject, now: Date): void {
    const child = children.find(({ metadata }) => metadata.name === job.metadata.name);
    const { spec = {} } = parent;
    const over = speaksOfRun(parent) && conditionOf(parent, 'Finished')?.status === 'True';
    if (isFinished(job)) return this.#left(job, child, parent, over, now);
    if (child === undefined) return;
    const toStop = over || spec.suspend === true || spec.cancel === true;
    this.judge(toStop ? 'stops-when-asked' : 'runs-on');
    if (toStop && child.spec?.suspend !== true) this.broken('stops-when-asked', `${job.metadata.name} runs on`);
    if (!toStop && child.spec?.suspend === true && job.spec?.suspend !== true)
      this.broken('runs-on', `${job.metadata.name} is stopped`);
  }

  /** A finished Job of this run, which an answer keeps or drops. */
  #left(job: ApiObject, child: ApiObject | undefined, parent: ApiObject, over: boolean, now: Date): void {
    const isDropped = child === undefined && job.metadata.deletionTimestamp === undefined;
    this.judge('kept-until-ttl', isDropped);
    if (!isDropped) return;
    const ttl = parent.spec?.ttlSecondsAfterFinished as number | undefined;
    const since = Date.parse(String(parent.status?.completionTime));
    const expired = ttl !== undefined && !(now.getTime() < since + Math.max(ttl, LEAST_KEPT_SECONDS) * 1000);
    if (!over || (!expired && conditionOf(parent, 'Finished')?.reason !== 'Cancelled'))
      this.broken('kept-until-ttl', `${job.metadata.name} is dropped`);
  }

  /** An observed Job that has ended determines the outcome, before any other request. */
  #outcome(status: Json, observed: ApiObject[], parent: ApiObject): void {
    const mode = (parent.spec?.mode as string | undefined) ?? 'Execute';
    const was = conditionOf(parent, 'Finished');
    if (was?.status === 'True' && speaksOfRun(parent)) return;
    const ended = observed.find(
      (job) =>
        this.isOurs(job) &&
        isFinished(job) &&
        job.metadata.labels?.[MODE_LABEL] === mode &&
        keepsItsRun(job) &&
        isKnown(job, parent),
    );
    this.judge('true-outcome', ended !== undefined);
    if (!ended) return;
    const is = conditionOf({ status }, 'Finished');
    const success = mode === 'DryRun' ? 'DryRunComplete' : 'PartitionDeleted';
    const complete = hasCondition(ended, 'Complete') !== undefined;
    if (is?.status !== 'True') this.broken('true-outcome', `a Job has ended and the state is ${is?.reason}`);
    else if (complete !== (is.reason === success) || is.reason === 'Cancelled')
      this.broken('true-outcome', `a Job is ${complete ? 'Complete' : 'Failed'} and the state is ${is.reason}`);
  }
}

/** Whatever a planted bug answers. */
interface Answer {
  status?: Json;
  children?: (ApiObject | null)[];
  resyncAfterSeconds?: number;
  finalized?: boolean;
}

const OF_EVERY_ANSWER = ['never-throws', 'no-null-children', 'valid-answers'] as const;

/** In which no Job of the run is known, and the run may begin later. */
const NOT_BEGUN: readonly unknown[] = ['Pending', 'Suspended', 'PolicyViolation', 'UnsupportedSpec'];
/** A Job that does not appear is said to be missing after this time. */
const MISSING_AFTER_MS = 120_000;
/** A finished Job stays so long whatever the TTL says. */
const LEAST_KEPT_SECONDS = 600;
/** A report is no later than this after now, or it does not count. */
const CLOCK_SKEW_MS = 60_000;
/** As long as a restart is ever put off. */
const LONGEST_RESTART_MS = 301_000;

const isOver = (parent: ApiObject): boolean => conditionOf(parent, 'Finished')?.status === 'True';

/** A deletion's Job under a resource that asks for a count: somebody restored it. Its pod stops while the count, which only reads, begins. */
const isSetBack = (job: ApiObject, parent: ApiObject): boolean =>
  job.metadata.labels?.[MODE_LABEL] === 'Execute' && modeOf(parent) === 'DryRun';

/** A count's Job, where the deletion is said to have had a Job: it is no longer waited for. */
const isOutlived = (job: ApiObject, parent: ApiObject): boolean =>
  job.metadata.labels?.[MODE_LABEL] === 'DryRun' &&
  modeOf(parent) === 'Execute' &&
  parent.status?.mode === 'Execute' &&
  (parent.status.job as Json | undefined)?.uid !== undefined;

const modeOf = (parent: ApiObject): string => (parent.spec?.mode === 'DryRun' ? 'DryRun' : 'Execute');

/** Whether the status is one of this run. A mode that no version knows is no word on that. */
function speaksOfRun(parent: ApiObject): boolean {
  const recorded = MODES.find((mode) => mode === parent.status?.mode);
  return recorded === undefined || recorded === modeOf(parent);
}

/** Whether a report keeps this run from being started again: a failure whose Job was seen and whose time is not ahead, or any success. */
function endIsReported(parent: ApiObject, now: Date): boolean {
  const mode = modeOf(parent);
  const report = readReport(parent.metadata.annotations?.[REPORT_ANNOTATION]);
  if (report?.parentUID !== parent.metadata.uid || report.mode !== mode || report.final !== true) return false;
  if (report.outcome === (mode === 'DryRun' ? 'DryRunComplete' : 'PartitionDeleted')) return true;
  const { seenJobs } = parent.status ?? {};
  const seen = Array.isArray(seenJobs) ? (seenJobs as (Json | null)[]) : [];
  const isAhead = Date.parse(String(report.time)) > now.getTime() + CLOCK_SKEW_MS;
  return !isAhead && seen.some((job) => job?.uid === report.jobUID && job?.mode === mode);
}

const rightsSeen = ({ children }: CompositeRequest): ApiObject[] =>
  RIGHTS.flatMap((group) => Object.values(children[group] ?? {})) as unknown as ApiObject[];

const isRight = ({ kind }: ApiObject): boolean => RIGHT_KINDS.some((right) => right === kind);

const sameGrant = (a: ApiObject, b: ApiObject): boolean =>
  same([a.rules, a.roleRef, a.subjects], [b.rules, b.roleRef, b.subjects]);

/** The account that the pods of a Job use with a token. */
function accountOf(job: ApiObject): string | undefined {
  const pod = (job.spec?.template as { spec?: Json } | undefined)?.spec ?? {};
  const { serviceAccountName, automountServiceAccountToken } = pod;
  return automountServiceAccountToken === false ? undefined : (serviceAccountName as string | undefined);
}

/** Whether an observed right grants what it should, to whom it should. */
function isExact({ kind, rules, subjects, metadata }: ApiObject, account: string, parent: ApiObject): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  const { name, namespace } = parent.metadata;
  const rule = { apiGroups: [GROUP], resources: [PLURAL], resourceNames: [name], verbs: ['patch'] };
  if (kind === 'Role') return same(rules, [rule]);
  return kind === 'ServiceAccount' || same(subjects, [{ kind: 'ServiceAccount', name: account, namespace }]);
}

const mountsToken = (job: ApiObject): boolean =>
  (job.spec?.template as { spec?: { automountServiceAccountToken?: boolean } } | undefined)?.spec
    ?.automountServiceAccountToken !== false;

/** A Job that is suspended leaves its queue with this label. */
const takesOutOfQueue = (child: ApiObject, job: ApiObject, key: string): boolean =>
  key === PREBUILT_WORKLOAD_LABEL && child.spec?.suspend === true && job.metadata.labels?.[QUEUE_LABEL] !== undefined;

const isOfThisRun = (job: ApiObject, parent: ApiObject): boolean =>
  job.metadata.labels?.[MODE_LABEL] === modeOf(parent) &&
  parent.spec?.mode !== 'Later' &&
  keepsItsRun(job) &&
  isKnown(job, parent);

const isKnown = (job: ApiObject, parent: ApiObject): boolean =>
  wasSeen(job, parent) || tableOf(job) === (parent.spec?.ddbCtlDpJob as Json | undefined)?.tableName;

/** The status knows it, whatever has become of the target since: an API server that is set back forgets both. */
const wasSeen = ({ metadata: { uid } }: ApiObject, { status = {} }: ApiObject): boolean =>
  [status.job, ...((status.seenJobs as unknown[] | undefined) ?? [])].some(
    (job) => (job as Json | undefined)?.uid === uid,
  );

const recordedJob = ({ job }: Json): string => String((job as Json | undefined)?.uid);
const namesJob = (status: Json = {}): boolean => (status.job as Json | undefined)?.uid !== undefined;

const environmentOf = ({ metadata, spec }: ApiObject) =>
  workerContainer({ metadata, ...(spec?.template as Json) } as ApiObject)?.env;
const tableOf = (job: ApiObject): unknown => environmentOf(job)?.get(ENV.tableName);
/** Whether its worker is told which target it must find. */
const namesTarget = (job: ApiObject): boolean => environmentOf(job)?.has(ENV.expectedTableId) === true;

/** The label matches the template's, so it is unchanged. */
const hasForeignReport = ({ metadata }: ApiObject): boolean => {
  const of = readReport(metadata.annotations?.[REPORT_ANNOTATION])?.parentUID;
  return of !== undefined && of !== metadata.uid;
};

/** Nobody here takes the label off, and it is there from the first. */
const isByVelero = ({ metadata }: ApiObject): boolean => metadata.labels?.[VELERO_LABEL] !== undefined;

const keepsItsRun = (job: ApiObject): boolean => {
  const template = job.spec?.template as { metadata?: { labels?: Record<string, string> } } | undefined;
  return template?.metadata?.labels?.[RUN_LABEL] === job.metadata.labels?.[RUN_LABEL];
};
