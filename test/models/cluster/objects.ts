import { DEFAULT_REGION } from '../../../src/api/names.js';

/** Objects of the API server. A stored object is never changed, only replaced: caches hold what they saw. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface Meta {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  generation: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export type Json = Record<string, unknown>;

export interface ApiObject {
  apiVersion: string;
  kind: string;
  metadata: Meta;
  spec?: Json;
  status?: Json;
  /** Of a Role and a RoleBinding. */
  rules?: unknown[];
  roleRef?: { kind: string; name: string };
  subjects?: { kind: string; name: string; namespace: string }[];
}

export interface JobCondition {
  type: string;
  status: string;
  reason: string;
  message: string;
  lastProbeTime: string;
  lastTransitionTime: string;
}

export interface JobStatus {
  active?: number;
  ready?: number;
  failed?: number;
  succeeded?: number;
  terminating?: number;
  startTime?: string;
  completionTime?: string;
  conditions?: JobCondition[];
  uncountedTerminatedPods?: { succeeded?: string[]; failed?: string[] };
}

export interface PodStatus {
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  ready: boolean;
  exitCode?: number;
  finishedAt?: number;
  disrupted?: boolean;
}

export const keyOf = (object: ApiObject): string => `${object.metadata.namespace}/${object.metadata.name}`;
export const controllerOf = (object: ApiObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find(({ controller }) => controller === true);
export const jobStatus = (job: ApiObject): JobStatus => job.status ?? {};
export const podStatus = (pod: ApiObject): PodStatus => pod.status as unknown as PodStatus;
export const hasCondition = (job: { status?: unknown }, type: string): JobCondition | undefined =>
  ((job.status ?? {}) as JobStatus).conditions?.find(
    (condition) => condition.type === type && condition.status === 'True',
  );
export const isFinished = (job: { status?: unknown }): boolean =>
  hasCondition(job, 'Complete') !== undefined || hasCondition(job, 'Failed') !== undefined;

/** Drained as the design defines it: nothing of this Job is running, and nothing will start by itself. */
export function isDrained(job: { spec?: unknown; status?: unknown }): boolean {
  if (isFinished(job)) return true;
  const { active, terminating } = (job.status ?? {}) as JobStatus;
  return (
    (job.spec as Json | undefined)?.suspend === true &&
    hasCondition(job, 'Suspended') !== undefined &&
    (active ?? 0) === 0 &&
    (terminating ?? 0) === 0
  );
}

/** The object with another status, or with none: JSON has no undefined. */
export function withStatus(object: ApiObject, status: Json | undefined): ApiObject {
  const { status: _replaced, ...rest } = object;
  return status === undefined ? rest : { ...rest, status };
}

/** Equality of JSON values. Histories compare all the time: this takes a fraction of what `isDeepStrictEqual` does. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && same((a as Json)[name], (b as Json)[name]))
  );
}

/** A spec with the CRD's defaults applied. */
export function defaulted(spec: Json): Json {
  const target = spec.ddbCtlDpJob as Json | undefined;
  if (target === undefined || target.awsRegion !== undefined) return withBackoffLimit(spec);
  return withBackoffLimit({ ...spec, ddbCtlDpJob: { ...target, awsRegion: DEFAULT_REGION } });
}

const withBackoffLimit = (spec: Json): Json => (spec.backoffLimit === undefined ? { ...spec, backoffLimit: 3 } : spec);

export const RIGHT_KINDS = ['ServiceAccount', 'Role', 'RoleBinding'] as const;
