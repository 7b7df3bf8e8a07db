import { MAX_MESSAGE } from '../../api/patterns.js';
import { CONDITION_TYPES, type State, stateConditions } from '../../api/states.js';
import type { Condition } from '../../api/status.js';
import { formatTime } from '../time.js';

export interface ConditionsInput {
  state: State;
  message: string;
  /** Why a new Job would be refused, although this run may continue: its spec or the policy changed while it ran. */
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
  const row = stateConditions(state);
  const [whole, time] = [{ reason: state, message: truncate(message) }, formatTime(now)];
  const conditions: Condition[] = [];
  for (const type of CONDITION_TYPES) {
    const refusal = type === 'PolicyCompliant' ? nonCompliance : undefined;
    const status = refusal ? 'False' : row[type];
    if (status === undefined) continue;
    const said = refusal ? { reason: refusal.reason, message: truncate(refusal.message) } : whole;
    const before = previous.find((condition) => condition.type === type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : time;
    const condition: Condition = { type, status, reason: said.reason, message: said.message, lastTransitionTime };
    if (generation !== undefined) condition.observedGeneration = generation;
    conditions.push(condition);
  }
  return conditions;
}

/** Because of one message that is too long, the API server would reject the whole status every time. It counts code points. */
function truncate(message: string): string {
  // No text has more code points than units.
  if (message.length <= MAX_MESSAGE) return message;
  const points = [...message];
  return points.length <= MAX_MESSAGE ? message : `${points.slice(0, MAX_MESSAGE - 1).join('')}…`;
}
