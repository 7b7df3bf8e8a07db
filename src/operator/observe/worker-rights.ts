import type { CompositeRequest, ObservedRight } from '../../api/hooks.js';
import { RIGHTS } from '../../api/names.js';
import type { Settings } from '../../api/settings.js';
import { type Bearer, grantsThis, observedFor, rightsOf } from '../rights.js';
import type { Resource } from './resource.js';

export interface WorkerRights {
  /**
   * Who grants workers their rights: the operator; nobody, by its settings; or nobody, because the CompositeController does not
   * list these kinds, and Metacontroller would refuse them.
   */
  by: 'operator' | 'nobody' | 'not listed';
  observed: readonly ObservedRight[];
  /** Who gets rights if a Job is created now. */
  bearer: Bearer | undefined;
  /** Whether all of them are there. Undefined if there is no bearer. */
  areThere: boolean;
}

export function readWorkerRights(
  children: CompositeRequest['children'],
  { parent, spec }: Resource,
  newJobName: string,
  { workerRights }: Settings,
): WorkerRights {
  const isListed = RIGHTS.every((group) => children[group] !== undefined);
  const by = workerRights === 'none' ? 'nobody' : isListed ? 'operator' : 'not listed';
  const observed = observedRights(children);
  const bearer = by === 'operator' ? { name: newJobName, account: spec?.serviceAccountName ?? newJobName } : undefined;
  const missing = bearer ? rightsOf(bearer, parent).filter((right) => !isThere(right, observed)) : [];
  return { by, observed, bearer, areThere: missing.length === 0 };
}

/** The rights of all workers of a resource, whatever they grant. */
export function observedRights(children: CompositeRequest['children']): ObservedRight[] {
  return RIGHTS.flatMap((group) => Object.values(children[group] ?? {}));
}

function isThere(right: Parameters<typeof grantsThis>[0], observed: readonly ObservedRight[]): boolean {
  const found = observedFor(right, observed);
  return found !== undefined && grantsThis(right, found);
}
