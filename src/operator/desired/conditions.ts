import type { State } from '../../api/states.js';
import { MAX_MESSAGE } from '../../api/patterns.js';
import { CONDITION_TYPES, type Condition, type ConditionType } from '../../api/status.js';
import { formatTime } from '../time.js';

type Row = Readonly<Partial<Record<ConditionType, Condition['status']>>>;

const UNDER_WAY: Row = {
  Finished: 'False',
  Succeeded: 'Unknown',
  Suspended: 'False',
  Ready: 'False',
  Reconciling: 'True',
};
const PAUSED: Row = { Finished: 'False', Succeeded: 'Unknown', Suspended: 'True', Ready: 'False' };
const SUCCEEDED: Row = { Finished: 'True', Succeeded: 'True', Suspended: 'False', Ready: 'True' };
const FAILED: Row = { Finished: 'True', Succeeded: 'False', Suspended: 'False', Ready: 'False', Stalled: 'True' };
const BLOCKED: Row = { Finished: 'False', Succeeded: 'False', Suspended: 'False', Ready: 'False', Stalled: 'True' };

/** State → what each condition says. Ready, Reconciling and Stalled are what kstatus reads; an absent one is absent. */
const CONDITIONS: Readonly<Record<State, Row>> = {
  Pending: UNDER_WAY,
  Running: UNDER_WAY,
  Retrying: UNDER_WAY,
  Restarting: UNDER_WAY,
  Suspending: UNDER_WAY,
  Cancelling: UNDER_WAY,
  Suspended: PAUSED,
  PartitionDeleted: SUCCEEDED,
  DryRunComplete: SUCCEEDED,
  Cancelled: FAILED,
  InvalidTarget: FAILED,
  Incomplete: FAILED,
  GuardRefused: FAILED,
  TableNotFound: FAILED,
  AccessDenied: FAILED,
  DeadlineExceeded: FAILED,
  BackoffLimitExceeded: FAILED,
  WorkerFailed: FAILED,
  PolicyViolation: BLOCKED,
  Restored: BLOCKED,
};

export interface ConditionsInput {
  state: State;
  message: string;
  /** What changed under a running Job that a new one would be refused for. */
  nonCompliance?: { reason: State; message: string } | undefined;
  previous: readonly Condition[];
  generation: number | undefined;
  now: Date;
}

/** The conditions of a state. `lastTransitionTime` moves only when a status flips. */
export function conditionsOf({
  state,
  message,
  nonCompliance,
  previous,
  generation,
  now,
}: ConditionsInput): Condition[] {
  const row = nonCompliance ? { ...CONDITIONS[state], PolicyCompliant: 'False' as const } : CONDITIONS[state];
  return CONDITION_TYPES.flatMap((type) => {
    const status = row[type];
    if (status === undefined) return [];
    const said = type === 'PolicyCompliant' && nonCompliance ? nonCompliance : { reason: state, message };
    const before = previous.find((condition) => condition.type === type);
    return [
      {
        type,
        status,
        reason: said.reason,
        message: truncate(said.message),
        lastTransitionTime: before?.status === status ? before.lastTransitionTime : formatTime(now),
        ...(generation === undefined ? {} : { observedGeneration: generation }),
      },
    ];
  });
}

/** The API server would refuse the whole status, for ever, over one message that is too long. It counts code points. */
function truncate(message: string): string {
  const points = [...message];
  return points.length <= MAX_MESSAGE ? message : `${points.slice(0, MAX_MESSAGE - 1).join('')}…`;
}
