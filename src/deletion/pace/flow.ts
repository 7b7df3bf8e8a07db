import type { Charge } from './cap.js';
import { DecayingSum } from './decaying-sum.js';
import { PACING } from './pacing-parameters.js';

const { halfLifeMs } = PACING.evidence;

/** A range that is read and deleted in the order of its keys: a stream of requests. This is what is known of it. */
export class Flow {
  readonly requests = new DecayingSum(halfLifeMs);
  /** Requests of which anything was refused. */
  readonly refusals = new DecayingSum(halfLifeMs);
  /** Write units that were acknowledged. */
  readonly delivered = new DecayingSum(halfLifeMs);

  record({ acknowledged, refused }: RequestResult, now: number): void {
    this.requests.add(1, now);
    if (refused > 0) this.refusals.add(1, now);
    this.delivered.add(acknowledged, now);
  }

  /** In another group, what its neighbors there are refused is compared from now on. */
  forgetRefusals(): void {
    this.requests.clear();
    this.refusals.clear();
  }
}

/** A request of a flow, which waits until it may be sent, or is on its way. */
export interface Ticket {
  readonly flow: Flow;
  /** Write units that it is expected to take. */
  readonly units: number;
  /** Write units that it takes at most: a cap is charged with them until the answer says how many it took. */
  readonly atMost: number;
  /** Set when it may be sent. */
  charge?: Charge;
  /** When it was sent, in milliseconds. */
  sentAt?: number;
}

/** What became of a request, in write units. */
export interface RequestResult {
  /** Done, as the items' physical partition counts it: the table and its local indexes. */
  readonly acknowledged: number;
  /** Done, with global indexes: what a cap counts. The same unless given; where that was not measured, the most that it can be. */
  readonly consumed?: number;
  /** Done in each global index, by its name, where the answer says so. */
  readonly ofIndexes?: Readonly<Record<string, number>>;
  /** Refused: unprocessed, or the whole of a throttled request. */
  readonly refused: number;
  /** Nobody knows whether the request was done: a lost answer, a 5xx. */
  readonly unknown?: boolean;
  /** Throttling reasons; only an exception carries them. */
  readonly reasons?: readonly string[];
}
