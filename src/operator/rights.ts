import type { ObservedRight } from '../api/hooks.js';
import { GROUP, PLURAL, RUN_LABEL } from '../api/names.js';
import type { Right } from '../api/rights.js';
import { sameJson } from './same-json.js';

/**
 * The rights of workers: a worker may patch its own resource, and nothing else. With a patch it reports, and with a dry-run patch,
 * which writes nothing, it looks at its resource (the fence).
 */

/** Whose rights: of the Job with this name, whose pods run as this account. */
export interface Bearer {
  name: string;
  account: string;
}

interface Owner {
  name: string;
  namespace: string;
}

/** The objects that grant a bearer its rights: at most one of each kind. An account named like the Job is ours as well. */
export function rightsOf({ name, account }: Bearer, { name: resource, namespace }: Owner): Right[] {
  const labels = {
    'app.kubernetes.io/name': 'dynamoctl',
    'app.kubernetes.io/component': 'worker',
    'app.kubernetes.io/managed-by': 'dynamoctl-dp-operator',
    [RUN_LABEL]: name.slice(name.lastIndexOf('-') + 1),
  };
  const metadata = { name, namespace, labels };
  const rbac = 'rbac.authorization.k8s.io';
  const grants: Right[] = [
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [GROUP], resources: [PLURAL], resourceNames: [resource], verbs: ['patch'] }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
  ];
  if (account !== name) return grants;
  return [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false }, ...grants];
}

/** A Job, observed or built. */
export interface AnyJob {
  metadata: { name: string };
  spec: { template?: unknown };
}

export function podSpecOf({ spec }: Pick<AnyJob, 'spec'>): Readonly<Record<string, unknown>> {
  return (spec.template as { spec?: Record<string, unknown> } | undefined)?.spec ?? {};
}

/** Whether a Job's pods get a token. Kubernetes' default is true: only a Job that says otherwise has none. */
export const mountsToken = (job: Pick<AnyJob, 'spec'>): boolean =>
  podSpecOf(job).automountServiceAccountToken !== false;

/** Fields that decide who may do what. Others may add to the rest, such as pull secrets to a service account. */
const DECISIVE = ['rules', 'roleRef', 'subjects'] as const;

/** The observed object that this right describes, if it is not on its way out. */
export function observedFor(right: Right, observed: readonly ObservedRight[]): ObservedRight | undefined {
  return observed.find(
    ({ kind, metadata }) =>
      kind === right.kind && metadata.name === right.metadata.name && metadata.deletionTimestamp === undefined,
  );
}

/** Whether an observed object grants exactly this. */
export function grantsThis(right: Right, observed: ObservedRight): boolean {
  const wanted = right as Partial<Record<(typeof DECISIVE)[number], unknown>>;
  return DECISIVE.every((field) => sameJson(observed[field] ?? null, wanted[field] ?? null));
}
