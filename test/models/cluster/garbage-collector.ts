import { KIND } from '../../../src/api/names.js';
import { type ApiServer, FOREGROUND, ORPHAN } from './api-server.js';
import { type ApiObject, controllerOf } from './objects.js';
import type { VirtualTime } from '../virtual-time.js';

/** The garbage collector, which acts a little later than the event that triggers it. */
export class GarbageCollector {
  constructor(
    private readonly api: ApiServer,
    time: VirtualTime,
    delay: () => number,
  ) {
    api.watch(({ before, after }) => {
      if (after === undefined) {
        if (before && api.dependentsOf(before.metadata.uid).length > 0)
          time.after(delay(), () => this.#collectDependents(before.metadata.uid));
        for (const owner of before?.metadata.ownerReferences ?? [])
          time.after(delay(), () => this.#foreground(owner.uid));
        return;
      }
      // An owner that waits for its dependents no longer waits for one that was taken from it. Source: Kubernetes,
      // pkg/controller/garbagecollector/graph_builder.go, addUnblockedOwnersToDeleteQueue.
      for (const { uid } of before?.metadata.ownerReferences ?? [])
        if (after.metadata.ownerReferences?.some((owner) => owner.uid === uid) !== true)
          time.after(delay(), () => this.#foreground(uid));
      if (after.metadata.deletionTimestamp === undefined) {
        const owner = controllerOf(after);
        if (before === undefined && owner && !api.hasUID(owner.uid))
          time.after(delay(), () => this.#collectDependents(owner.uid));
        return;
      }
      const starts = (finalizer: string): boolean =>
        after.metadata.finalizers?.includes(finalizer) === true &&
        (before?.metadata.deletionTimestamp === undefined || before.metadata.finalizers?.includes(finalizer) !== true);
      if (starts(ORPHAN)) time.after(delay(), () => this.#orphan(after));
      if (starts(FOREGROUND)) time.after(delay(), () => this.#foreground(after.metadata.uid));
    });
  }

  #collectDependents(uid: string): void {
    if (this.api.hasUID(uid)) return;
    for (const dependent of this.api.dependentsOf(uid)) {
      if (dependent.metadata.deletionTimestamp === undefined) this.api.delete(dependent, 'garbage-collector');
    }
  }

  /** Deletes the dependents, including those created meanwhile; releases the owner once there are none. */
  #foreground(uid: string): void {
    const owner = [...this.api.list(KIND), ...this.api.list('Job')].find(({ metadata }) => metadata.uid === uid);
    if (owner?.metadata.finalizers?.includes(FOREGROUND) !== true) return;
    const dependents = this.api.dependentsOf(uid);
    if (dependents.length === 0) return void this.api.removeFinalizer(owner, FOREGROUND, 'garbage-collector');
    for (const dependent of dependents) {
      if (dependent.metadata.deletionTimestamp !== undefined) continue;
      const hasOwn = this.api.dependentsOf(dependent.metadata.uid).length > 0;
      this.api.delete(dependent, 'garbage-collector', { propagation: hasOwn ? 'Foreground' : 'Background' });
    }
    if (this.api.dependentsOf(uid).length === 0) this.#foreground(uid);
  }

  #orphan(owner: ApiObject): void {
    for (const dependent of this.api.dependentsOf(owner.metadata.uid)) {
      this.api.update(
        dependent,
        (object) => ({
          ...object,
          metadata: {
            ...object.metadata,
            ownerReferences: object.metadata.ownerReferences?.filter(({ uid }) => uid !== owner.metadata.uid) ?? [],
          },
        }),
        'garbage-collector',
      );
    }
    this.api.removeFinalizer(owner, ORPHAN, 'garbage-collector');
  }
}
