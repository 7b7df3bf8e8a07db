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
 * What should happen to a Job. A Job that a decision does not name is deleted, because Metacontroller deletes what a response omits.
 * `pause` and `drain` build the same Job, with `suspend: true`. Draining ends with the Job's removal, not its resumption: the status
 * records `drainingSince`, from which its time limit counts until the Job has a Suspended transition.
 */
export type Wish =
  | { keep: ObservedJob }
  | { pause: ObservedJob }
  | { drain: ObservedJob }
  /** `restarts`: how many times the run has been restarted. */
  | { create: { restarts: number } }
  /** No Job yet, but the rights that it needs. */
  | { authorize: { job: string } };

/** Fields of the status that a decision sets; `undefined` removes a field, and an absent one stays unchanged. */
export interface StatusChange {
  job?: NonNullable<Status['job']>;
  startTime?: Date | undefined;
  completionTime?: Date | undefined;
  restarts?: number;
  restart?: Restart | undefined;
  drainingSince?: Date;
  notReadySince?: Date;
  creatingSince?: Date;
  verifiedEmpty?: boolean | undefined;
  receipt?: string;
  dryRun?: Counted;
}

/** A decision, as data: `respond` turns it into a response. */
export interface Decision {
  state: State;
  message: Message;
  /** What should happen to this run's Job, and to a count that is awaited. All other Jobs are drained, whatever is decided. */
  jobs: readonly Wish[];
  set?: StatusChange;
  /** When to look again if nothing changes before. */
  wakes?: readonly (Date | undefined)[];
  /** Names of Jobs that are dropped although one of their pods may still be running. */
  abandoned?: readonly string[];
  /** Why a new run would be refused, while this one continues. */
  nonCompliance?: Objection | undefined;
}

/** Returns a decision if it applies, otherwise undefined. It may rely on none of the rules before it having applied. */
export type Rule = (situation: Situation) => Decision | undefined;
