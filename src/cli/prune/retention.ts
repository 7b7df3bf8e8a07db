import type { FinishedState } from '../../api/states.js';
import type { CompositeRequest } from '../../api/hooks.js';
import { readResource } from '../../operator/observe/resource.js';
import { parseTime } from '../../operator/time.js';
import { type Origin, type Recreated, recreationOf } from './recreated.js';

/** A DdbctlDpJob as the API server lists it, with what Metacontroller's requests leave open. */
export type Listed = CompositeRequest['parent'] & {
  metadata: {
    resourceVersion?: string;
  } & Origin;
};

export interface Retention {
  /** What finished before this may go. */
  before: Date;
  /** Whether that holds for what would be created again, too. */
  include: ReadonlySet<Recreated>;
}

/** Why a resource stays. */
export const REASONS = {
  unfinished: 'its run has not finished',
  beingDeleted: 'it is being deleted already',
  undated: 'its status says no time at which it finished',
  recent: 'it has not been kept long enough',
  managed: 'a tool or an owner would create it again, and so start a new run; if its manifest is gone: --managed',
  applied: 'kubectl apply of its manifest would create it again, and so start a new run; if that is gone: --applied',
} as const;
export type Reason = keyof typeof REASONS;

export type Judgment =
  | { state: FinishedState; completed: Date }
  | { stays: Exclude<Reason, Recreated> }
  | { stays: Recreated; mark: string };

/** Whether a resource has been kept long enough. In doubt it stays. */
export function judge(resource: Listed, { before, include }: Retention): Judgment {
  const { finished, status, parent } = readResource(resource);
  if (finished === undefined) return { stays: 'unfinished' };
  if (parent.deletionTimestamp !== undefined) return { stays: 'beingDeleted' };
  const completed = parseTime(status.completionTime);
  if (completed === undefined) return { stays: 'undated' };
  if (completed >= before) return { stays: 'recent' };
  const again = recreationOf(resource.metadata);
  if (again && !include.has(again.by)) return { stays: again.by, mark: again.mark };
  return { state: finished, completed };
}
