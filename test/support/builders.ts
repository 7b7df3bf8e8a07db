import type { Child, CompositeRequest, CompositeResponse, ObservedJob, ObservedRight } from '../../src/api/hooks.js';
import type { Job } from '../../src/api/job.js';
import {
  API_VERSION,
  JOBS,
  KIND,
  LAST_APPLIED_ANNOTATION,
  REPORT_ANNOTATION,
  ROLE_BINDINGS,
  ROLES,
  SERVICE_ACCOUNTS,
} from '../../src/api/names.js';
import type { Report } from '../../src/api/report.js';
import type { Settings } from '../../src/api/settings.js';
import type { Spec } from '../../src/api/spec.js';
import type { Mode } from '../../src/api/states.js';
import type { Status } from '../../src/api/status.js';
import { buildJob } from '../../src/operator/desired/new-job.js';
import { type Bearer, rightsOf } from '../../src/operator/rights.js';
import { jobName, runOf } from '../../src/operator/run-name.js';
import { sync } from '../../src/operator/sync.js';
import { defaultSettings } from './settings.js';

/** Objects for tests: each is minimal, with the changes that a test specifies. */
export const UID = '9b05a305-0bf7-40e3-add6-70dc64201765';
export const NOW = new Date('2026-11-23T02:10:40Z');

export const target = { tableName: 'Orders', partitionValue: 'tenant-1', awsRegion: 'us-east-1' } as const;

export interface ParentOptions {
  spec?: Partial<Spec> & Record<string, unknown>;
  status?: unknown;
  report?: Partial<Report> | string;
  metadata?: Partial<CompositeRequest['parent']['metadata']>;
}

export function request(options: ParentOptions = {}, ...jobs: ObservedJob[]): CompositeRequest {
  const { report } = options;
  const text = typeof report === 'string' ? report : JSON.stringify({ parentUID: UID, mode: 'Execute', ...report });
  return {
    controller: { kind: 'CompositeController', apiVersion: 'metacontroller.k8s.io/v1alpha1' },
    parent: {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: {
        name: 'sample',
        namespace: 'default',
        uid: UID,
        generation: 1,
        ...(report !== undefined && { annotations: { [REPORT_ANNOTATION]: text } }),
        ...options.metadata,
      },
      spec: { ddbCtlDpJob: target, ...options.spec },
      ...(options.status !== undefined && { status: options.status }),
    },
    children: { [JOBS]: Object.fromEntries(jobs.map((job) => [`default/${job.metadata.name}`, job])) },
    related: {},
    finalizing: false,
  };
}

export interface JobOptions {
  mode?: Mode;
  uid?: string;
  name?: string;
  suspend?: boolean;
  restarts?: number;
  status?: ObservedJob['status'];
  metadata?: Partial<ObservedJob['metadata']>;
  /** The service account that its pod runs as, with a token; null: default, without one. */
  account?: string | null;
}

/** One of our Jobs as the API server stores it, including defaulted fields. */
export function observedJob({
  mode = 'Execute',
  uid = 'job-1',
  restarts = 0,
  ...options
}: JobOptions = {}): ObservedJob {
  const parent = { name: 'sample', namespace: 'default', uid: UID };
  const run = runOf(UID, mode);
  const { account = jobName('sample', run) } = options;
  const job = buildJob({
    parent,
    spec: { ddbCtlDpJob: target },
    mode,
    run,
    restarts,
    account: account ?? undefined,
    settings: defaultSettings,
  });
  const template = structuredClone(job.spec.template) as { metadata: { labels: Record<string, string> } };
  Object.assign(template.metadata.labels, { 'controller-uid': uid, 'batch.kubernetes.io/controller-uid': uid });
  return {
    ...job,
    metadata: {
      ...job.metadata,
      ...(options.name !== undefined && { name: options.name }),
      uid,
      creationTimestamp: '2026-11-23T02:10:01Z',
      labels: { ...job.metadata.labels, 'controller-uid': UID },
      ...options.metadata,
    },
    spec: {
      ...job.spec,
      template,
      completionMode: 'NonIndexed',
      manualSelector: false,
      suspend: options.suspend ?? false,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
    },
    status: options.status ?? {},
  };
}

/** One to which a webhook gave a variable twice, so that no change reaches it. */
export function unreachableJob(options: JobOptions = {}): ObservedJob {
  const annotations = { [LAST_APPLIED_ANNOTATION]: JSON.stringify({ spec: { template: {} } }) };
  const job = observedJob({ ...options, metadata: { annotations, ...options.metadata } });
  const { containers } = (job.spec.template as { spec: { containers: { env: object[] }[] } }).spec;
  for (const { env } of containers) env.push({ name: 'X', value: '1' }, { name: 'X', value: '2' });
  return job;
}

const condition = (type: string, reason: string, message = '', time = '2026-11-23T02:10:30Z') => ({
  type,
  status: 'True',
  reason,
  message,
  lastTransitionTime: time,
});

/** Job statuses as the Job controller writes them. */
export const jobStatus = {
  fresh: {},
  podStarting: { active: 1, ready: 0, terminating: 0, startTime: '2026-11-23T02:10:01Z' },
  running: { active: 1, ready: 1, terminating: 0, startTime: '2026-11-23T02:10:01Z' },
  retrying: { active: 1, ready: 0, failed: 1, terminating: 0, startTime: '2026-11-23T02:10:01Z' },
  suspendedDraining: { ready: 0, terminating: 1, conditions: [condition('Suspended', 'JobSuspended')] },
  suspended: { ready: 0, terminating: 0, conditions: [condition('Suspended', 'JobSuspended')] },
  succeeding: { ready: 0, terminating: 0, conditions: [condition('SuccessCriteriaMet', 'CompletionsReached')] },
  complete: {
    succeeded: 1,
    ready: 0,
    terminating: 0,
    startTime: '2026-11-23T02:10:01Z',
    completionTime: '2026-11-23T02:10:30Z',
    conditions: [condition('SuccessCriteriaMet', 'CompletionsReached'), condition('Complete', 'CompletionsReached')],
  },
  failing: (reason: string, message = '') => ({ ready: 0, conditions: [condition('FailureTarget', reason, message)] }),
  failed: (reason: string, message = '') => ({
    failed: 1,
    ready: 0,
    terminating: 0,
    startTime: '2026-11-23T02:10:01Z',
    conditions: [condition('FailureTarget', reason, message), condition('Failed', reason, message)],
  }),
  exited: (code: number) =>
    jobStatus.failed(
      'PodFailurePolicy',
      `Container worker for pod default/sample-w6wjt failed with exit code ${code} matching FailJob rule at index 2`,
    ),
} satisfies Record<string, unknown>;

/** The status that sync gives a request: what the API server would hold when the next one comes. */
export function statusAfter(before: CompositeRequest, now = NOW, settings: Settings = defaultSettings): Status {
  return JSON.parse(JSON.stringify(sync(before, settings, now).status)) as Status;
}

export const stateOf = ({ status }: Pick<CompositeResponse, 'status'>): string | undefined =>
  status.conditions?.find(({ type }) => type === 'Succeeded')?.reason;

export const seconds = (count: number, from = NOW): Date => new Date(from.getTime() + count * 1000);

/** Names of children, with `:suspend` appended to those that should be paused. */
export const childrenOf = (answer: { children: Child[] }): string[] =>
  jobsIn(answer).map(({ metadata, spec }) => (spec.suspend === true ? `${metadata.name}:suspend` : metadata.name));

/** The Jobs among the children of an answer. */
export const jobsIn = ({ children }: { children: Child[] }): Job[] =>
  children.filter((child): child is Job => child.kind === 'Job');

/** The rights among them: `Role`, or `RoleBinding to` an account. */
export const rightsIn = ({ children }: { children: Child[] }): string[] =>
  children
    .filter((child) => child.kind !== 'Job')
    .map((child) => (child.kind === 'RoleBinding' ? `RoleBinding to ${child.subjects[0]?.name}` : child.kind));

/** A request by a CompositeController that lists the kinds of rights, with those of a bearer, or with none. */
export function withRights(
  asked: CompositeRequest,
  bearer?: Bearer,
  change: (right: ObservedRight) => unknown = () => 0,
): CompositeRequest {
  const none: Record<string, ObservedRight> = {};
  const groups = { [SERVICE_ACCOUNTS]: { ...none }, [ROLES]: { ...none }, [ROLE_BINDINGS]: { ...none } };
  const group = { ServiceAccount: SERVICE_ACCOUNTS, Role: ROLES, RoleBinding: ROLE_BINDINGS } as const;
  for (const right of bearer ? rightsOf(bearer, asked.parent.metadata) : []) {
    const observed = structuredClone(right) as ObservedRight;
    change(observed);
    groups[group[right.kind]][`${right.metadata.namespace}/${right.metadata.name}`] = observed;
  }
  return { ...asked, children: { ...asked.children, ...groups } };
}

/** Who has the rights of a run whose resource names no account. */
export function ownBearer(mode: Mode = 'Execute'): Bearer {
  const name = jobName('sample', runOf(UID, mode));
  return { name, account: name };
}
