import type { FinishedState } from '../../api/states.js';
import type { CompositeRequest } from '../../api/hooks.js';
import { readResource } from '../../operator/observe/resource.js';
import { parseTime } from '../../operator/time.js';

/** A DdbctlDpJob as the API server lists it, with what Metacontroller's requests leave open. */
export type Listed = CompositeRequest['parent'] & {
  metadata: {
    resourceVersion?: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
    ownerReferences?: unknown[];
  };
};

export interface Retention {
  /** What finished before this may go. */
  before: Date;
  /** Whether that holds for what somebody else keeps in existence, too. */
  includeManaged: boolean;
}

/** Why a resource stays. */
export const REASONS = {
  unfinished: 'its run has not finished',
  beingDeleted: 'it is being deleted already',
  undated: 'its status says no time at which it finished',
  recent: 'it has not been kept long enough',
  managed: 'Argo CD, Flux, Helm or an owner would create it again, and so start a new run',
} as const;
export type Reason = keyof typeof REASONS;

export type Judgment = { state: FinishedState; completed: Date } | { stays: Reason };

/** Whether a resource has been kept long enough. In doubt it stays. */
export function judge(resource: Listed, { before, includeManaged }: Retention): Judgment {
  const { finished, status, parent } = readResource(resource);
  if (finished === undefined) return { stays: 'unfinished' };
  if (parent.deletionTimestamp !== undefined) return { stays: 'beingDeleted' };
  const completed = parseTime(status.completionTime);
  if (completed === undefined) return { stays: 'undated' };
  if (completed >= before) return { stays: 'recent' };
  if (!includeManaged && isManaged(resource)) return { stays: 'managed' };
  return { state: finished, completed };
}

/** Marks of those who create a resource again that they miss. A resource that is created again is a new order. */
const MANAGED_LABELS = [
  // Argo CD, where it tracks by label.
  'app.kubernetes.io/instance',
  'argocd.argoproj.io/instance',
  'kustomize.toolkit.fluxcd.io/name',
  'helm.toolkit.fluxcd.io/name',
];
const MANAGED_ANNOTATIONS = ['argocd.argoproj.io/tracking-id', 'meta.helm.sh/release-name'];

function isManaged({ metadata: { labels = {}, annotations = {}, ownerReferences = [] } }: Listed): boolean {
  return (
    ownerReferences.length > 0 ||
    MANAGED_LABELS.some((name) => name in labels) ||
    MANAGED_ANNOTATIONS.some((name) => name in annotations)
  );
}
