import { stateConditions } from '../../api/states.js';
import type { Condition, Status } from '../../api/status.js';
import { isTrue } from '../observe/resource.js';
import type { Situation } from '../observe/situation.js';
import type { Decision } from '../rules/rule.js';
import { formatTime } from '../time.js';
import { conditionsOf } from './conditions.js';

/** The status for a decision: the fields that every status has, and those that the decision sets. */
export function statusOf(situation: Situation, decision: Decision, message: string): Status {
  const { parent, stored, status, mode, unrecordedRestart, seenJobs, progress, target, countedBefore, now } = situation;
  const { state, nonCompliance, set } = decision;
  return written({
    observedGeneration: parent.generation,
    conditions: conditionsOf({
      state,
      message,
      nonCompliance: nonCompliance && { reason: nonCompliance.state, message: nonCompliance.message },
      previous: conditionsBefore(situation),
      generation: parent.generation,
      now,
    }),
    mode,
    job: status.job,
    seenJobs: seenJobs.length > 0 ? seenJobs : undefined,
    startTime: status.startTime,
    completionTime: status.completionTime,
    restarts: status.restarts,
    // Only this answer shows that the count before it may still be there.
    restart: status.restart ?? (stored.mode === mode ? undefined : unrecordedRestart),
    drainingSince: isDraining(situation, decision) ? situation.drainingSince : undefined,
    notReadySince: undefined,
    progress,
    verifiedEmpty: state === 'PartitionDeleted' ? status.verifiedEmpty : undefined,
    receipt: state === 'PartitionDeleted' ? status.receipt : undefined,
    target,
    dryRun: countedBefore,
    ...set,
  }) as Status;
}

/**
 * A run begins as Pending. If nothing was recorded between the end of a count and the end of the deletion that it led to, only what
 * the deletion had when it began has held since the count.
 */
function conditionsBefore({ stored, finished }: Situation): readonly Condition[] {
  const { conditions = [] } = stored;
  if (finished !== undefined || !isTrue(stored, 'Finished')) return conditions;
  const pending = stateConditions('Pending');
  return conditions.filter(({ type, status }) => pending[type as keyof typeof pending] === status);
}

/** Whether a Job is being stopped in order to be removed, rather than paused. */
function isDraining({ others }: Situation, { jobs, abandoned = [] }: Decision): boolean {
  // The time limit of a Job that was dropped and hangs in its deletion must not start again.
  if (others.abandoned.length > 0 || abandoned.length > 0) return true;
  return others.stopping.length > 0 || jobs.some((wish) => 'drain' in wish);
}

/** Formats times as text and drops undefined fields: JSON.stringify omits them anyway, and the schema must not see them either. */
function written(value: unknown): unknown {
  if (value instanceof Date) return formatTime(value);
  if (Array.isArray(value) || typeof value !== 'object' || value === null || isWritten(value)) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, written(field)]));
}

/** Whether nothing has to be formatted or dropped in an object, as in most that a status or a report was read from. */
const isWritten = (fields: object): boolean =>
  Object.values(fields).every((field) => field !== undefined && typeof field !== 'object');
