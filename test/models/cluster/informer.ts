import type { ApiServer } from './api-server.js';
import { type ApiObject, keyOf } from './objects.js';
import type { VirtualTime } from '../virtual-time.js';

export interface Notice {
  before: ApiObject | undefined;
  after: ApiObject | undefined;
}

/** A cache of one kind: sees every change in its order, and late. */
export class Informer {
  #cached = new Map<string, ApiObject>();
  #queue: Notice[] = [];
  #pumping = false;
  #frozenUntil = 0;
  #handlers: ((notice: Notice) => void)[] = [];

  constructor(
    private readonly api: ApiServer,
    private readonly kind: string,
    private readonly time: VirtualTime,
    private readonly lag: () => number,
  ) {
    api.watch(({ before, after }) => {
      if ((after ?? before)?.kind !== kind) return;
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

  /** Nothing new is seen until then. */
  freezeUntil(time: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, time);
  }

  thaw(): void {
    this.#frozenUntil = 0;
    this.#pumping = false;
    this.#pump();
  }

  /** Starts again from what is there now, as a restarted process does. */
  relist(): void {
    this.#queue = [];
    this.#cached = new Map(this.api.list(this.kind).map((object) => [keyOf(object), object]));
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
