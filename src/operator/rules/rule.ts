import type { ObservedJob } from '../../api/hooks.js';
import type { State } from '../../api/states.js';
import type { Status } from '../../api/status.js';
import type { Counted } from '../observe/dry-run.js';
import type { Objection } from '../observe/objection.js';
import type { Situation } from '../observe/situation.js';
import type { Message } from '../messages.js';
import type { Restart } from '../restart.js';

export type { Situation };

/**
 * What is wanted of a Job. A Job that no decision names goes: Metacontroller deletes what an answer leaves out. `pause` and `drain`
 * build the same Job, with `suspend: true`. A drained Job is to go, not to be resumed: for it the status records `drainingSince`, from
 * which its time limit counts until it has a Suspended transition.
 */
export type Wish =
  | { keep: ObservedJob }
  | { pause: ObservedJob }
  | { drain: ObservedJob }
  /** `restarts`: how often the run was started again. */
  | { create: { restarts: number } };

/** Fields of the status that a decision sets; `undefined` removes one, and one that is not there stays as it was. */
export interface StatusChange {
  job?: NonNullable<Status['job']>;
  startTime?: Date | undefined;
  completionTime?: Date | undefined;
  restarts?: number;
  restart?: Restart | undefined;
  drainingSince?: Date;
  verifiedEmpty?: boolean | undefined;
  dryRun?: Counted;
}

/** What to do, as data: `respond` carries it out. */
export interface Decision {
  state: State;
  message: Message;
  /** What is wanted of this run's Job, and of a count that is awaited. All other Jobs are drained, whatever is decided. */
  jobs: readonly Wish[];
  set?: StatusChange;
  /** When to look again, should nothing change before. */
  wakes?: readonly (Date | undefined)[];
  /** Names of Jobs that are let go although a pod of theirs may live on. */
  abandoned?: readonly string[];
  /** What a new run would be refused for, while this one goes on. */
  nonCompliance?: Objection | undefined;
}

/** Decides where it applies; undefined where it does not. It may rely on the rules before it: none of them applied. */
export type Rule = (situation: Situation) => Decision | undefined;
