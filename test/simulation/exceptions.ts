import type { VirtualTime } from '../models/virtual-time.js';

/**
 * Acts of users and faults for which claims make an exception: of what it is, how long it lasts, and what it is.
 * docs/design/README.md says what no longer holds.
 */
const EXCEPTIONS = {
  takenAway: 'a pod that a user separated from its Job, by an orphaning or a forced deletion',
  handled: 'a Job that a user suspended or resumed',
  resumed: 'a Job that a user resumed after the operator had recorded that it stops',
  added: 'a cancelled resource to which a user added a Job, until an answer that stops it has been carried out',
  forged: 'a resource in which someone wrote a report, a status or a spec',
  clockStepped: "the operator's clock jumped, until what was measured by the old one is over",
  longLag: 'a cache lagged longer than the restart delay allows for, until what it led to has stopped',
  unseenJobTaken: "a resource whose Job a user took away before the parent's cache had seen it",
  unseenEndTaken:
    "a resource whose Job, or report where that alone shows the end, a user took away before the parent's cache had seen the end",
  approvedUnseen:
    'a resource that was approved before its count was recorded, or set back to an earlier status while a cache did not show that, or its Job: nothing reveals that the Job exists',
  wentBack: 'Metacontroller restarted, and its first list of parents was old, until its cache has caught up',
  mixed:
    'a replica of a version that knew neither rights nor an expected target answers as well, until its last answer has been carried out; and the Jobs that it made',
  killed: 'a pod whose process ended while requests of it were on their way, until they have been carried out',
  clocksApart:
    'a cancelled resource, while two replicas whose clocks are apart answer by turns, from a cache that does not show the end yet',
  blindEnd:
    'a cancellation recorded by an answer that did not know the status before it, until an answer has known the end',
  lostNodes: 'a node that is lost, until its pods have stopped after its return',
} as const;
export type Exception = keyof typeof EXCEPTIONS;
export const EXCEPTION_NAMES = Object.keys(EXCEPTIONS) as Exception[];

/** Of no object: it concerns all. */
const ALL = '';

/** Which exceptions are made: each for one object, by its uid or name, or for all, until its time is over. */
export class Exceptions {
  /** How often each kept a claim from being broken. */
  readonly excused = new Map<Exception, number>();
  readonly #until = new Map<string, number>();

  constructor(private readonly time: VirtualTime) {}

  /** Makes an exception from now on, or moves its end. Without `until` it lasts as long as its object. */
  make(exception: Exception, of: string = ALL, until = Infinity): void {
    this.#until.set(`${exception}/${of}`, until);
  }

  /** Makes an exception for all, until then or later. */
  makeUntil(exception: Exception, until: number): void {
    this.make(exception, ALL, Math.max(until, this.#until.get(`${exception}/${ALL}`) ?? 0));
  }

  has(exception: Exception, of: string = ALL): boolean {
    return this.time.now() <= (this.#until.get(`${exception}/${of}`) ?? -Infinity);
  }

  /** The first of these exceptions that is made. */
  first(...asked: readonly (readonly [exception: Exception, of?: string])[]): Exception | undefined {
    return asked.find(([exception, of]) => this.has(exception, of))?.[0];
  }

  /** Whether one of these is made. To be asked last: if so, it is what keeps a claim from being broken. */
  excuse(...asked: readonly (readonly [exception: Exception, of?: string])[]): boolean {
    const found = this.first(...asked);
    if (found !== undefined) this.count(found);
    return found !== undefined;
  }

  count(exception: Exception): void {
    this.excused.set(exception, (this.excused.get(exception) ?? 0) + 1);
  }

  /** Whether it is made for any object. */
  hasAny(exception: Exception): boolean {
    return [...this.#until.keys()].some((key) => key.startsWith(`${exception}/`));
  }
}
