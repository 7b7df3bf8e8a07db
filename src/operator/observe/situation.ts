import type { CompositeRequest, ObservedJob } from '../../api/hooks.js';
import { JOBS } from '../../api/names.js';
import type { Settings } from '../../api/settings.js';
import type { Progress, TargetIdentity } from '../../api/status.js';
import { planRestart, recordedRestart, type Restart, restartDelaySeconds } from '../restart.js';
import { jobName } from '../run-name.js';
import { addSeconds, parseTime, pastOrNow } from '../time.js';
import { appearsBy } from './appearance.js';
import { type CurrentJob, findCurrentJob, readCurrentJob } from './current-job.js';
import { DRAIN_LIMIT_SECONDS, drainDeadline, type Draining, drainingOf } from './draining.js';
import {
  type AwaitedCount,
  awaitedCount,
  type Counted,
  countedBefore,
  countedNow,
  countIsUnseen,
  findCountJob,
} from './dry-run.js';
import { jobIsFinished } from './job-status.js';
import { type Objection, objectionTo } from './objection.js';
import type { RunOutcome } from './outcome.js';
import { lateOutcome, recordedEnd } from './recorded-end.js';
import { endByReport } from './reported-end.js';
import { latestProgress } from './progress.js';
import { countsFrom, readReports, type Reports } from './report.js';
import { readResource, type Resource } from './resource.js';
import { seenJobs, type SeenJob } from './seen-jobs.js';
import { readWorkerRights, type WorkerRights } from './worker-rights.js';

/** Everything a rule may need to know, complete before the first rule runs, so that rules only read and never compute. */
export interface Situation extends Resource, Reports {
  now: Date;
  /** The name that a new Job of this run gets. */
  newJobName: string;
  /** The name of this run's Job: the recorded one, or else the one that a new Job gets. */
  jobName: string;
  /** The Job of this run, if it is observed. */
  job: CurrentJob | undefined;
  /** The Jobs whose reports count. */
  seenJobs: readonly SeenJob[];
  /** The DryRun's Job that an approval is waiting for. */
  awaitedCount: AwaitedCount | undefined;
  /** How far every other Job of this resource has drained: they have to be removed, whatever is decided. */
  others: Draining;
  /** Names of the other Jobs that may still have a pod, or get one. */
  aliveOthers: readonly string[];
  /** A Job that has the name of this run's, and is not ours, or not as we created it. */
  impostor: ObservedJob | undefined;
  /**
   * The same, if it has ended since we asked for one: it may be our Job, changed by an admission webhook. It may have deleted
   * everything, and another Job would delete what was written since. So it stays until a person has looked, if the run may still begin.
   */
  changedJob: ObservedJob | undefined;
  /** The rights of workers to report. */
  rights: WorkerRights;
  /** Why a Job may not be created or resumed. */
  objection: Objection | undefined;
  /** How the run ended, if the status records its end. */
  end: RunOutcome | undefined;
  /** The outcome in this run's final report. It counts only once the Job is gone. */
  reportedEnd: RunOutcome | undefined;
  /** Until when the Job of that report may still appear, if it has just been asked for. */
  appearsBy: Date | undefined;
  /** When a report of this run whose time is ahead of our clock will count. */
  reportCountsFrom: Date | undefined;
  /** When a finished Job no longer needs to be kept. */
  expiry: Date | undefined;
  /** The restart of a lost Job that the status does not (validly) record yet. */
  unrecordedRestart: Restart | undefined;
  /** The restart that the status has recorded. */
  recordedRestart: Restart | undefined;
  /** Until when a Job that is recorded, or may have been asked for, may exist although it is not observed, or its pod still be stopping. */
  unseenUntil: Date | undefined;
  /** When the operator began to stop a Job, for Jobs that have no Suspended transition yet. */
  drainingSince: Date;
  /** Since when a Job has been asked for that has not appeared yet. */
  creatingSince: Date;
  progress: Progress | undefined;
  target: TargetIdentity | undefined;
  /** The result of the DryRun that preceded this deletion. */
  countedBefore: Counted | undefined;
  /** The result of this run, if it is a completed DryRun. */
  counted: Counted;
}

/** Reads a request. Never throws, whatever the API server may have stored. */
export function observe({ parent, children }: CompositeRequest, settings: Settings, now: Date): Situation {
  const resource = readResource(parent);
  const newJobName = jobName(resource.parent.name, resource.run);
  const jobs = Object.values(children[JOBS]);
  const current = findCurrentJob(jobs, resource);
  const others = jobs.filter(isNot(current));
  const count = findCountJob(others, resource);
  const seen = seenJobs(resource, current, count);
  const reports = readReports(resource.parent, resource.mode, seen, now);
  const awaited = awaitedCount(count, current, resource);
  const drainingSince = drainingSinceOf(resource, now);
  const before = countedBefore(count, resource, reports, now);
  const job = current && readCurrentJob(current, resource, reports, drainingSince, now);
  // What is spread comes last: V8 makes a slow object (a dictionary) of a large literal that begins with it.
  return {
    now,
    newJobName,
    jobName: resource.status.job?.name ?? newJobName,
    job,
    seenJobs: seen,
    awaitedCount: awaited,
    others: drainingOf(others.filter(isNot(awaited?.observed)), drainingSince, now),
    aliveOthers: others.filter((other) => isAlive(other, drainingSince, now)).map(({ metadata }) => metadata.name),
    rights: readWorkerRights(children, resource, newJobName, settings),
    objection: objectionTo(resource.spec, resource.violations, settings, before),
    unseenUntil: !job && mayBeUnseen(resource, now) ? addSeconds(drainingSince, restartDelaySeconds(1)) : undefined,
    drainingSince,
    creatingSince: pastOrNow(parseTime(resource.status.creatingSince), now),
    progress: latestProgress(reports.report, resource, job, seen),
    target: resource.stored.target ?? reports.report?.target ?? reports.countReport?.target,
    countedBefore: before,
    counted: countedNow(current, resource, reports),
    ...restartsOf(resource, countIsUnseen(count, resource, reports), now),
    ...endsOf(resource, job, reports, seen, now),
    ...impostorOf(others, newJobName, resource),
    ...reports,
    ...resource,
  };
}

/** Whether a Job may have been asked for: it is recorded, or the resource was changed and the answer before that is not recorded yet. */
function mayBeUnseen(resource: Resource, now: Date): boolean {
  const { status, stored, parent } = resource;
  if (status.job !== undefined) return !wasRemoved(resource, now);
  return stored.conditions === undefined && (parent.generation ?? 1) > 1;
}

/** By how many seconds the clocks of two replicas may differ. */
const CLOCKS_APART_SECONDS = 20;

/** The Job was removed once it had drained, and no other is created before its restart is due, by the clock of any replica. */
function wasRemoved({ recorded, status: { job, restart } }: Resource, now: Date): boolean {
  const due = restart && recordedRestart(restart, now)?.notBefore;
  return (
    recorded === 'Suspended' &&
    job?.uid === undefined &&
    due !== undefined &&
    addSeconds(now, CLOCKS_APART_SECONDS) < due
  );
}

/** A Job that has this run's name and is not known as the run's own. */
function impostorOf(
  others: readonly ObservedJob[],
  name: string,
  { status }: Resource,
): Pick<Situation, 'impostor' | 'changedJob'> {
  const impostor = others.find(({ metadata }) => metadata.name === name);
  return { impostor, changedJob: impostor && status.job && jobIsFinished(impostor) ? impostor : undefined };
}

function endsOf(
  resource: Resource,
  job: CurrentJob | undefined,
  reports: Reports,
  seen: readonly SeenJob[],
  now: Date,
): Pick<Situation, 'end' | 'reportedEnd' | 'appearsBy' | 'reportCountsFrom' | 'expiry'> {
  return {
    end: recordedEnd(resource, job ? undefined : lateOutcome(resource, reports)),
    reportedEnd: endByReport(resource, reports),
    appearsBy: appearsBy(resource, reports, seen, now),
    reportCountsFrom: countsFrom(reports, seen, now),
    expiry: expiryOf(resource, job, now),
  };
}

const isNot =
  (job: ObservedJob | undefined) =>
  (other: ObservedJob): boolean =>
    other !== job;

function drainingSinceOf({ stored, parent }: Resource, now: Date): Date {
  return pastOrNow(parseTime(parent.deletionTimestamp) ?? parseTime(stored.drainingSince), now);
}

/** A Job whose deletion has hung for as long as a Job may drain, and that was told to stop as long ago, does not count. */
function isAlive(job: ObservedJob, drainingSince: Date, now: Date): boolean {
  if (jobIsFinished(job)) return false;
  const { deletionTimestamp } = job.metadata;
  if (deletionTimestamp === undefined) return true;
  const deletedSince = parseTime(deletionTimestamp) ?? drainingSince;
  return now < drainDeadline(job, drainingSince) || now < addSeconds(deletedSince, DRAIN_LIMIT_SECONDS);
}

/**
 * A finished Job is kept at least this long after its end was recorded: after a restart, Metacontroller's first list of parents can
 * be older than the record, and then only the Job shows that the run has finished. The end may be older, if nobody was there to
 * record it.
 */
const LEAST_KEPT_SECONDS = 600;

function expiryOf(
  { ttlSeconds, finished, status }: Resource,
  job: CurrentJob | undefined,
  now: Date,
): Date | undefined {
  if (ttlSeconds === undefined) return undefined;
  // As it is recorded, or will be.
  const endTime = finished === undefined ? undefined : parseTime(status.completionTime);
  const isKnown = endTime !== undefined && endTime <= now;
  const completion = isKnown ? endTime : pastOrNow(job?.outcome?.time, now);
  const recorded = finished === undefined ? undefined : recordedSince(status);
  const [expiry, earliestExpiry] = [
    addSeconds(completion, ttlSeconds),
    addSeconds(pastOrNow(recorded, now), LEAST_KEPT_SECONDS),
  ];
  return expiry > earliestExpiry ? expiry : earliestExpiry;
}

/**
 * Since when the status says that the run has finished, at least. In a status of an earlier version the condition may have been True
 * before it ended: since its count, if nothing was recorded between the two ends.
 */
function recordedSince({ conditions, completionTime }: Resource['status']): Date | undefined {
  const [transition, completion] = [
    parseTime(conditions?.find(({ type }) => type === 'Finished')?.lastTransitionTime),
    parseTime(completionTime),
  ];
  return transition && completion && completion > transition ? completion : transition;
}

/** A missing Job counts as lost if it was seen (its uid is recorded) or may have been created. The restart is recorded first. */
function restartsOf(
  { status: { job, restart, restarts = 0 } }: Resource,
  mayHaveBeenCreated: boolean,
  now: Date,
): Pick<Situation, 'unrecordedRestart' | 'recordedRestart'> {
  const recorded = restart && recordedRestart(restart, now);
  if (job?.uid !== undefined || mayHaveBeenCreated)
    return { unrecordedRestart: planRestart(restarts + 1, now), recordedRestart: recorded };
  return {
    unrecordedRestart: restart && !recorded ? planRestart(restart.ordinal, now) : undefined,
    recordedRestart: recorded,
  };
}
