import { JOBS, ROLE_BINDINGS, ROLES, SERVICE_ACCOUNTS } from '../../../src/api/names.js';
import type { ApiServer } from './api-server.js';
import { type ApiObject, keyOf } from './objects.js';
import type { VirtualTime } from '../virtual-time.js';

export interface Notice {
  before: ApiObject | undefined;
  after: ApiObject | undefined;
}

/** The maximum age of a list, in milliseconds. */
const OLDEST_LIST_MS = 5000;

/** A cache for one kind: sees every change in order, but late. */
export class Informer {
  #cached = new Map<string, ApiObject>();
  #queue: Notice[] = [];
  #pumping = false;
  #frozenUntil = 0;
  #handlers: ((notice: Notice) => void)[] = [];
  /** Recent changes with their times: an old list is the present one without these changes. */
  #recent: (Notice & { at: number })[] = [];

  constructor(
    private readonly api: ApiServer,
    private readonly kind: string,
    private readonly time: VirtualTime,
    private readonly lag: () => number,
  ) {
    api.watch(({ before, after }) => {
      if ((after ?? before)?.kind !== kind) return;
      this.#recent = this.#recent.filter(({ at }) => at >= time.now() - OLDEST_LIST_MS);
      this.#recent.push({ before, after, at: time.now() });
      this.#queue.push({ before, after });
      this.#pump();
    });
  }

  onNotice(handler: (notice: Notice) => void): void {
    this.#handlers.push(handler);
  }

  get(key: string): ApiObject | undefined {
    return this.#cached.get(key);
  }

  list(): ApiObject[] {
    return [...this.#cached.values()];
  }

  /** Nothing new is seen before this time. */
  freezeUntil(time: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, time);
  }

  get isFrozen(): boolean {
    return this.time.now() < this.#frozenUntil;
  }

  thaw(): void {
    this.#frozenUntil = 0;
    this.#pumping = false;
    this.#pump();
  }

  /**
   * Starts again from a list, as a restarted process does. A list with resourceVersion 0 is answered from the API server's watch
   * cache, which may be behind: then what happened since comes by the watch, after `catchUp` milliseconds.
   */
  relist(age = 0, catchUp = 0): void {
    this.#cached = new Map(this.api.list(this.kind).map((object) => [keyOf(object), object]));
    const missed = age === 0 ? [] : this.#recent.filter(({ at }) => at > this.time.now() - age);
    for (const { before, after } of missed.toReversed()) {
      if (before) this.#cached.set(keyOf(before), before);
      else if (after) this.#cached.delete(keyOf(after));
    }
    this.#queue = missed;
    if (age > 0) {
      this.#frozenUntil = this.time.now() + catchUp;
      this.#pumping = false;
      this.#pump();
    }
  }

  #pump(): void {
    if (this.#pumping || this.#queue.length === 0) return;
    this.#pumping = true;
    const wait = Math.max(this.lag(), this.#frozenUntil - this.time.now());
    this.time.after(wait, () => {
      this.#pumping = false;
      if (this.time.now() >= this.#frozenUntil) {
        for (const notice of this.#queue.splice(0)) this.#deliver(notice);
      }
      this.#pump();
    });
  }

  #deliver({ after, before }: Notice): void {
    const object = (after ?? before)!;
    const key = keyOf(object);
    const old = this.#cached.get(key);
    if (after) this.#cached.set(key, after);
    else this.#cached.delete(key);
    for (const handler of this.#handlers) handler({ before: after ? old : (old ?? before), after });
  }
}

/** The caches of the kinds that our CompositeController lists, by their keys in a request. */
export function childInformers(api: ApiServer, time: VirtualTime, lag: () => number) {
  return {
    [JOBS]: new Informer(api, 'Job', time, lag),
    [SERVICE_ACCOUNTS]: new Informer(api, 'ServiceAccount', time, lag),
    [ROLES]: new Informer(api, 'Role', time, lag),
    [ROLE_BINDINGS]: new Informer(api, 'RoleBinding', time, lag),
  };
}
