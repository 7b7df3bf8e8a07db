import type { CompositeRequest, CompositeResponse, ObservedJob } from '../api/hooks.js';
import type { Job } from '../api/job.js';
import { REPORT_ANNOTATION, RESTARTS_ANNOTATION } from '../api/names.js';
import type { Settings } from '../api/settings.js';
import { type FinishedState, meaningOf, type State } from '../api/states.js';
import type { DryRunResult, Progress, Status } from '../api/status.js';
import { INT32_MAX } from '../api/patterns.js';
import { ownJobsOnly } from './desired/own-jobs-only.js';
import { conditionsOf } from './desired/conditions.js';
import { abandonedMessage, drain, drainDeadline, type Draining } from './desired/drain.js';
import { buildJob } from './desired/new-job.js';
import { keptJob } from './desired/kept-job.js';
import { jobName, runOf } from './run-name.js';
import { jobIsFinished, runLabel, suspensionIsDrained } from './observe/job-status.js';
import { type RunOutcome, outcomeOfJob, outcomeOfReport } from './observe/outcome.js';
import { policyViolations } from './policy.js';
import { read, type Observed } from './observe/situation.js';
import { type Restart, recordRestart, restartDelaySeconds, restartTime } from './restart.js';
import { addSeconds, formatTime, parseTime, secondsUntil } from './time.js';

/** How often a policy violation is looked at again: settings change without the resource changing. */
const POLICY_RESYNC_SECONDS = 300;
/** How often it is looked whether another Job, which hangs in its deletion, has gone. */
const LIVING_RESYNC_SECONDS = 30;
/** A Job that was built and is not seen after this time is built again: that a name is taken is swallowed without a word. */
const UNSEEN_RESYNC_SECONDS = 30;
/** A pod that is not ready after this time is spoken of. */
const SLOW_START_SECONDS = 120;

/** What is decided, before it is written as an answer. */
interface Decision {
  state: State;
  message: string;
  children: Job[];
  /** Fields of the status that this decision sets; `undefined` removes one. */
  set?: Partial<Record<keyof Status, unknown>>;
  /** Times to look again. */
  wake?: (Date | undefined)[];
  nonCompliance?: { reason: State; message: string } | undefined;
}

interface Context {
  view: Observed;
  settings: Settings;
  now: Date;
  namespace: string;
  /** When stopping began, for a Job that has no Suspended transition yet. */
  drainingSince: Date;
}

/**
 * Decides what should exist for a DdbctlDpJob and what its status says. Pure: the same request, settings and time give the
 * same bytes. The numbers in the comments are those of the design's order.
 *
 * @throws never for anything that the API server may have stored; an error is a bug.
 */
export function sync(request: CompositeRequest, settings: Settings, now: Date): CompositeResponse {
  const view = read(request);
  const { namespace, deletionTimestamp } = view.parent;
  const context: Context = { view, settings, now, namespace, drainingSince: drainingSince(view, now) };
  if (deletionTimestamp !== undefined) return terminating(context);

  // 2. Jobs of other runs come to rest first. A count that was approved before it ended is let go on.
  const count = countToAwait(view);
  const others = drain(
    view.others.filter((job) => job !== count),
    namespace,
    context.drainingSince,
    now,
  );
  const decision = count ? awaitCount(context, count) : decide(context, others);
  return answer(context, decision, others);
}

function decide(context: Context, others: Draining): Decision {
  const { view, settings } = context;
  // 3. Finished before?
  const finished = finishedBefore(context);
  if (finished) return finished;
  // 4. Restored?
  if (!view.current && view.foreignUID !== undefined) return restored(view, view.foreignUID);
  // 5. Outcome.
  const outcome = view.current && outcomeOfJob(view.current, view.mode, view.report);
  if (view.current && outcome) return recordOutcome(context, view.current, outcome);
  // 6. Cancel.
  if (view.wantsCancellation) return cancel(context, others);
  // 7. Policy: it blocks building and resuming only.
  const objection = objectionTo(view, settings);
  // 8. Observed.
  if (view.current) return observed(context, view.current, objection);
  if (objection) return refuse(context, objection);
  // 9. Not observed.
  return notObserved(context);
}

/** 2. The count that an approval waits for, while it has not ended. */
function countToAwait(view: Observed): ObservedJob | undefined {
  if (view.current || view.finished || view.wantsCancellation || view.status.job?.uid !== undefined) return undefined;
  const count = countJob(view);
  return count && !jobIsFinished(count) ? count : undefined;
}

/** The Job of the DryRun that came before this deletion. */
function countJob({ mode, parent, others }: Observed): ObservedJob | undefined {
  if (mode !== 'Execute') return undefined;
  const run = runOf(parent.uid, 'DryRun');
  return others.find((job) => runLabel(job) === run);
}

function awaitCount(context: Context, count: ObservedJob): Decision {
  const { view } = context;
  const name = count.metadata.name;
  const children = [keep(context, count, view.wantsSuspension)];
  if (!view.wantsSuspension)
    return {
      state: 'Pending',
      message: `Approved; the deletion starts when the count of Job ${name} has ended`,
      children,
    };
  return suspensionIsDrained(count)
    ? { state: 'Suspended', message: `Approved; the count of Job ${name} is paused`, children }
    : { state: 'Suspending', message: `Approved; the count of Job ${name} is being paused`, children };
}

/** What was counted before this deletion: as recorded, or as the count's Job and report tell it now. */
function countBefore(context: Context): DryRunResult | undefined {
  const { view } = context;
  if (view.stored.dryRun) return view.stored.dryRun;
  const job = countJob(view);
  const outcome = job
    ? outcomeOfJob(job, 'DryRun', view.countReport)
    : view.countReport?.final === true
      ? outcomeOfReport(view.countReport, 'DryRun')
      : undefined;
  return outcome?.state === 'DryRunComplete' ? dryRunResult(context, job, outcome) : undefined;
}

/** 3. A run that has finished is never started again; its Job, while it is there, knows best how it ended. */
function finishedBefore(context: Context): Decision | undefined {
  const { view, now, namespace } = context;
  const { current, report } = view;
  if (view.finished === undefined) {
    if (current || report?.final !== true) return undefined;
    return { ...ended(context, outcomeOfReport(report, view.mode)), children: [] };
  }
  if (!current) {
    const late = lateOutcome(view);
    return { ...ended(context, late ?? recordedOutcome(view, view.finished)), children: [] };
  }
  const outcome = outcomeOfJob(current, view.mode, report);
  if (!outcome || view.finished === 'Cancelled') {
    const stopping = drain([current], namespace, context.drainingSince, now);
    const decision = ended(context, recordedOutcome(view, view.finished));
    return {
      ...decision,
      message: decision.message + abandonedMessage(stopping.abandoned),
      children: stopping.children,
      wake: [stopping.deadline],
    };
  }
  const completion = parseTime(view.status.completionTime) ?? now;
  const expiry = view.ttlSeconds === undefined ? undefined : addSeconds(completion, view.ttlSeconds);
  const expired = expiry !== undefined && now >= expiry;
  return {
    ...ended(context, outcome),
    children: expired ? [] : [keep(context, current, false)],
    wake: [expired ? undefined : expiry],
  };
}

/** 5. The Job stays at least until the outcome stands in the status. */
function recordOutcome(context: Context, job: ObservedJob, outcome: RunOutcome): Decision {
  const { view, now } = context;
  const completion = parseTime(outcome.time) ?? now;
  return {
    ...ended(context, outcome),
    children: [keep(context, job, false)],
    wake: [view.ttlSeconds === undefined ? undefined : addSeconds(completion, view.ttlSeconds)],
  };
}

/** A final report of the recorded Job that came after its end was recorded: it says why, or what was counted. */
function lateOutcome({ finished, report, status, mode }: Observed): RunOutcome | undefined {
  const own = report?.final === true && report.jobUID !== undefined && report.jobUID === status.job?.uid;
  if (!own) return undefined;
  const late = outcomeOfReport(report, mode);
  const says: Partial<Record<FinishedState, readonly FinishedState[]>> = {
    BackoffLimitExceeded: ['Incomplete', 'WorkerFailed'],
    DryRunComplete: ['DryRunComplete'],
  };
  return finished !== undefined && says[finished]?.includes(late.state) ? late : undefined;
}

function recordedOutcome({ stored, status }: Observed, state: FinishedState): RunOutcome {
  const message = stored.conditions?.find(({ type }) => type === 'Finished')?.message ?? meaningOf(state);
  return { state, message, time: status.completionTime };
}

/** The part of a decision that every end shares. The first time that was recorded stays. */
function ended(context: Context, outcome: RunOutcome): Omit<Decision, 'children'> {
  const { view, now } = context;
  const completionTime =
    (view.finished === undefined ? undefined : view.status.completionTime) ?? outcome.time ?? formatTime(now);
  const job = view.current;
  return {
    state: outcome.state,
    message: outcome.message,
    set: {
      ...(job && seen(job)),
      ...(job && { startTime: view.status.startTime ?? startOf(job) ?? wholeSeconds(job.metadata.creationTimestamp) }),
      completionTime,
      restart: undefined,
      ...(outcome.state === 'PartitionDeleted' && {
        verifiedEmpty: job ? true : (view.status.verifiedEmpty ?? view.report?.verifiedEmpty),
      }),
      ...(outcome.state === 'DryRunComplete' && { dryRun: dryRunResult(context, job, outcome) }),
    },
  };
}

function dryRunResult({ view, now }: Context, job: ObservedJob | undefined, outcome: RunOutcome): DryRunResult {
  const report = countReport(view, job);
  const before = view.stored.dryRun;
  const itemsFound = report?.progress?.itemsFound ?? before?.itemsFound;
  const estimatedWriteUnits = report?.estimatedWriteUnits ?? before?.estimatedWriteUnits;
  return {
    ...(itemsFound !== undefined && { itemsFound }),
    ...(estimatedWriteUnits !== undefined && { estimatedWriteUnits }),
    completionTime: before?.completionTime ?? outcome.time ?? formatTime(now),
  };
}

/** The final report of a DryRun, also when the mode has become Execute since; of that Job, when it is still there. */
function countReport(view: Observed, job: ObservedJob | undefined) {
  const { report, countReport } = view;
  const own = view.mode === 'DryRun' ? report : countReport;
  return own?.final === true && (job === undefined || own.jobUID === job.metadata.uid) ? own : undefined;
}

/** 4. */
function restored({ parent: { name, namespace } }: Observed, uid: string): Decision {
  return {
    state: 'Restored',
    message: `This resource was restored or copied: its report is of the resource with uid ${uid}. Nothing is deleted. To let it run, remove the annotation: kubectl annotate ddp ${name} -n ${namespace} ${REPORT_ANNOTATION}-`,
    children: [],
  };
}

/** 6. */
function cancel(context: Context, others: Draining): Decision {
  const { view, now, namespace } = context;
  const stopping = drain(view.current ? [view.current] : [], namespace, context.drainingSince, now);
  const set = view.current ? seen(view.current) : {};
  if (stopping.children.length > 0 || others.children.length > 0) {
    return {
      state: 'Cancelling',
      message: 'Cancelling: the worker finishes what is in flight',
      children: stopping.children,
      set: { ...set, restart: undefined },
      wake: [stopping.deadline],
    };
  }
  const unseen = view.current === undefined && view.status.job !== undefined;
  const safe = addSeconds(context.drainingSince, restartDelaySeconds(1));
  if (unseen && now < safe)
    // It may be there, not seen yet, or its pod may still be stopping: Cancelled promises that nothing is deleted any more.
    return {
      state: 'Cancelling',
      message: `Cancelling: Job ${view.status.job?.name} is not seen, and its pod may still be stopping`,
      children: [],
      set: { restart: undefined, drainingSince: formatTime(context.drainingSince) },
      wake: [safe],
    };
  const message = meaningOf('Cancelled') + abandonedMessage([...stopping.abandoned, ...others.abandoned]);
  const decision = ended(context, { state: 'Cancelled', message, time: formatTime(now) });
  // The Job goes once that stands in the status: a look at an older one would find neither.
  if (view.current)
    return {
      ...decision,
      children: [keep(context, view.current, true)],
      set: { ...decision.set, drainingSince: undefined },
      wake: [addSeconds(now, 1)],
    };
  return { ...decision, children: [] };
}

interface Objection {
  state: 'InvalidTarget' | 'PolicyViolation';
  message: string;
}

/** 7. (and 1.: a spec that the schema refuses.) */
function objectionTo({ spec, violations }: Observed, settings: Settings): Objection | undefined {
  if (!spec)
    return {
      state: 'InvalidTarget',
      message: violations.map(({ path, message }) => `${path}: ${message}`).join('; '),
    };
  const found = policyViolations(spec, settings);
  return found.length === 0 ? undefined : { state: 'PolicyViolation', message: found.join('; ') };
}

function refuse(context: Context, { state, message }: Objection): Decision {
  const { now } = context;
  if (state === 'PolicyViolation')
    return {
      state,
      message: `Not allowed here: ${message}`,
      children: [],
      wake: [addSeconds(now, POLICY_RESYNC_SECONDS)],
    };
  return {
    ...ended(context, { state, message: `${meaningOf(state)}: ${message}`, time: formatTime(now) }),
    children: [],
  };
}

/** 8. and 10. */
function observed(context: Context, job: ObservedJob, objection: Objection | undefined): Decision {
  const { view, now } = context;
  // Only a pause of ours is held up by policy; one by someone else (Kueue) is theirs to end.
  const paused = view.recorded === 'Suspended' || view.recorded === 'Suspending';
  const heldBack = objection !== undefined && paused && job.spec.suspend === true;
  const suspend = view.wantsSuspension || heldBack;
  const told = suspend ? suspension(job, heldBack && !view.wantsSuspension) : progressOf(context, job);
  return {
    ...told,
    children: [keep(context, job, suspend)],
    set: {
      ...seen(job),
      startTime: view.status.startTime ?? startOf(job),
      restart: undefined,
      completionTime: undefined,
      verifiedEmpty: undefined,
    },
    nonCompliance: objection && { reason: objection.state, message: objection.message },
    wake: [...(told.wake ?? []), objection && addSeconds(now, POLICY_RESYNC_SECONDS)],
  };
}

type Told = Pick<Decision, 'state' | 'message' | 'wake'>;

function suspension(job: ObservedJob, heldBack: boolean): Told {
  const why = heldBack
    ? ' and may not be resumed: see the condition PolicyCompliant'
    : '; set suspend: false to resume';
  return suspensionIsDrained(job)
    ? { state: 'Suspended', message: `Paused${why}` }
    : { state: 'Suspending', message: 'Pausing: the worker finishes what is in flight' };
}

/** 10. What an observed Job that nobody stops is doing. */
function progressOf({ view, now, namespace }: Context, job: ObservedJob): Told {
  const name = job.metadata.name;
  const { ready = 0, failed = 0 } = job.status ?? {};
  if (ready > 0) return { state: 'Running', message: `Job ${name} is ${verb(view)}` };
  const wasRunning = view.recorded === 'Running' && view.status.job?.uid === job.metadata.uid;
  if (failed === 0 && wasRunning) return { state: 'Running', message: `Job ${name} is ${verb(view)}` };
  if (job.spec.suspend === true)
    return {
      state: 'Pending',
      message: `Job ${name} is queued: it is suspended and waits to be admitted (for instance by Kueue) or resumed`,
    };
  const state = failed > 0 ? 'Retrying' : 'Pending';
  const since = parseTime(job.status?.startTime) ?? parseTime(job.metadata.creationTimestamp);
  const slow = since && addSeconds(since, SLOW_START_SECONDS);
  if (slow && now >= slow)
    return {
      state,
      message: `Job ${name} has no ready pod since ${formatTime(since)}: see kubectl describe pods -n ${namespace} -l batch.kubernetes.io/job-name=${name}`,
    };
  const message = failed > 0 ? `Job ${name} tries again after ${failed} failed` : `Job ${name} waits for its pod`;
  return { state, message, wake: [slow] };
}

const verb = ({ mode }: Observed): string => (mode === 'DryRun' ? 'counting' : 'deleting');

/** 9. */
function notObserved(context: Context): Decision {
  const { view, now } = context;
  if (view.wantsSuspension)
    return { state: 'Suspended', message: 'Paused before a Job is made; set suspend: false to start', children: [] };
  const living = view.others.filter((job) => isAlive(job, context));
  if (living.length > 0)
    return {
      state: 'Pending',
      message: `Waits for another Job of this resource to end: ${living.map((job) => job.metadata.name).join(', ')}`,
      children: [],
      wake: [addSeconds(now, LIVING_RESYNC_SECONDS)],
    };
  const { job, restart, restarts = 0 } = view.status;
  if (job?.uid !== undefined || countIsUnseen(view)) return restarting(context, recordRestart(restarts + 1, now));
  if (!restart) return build(context, 0, 'Pending', 'The Job is made');
  const time = restartTime(restart, now);
  if (!time) return restarting(context, recordRestart(restart.ordinal, now));
  if (now < time) return restarting(context, restart);
  return build(context, restart.ordinal, 'Restarting', `Creating the lost Job again (restart ${restart.ordinal})`);
}

/** An approval while the count's Job was recorded and is neither seen nor known to have ended: it may be there, not seen yet. */
function countIsUnseen(view: Observed): boolean {
  const { mode, stored, countReport } = view;
  const ended = stored.conditions?.some(({ type, status }) => type === 'Finished' && status === 'True') ?? false;
  const awaited = mode === 'Execute' && stored.mode === 'DryRun' && stored.job !== undefined && !ended;
  return awaited && countReport?.final !== true && countJob(view) === undefined;
}

/** Whether a Job of another run may still have a pod or get one; one that hangs in its deletion past the limit does not count. */
function isAlive(job: ObservedJob, { drainingSince, now }: Context): boolean {
  if (jobIsFinished(job)) return false;
  return job.metadata.deletionTimestamp === undefined || now < drainDeadline(job, drainingSince);
}

/** First only the record: a request can be older than our last answer, and starting again must not rest on one stale look. */
function restarting({ view }: Context, restart: Restart): Decision {
  const name = view.status.job?.name ?? jobName(view.parent.name, view.run);
  return {
    state: 'Restarting',
    message: `Job ${name} was lost; restart ${restart.ordinal} is scheduled for ${restart.notBefore}`,
    children: [],
    set: { job: { name }, restart },
    wake: [parseTime(restart.notBefore)],
  };
}

function build(context: Context, restarts: number, state: State, message: string): Decision {
  const { view, settings, now } = context;
  const { parent, spec, mode, run } = view;
  if (!spec) throw new Error('a Job is built of a valid spec only');
  const job = buildJob({ parent, spec, mode, run, restarts, settings });
  const wake = [addSeconds(now, UNSEEN_RESYNC_SECONDS)];
  return { state, message, children: [job], set: { job: { name: job.metadata.name } }, wake };
}

/** A parent that is being deleted builds nothing; what runs comes to rest. (Metacontroller asks finalize, but a request can be stale.) */
function terminating({ view, now, namespace, drainingSince }: Context): CompositeResponse {
  const jobs = view.current ? [view.current, ...view.others] : view.others;
  const { children, deadline } = drain(jobs, namespace, drainingSince, now);
  return ownJobsOnly(namespace, {
    status: view.stored,
    children,
    ...(deadline && { resyncAfterSeconds: secondsUntil(deadline, now) }),
  });
}

function drainingSince({ stored, parent }: Observed, now: Date): Date {
  const recorded = parseTime(parent.deletionTimestamp) ?? parseTime(stored.drainingSince);
  return recorded && recorded <= now ? recorded : now;
}

function keep({ namespace }: Context, job: ObservedJob, suspend: boolean): Job {
  return keptJob(job, namespace, { suspend });
}

function seen(job: ObservedJob): Pick<Status, 'job' | 'restarts'> {
  const restarts = Number(job.metadata.annotations?.[RESTARTS_ANNOTATION]);
  return {
    job: { name: job.metadata.name, uid: job.metadata.uid },
    ...(Number.isInteger(restarts) && restarts >= 0 && restarts <= INT32_MAX ? { restarts } : {}),
  };
}

const wholeSeconds = (text: string | undefined): string | undefined => {
  const time = parseTime(text);
  return time && formatTime(time);
};
const startOf = (job: ObservedJob): string | undefined => wholeSeconds(job.status?.startTime);

/** 11. The decision as an answer, with what every status carries. */
function answer(context: Context, decision: Decision, others: Draining): CompositeResponse {
  const { view, now, namespace } = context;
  const draining = others.children.length > 0 || (view.current !== undefined && isDraining(decision));
  const status = defined<Status>({
    observedGeneration: view.parent.generation,
    conditions: conditionsOf({
      state: decision.state,
      message: decision.message,
      nonCompliance: decision.nonCompliance,
      previous: view.stored.conditions ?? [],
      generation: view.parent.generation,
      now,
    }),
    mode: view.mode,
    job: view.status.job,
    startTime: view.status.startTime,
    completionTime: view.status.completionTime,
    restarts: view.status.restarts,
    restart: view.status.restart,
    drainingSince: draining ? formatTime(context.drainingSince) : undefined,
    progress: latestProgress(view),
    verifiedEmpty: view.status.verifiedEmpty,
    target: view.stored.target ?? view.report?.target ?? view.countReport?.target,
    dryRun: countBefore(context),
    ...decision.set,
  });
  const wakes = [...(decision.wake ?? []), others.deadline].filter((time) => time !== undefined);
  const next = wakes.length === 0 ? undefined : new Date(Math.min(...wakes.map((time) => time.getTime())));
  return ownJobsOnly(namespace, {
    status,
    children: [...decision.children, ...others.children],
    ...(next && { resyncAfterSeconds: secondsUntil(next, now) }),
  });
}

/** A Job that is being stopped in order to go, not to pause. */
function isDraining({ state, children }: Decision): boolean {
  const stopped = children.some((child) => child.spec.suspend === true);
  return stopped && state !== 'Suspended' && state !== 'Suspending';
}

/** The report's progress, unless the status has a later one. */
function latestProgress({ report, status }: Observed): Progress | undefined {
  const reported = report?.progress;
  if (!reported) return status.progress;
  const updateTime = wholeSeconds(report.time) ?? reported.updateTime;
  const [before, after] = [parseTime(status.progress?.updateTime), parseTime(updateTime)];
  if (before && (!after || after < before)) return status.progress;
  return { ...reported, ...(updateTime !== undefined && { updateTime }) };
}

/** Without the fields that are undefined: what JSON.stringify leaves out is not there for the schema either. */
function defined<T extends object>(fields: { [K in keyof T]?: unknown }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
