import type { CompositeRequest, ObservedJob } from '../../api/hooks.js';
import { JOBS } from '../../api/names.js';
import type { Settings } from '../../api/settings.js';
import type { Progress, TargetIdentity } from '../../api/status.js';
import { planRestart, recordedRestart, type Restart, restartDelaySeconds } from '../restart.js';
import { jobName } from '../run-name.js';
import { addSeconds, parseTime } from '../time.js';
import { type CurrentJob, findCurrentJob, readCurrentJob } from './current-job.js';
import { drainDeadline, type Draining, drainingOf } from './draining.js';
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
import { outcomeOfReport, type RunOutcome } from './outcome.js';
import { lateOutcome, recordedEnd } from './recorded-end.js';
import { latestProgress, readReports, type Reports } from './report.js';
import { readResource, type Resource } from './resource.js';

/** All that a rule may want to know: complete before the first one is asked, so that rules read and never compute. */
export interface Situation extends Resource, Reports {
  now: Date;
  /** The name that a new Job of this run gets. */
  newJobName: string;
  /** The name of this run's Job, as recorded; else the one that it gets. */
  jobName: string;
  /** The Job of this run, when it is observed. */
  job: CurrentJob | undefined;
  /** The DryRun's Job that an approval waits for. */
  awaitedCount: AwaitedCount | undefined;
  /** How far every other Job of this resource has come to rest: they have to go, whatever is decided. */
  others: Draining;
  /** Names of the other Jobs that may still have a pod or get one. */
  aliveOthers: readonly string[];
  /** Why a Job may not be created or resumed. */
  objection: Objection | undefined;
  /** How the run ended, where the status says that it has. */
  end: RunOutcome | undefined;
  /** The end that a final report of this run tells of: it counts only when the Job is gone. */
  reportedEnd: RunOutcome | undefined;
  /** When a Job that has ended need not be kept any longer. */
  expiry: Date | undefined;
  /** The restart of a Job that was lost and of which there is no record yet that holds. */
  unrecordedRestart: Restart | undefined;
  /** The restart that the status has recorded. */
  recordedRestart: Restart | undefined;
  /** Until when a Job that is recorded and not observed may be there all the same, or its pod still be stopping. */
  unseenUntil: Date | undefined;
  /** When stopping began, for a Job that has no Suspended transition yet. */
  drainingSince: Date;
  progress: Progress | undefined;
  target: TargetIdentity | undefined;
  /** What a DryRun before this deletion counted. */
  countedBefore: Counted | undefined;
  /** What this run counted, should it be a complete DryRun. */
  counted: Counted;
}

/** Reads a request. It never throws for anything that the API server may have stored. */
export function observe({ parent, children }: CompositeRequest, settings: Settings, now: Date): Situation {
  const resource = readResource(parent);
  const reports = readReports(resource.parent, resource.mode);
  const newJobName = jobName(resource.parent.name, resource.run);
  const jobs = Object.values(children[JOBS]);
  const current = findCurrentJob(jobs, resource, newJobName);
  const others = jobs.filter((job) => job !== current);
  const count = findCountJob(others, resource);
  const awaited = awaitedCount(count, current, resource);
  const drainingSince = drainingSinceOf(resource, now);
  const job = current && readCurrentJob(current, resource, reports, drainingSince, now);
  return {
    ...resource,
    ...reports,
    now,
    newJobName,
    jobName: resource.status.job?.name ?? newJobName,
    job,
    awaitedCount: awaited,
    others: drainingOf(
      others.filter((other) => other !== awaited?.observed),
      drainingSince,
      now,
    ),
    aliveOthers: others.filter((other) => isAlive(other, drainingSince, now)).map(({ metadata }) => metadata.name),
    objection: objectionTo(resource.spec, resource.violations, settings),
    end: recordedEnd(resource, job ? undefined : lateOutcome(resource, reports)),
    reportedEnd: reports.report?.final === true ? outcomeOfReport(reports.report, resource.mode) : undefined,
    expiry: expiryOf(resource, job, now),
    ...restartsOf(resource, countIsUnseen(count, resource, reports), now),
    unseenUntil: !job && resource.status.job ? addSeconds(drainingSince, restartDelaySeconds(1)) : undefined,
    drainingSince,
    progress: latestProgress(reports.report, resource.status),
    target: resource.stored.target ?? reports.report?.target ?? reports.countReport?.target,
    countedBefore: countedBefore(count, resource, reports, now),
    counted: countedNow(current, resource, reports),
  };
}

function drainingSinceOf({ stored, parent }: Resource, now: Date): Date {
  const recorded = parseTime(parent.deletionTimestamp) ?? parseTime(stored.drainingSince);
  return recorded && recorded <= now ? recorded : now;
}

/** One that hangs in its deletion past the limit does not count. */
function isAlive(job: ObservedJob, drainingSince: Date, now: Date): boolean {
  if (jobIsFinished(job)) return false;
  return job.metadata.deletionTimestamp === undefined || now < drainDeadline(job, drainingSince);
}

function expiryOf(
  { ttlSeconds, finished, status }: Resource,
  job: CurrentJob | undefined,
  now: Date,
): Date | undefined {
  if (ttlSeconds === undefined) return undefined;
  const completion = finished === undefined ? job?.outcome?.time : parseTime(status.completionTime);
  return addSeconds(completion ?? now, ttlSeconds);
}

/** A Job is lost that was seen (its uid is recorded) or may have been made, and a restart is recorded before it happens. */
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
