import type { CompositeRequest, ObservedJob } from '../src/api/hooks.js';
import {
  JOBS,
  MODE_LABEL,
  OUT_OF_QUEUE,
  PREBUILT_WORKLOAD_LABEL,
  QUEUE_LABEL,
  REPORT_ANNOTATION,
} from '../src/api/names.js';
import type { Report } from '../src/api/report.js';
import type { Spec } from '../src/api/spec.js';
import { jobName, runOf } from '../src/operator/run-name.js';
import { SAMPLE_RECEIPT } from './sample-receipt.js';

/**
 * The cases of this folder: each a recorded request with what sets it apart. `follows` names the case whose answer the API
 * server has stored by then.
 */
export interface HookCase {
  hook: 'sync' | 'finalize';
  name: string;
  /** Number of the recording in test/recordings. */
  recording: number;
  now: string;
  follows?: string;
  /** Whether the rights of the run's worker are there; absent: while its Job is and has not finished. */
  hasRights?: boolean;
  change?: (draft: Draft) => void;
}

interface Draft {
  request: CompositeRequest;
  spec: Spec & Record<string, unknown>;
  annotations: Record<string, string>;
  job: ObservedJob;
}

type Condition = { type: string; reason: string; message?: string };
const ended = (at: string, ...conditions: Condition[]) => ({
  ready: 0,
  terminating: 0,
  failed: 1,
  startTime: '2026-11-23T02:10:01Z',
  conditions: conditions.map((condition) => ({ status: 'True', lastTransitionTime: at, message: '', ...condition })),
});

const exited = (code: number) => (draft: Draft) => {
  const message = `Container worker for pod default/${draft.job.metadata.name}-w6wjt failed with exit code ${code} matching FailJob rule at index 2`;
  draft.job.status = ended(
    '2026-11-23T02:10:07Z',
    { type: 'FailureTarget', reason: 'PodFailurePolicy', message },
    { type: 'Failed', reason: 'PodFailurePolicy', message },
  );
};

const report = (draft: Draft, fields: Partial<Report>) => {
  const { uid } = draft.request.parent.metadata;
  const base = { parentUID: uid, mode: 'Execute', jobUID: draft.job.metadata.uid, time: '2026-11-23T02:10:34Z' };
  draft.annotations[REPORT_ANNOTATION] = JSON.stringify({ ...base, final: false, ...fields });
};

/** Gives the recorded Job a token to report with. */
const mountToken = ({ spec, job }: Draft) => {
  spec.serviceAccountName = 'ddbctl-worker';
  Object.assign((job.spec.template as { spec: object }).spec, {
    serviceAccountName: 'ddbctl-worker',
    automountServiceAccountToken: true,
  });
};

/** Puts the recorded Job into a queue of Kueue's. */
const queues = ({ spec, job }: Draft) => {
  spec.labels = { [QUEUE_LABEL]: 'deletions' };
  job.metadata.labels = { ...job.metadata.labels, [QUEUE_LABEL]: 'deletions' };
};

/** What a webhook does that adds a variable to the Job at its creation, each time it is asked. */
const doublesVariable = ({ job }: Draft) => {
  const template = job.spec.template as { spec: { containers: { env: object[] }[] } };
  for (const { env } of template.spec.containers)
    env.push({ name: 'HTTP_PROXY', value: 'http://a:3128' }, { name: 'HTTP_PROXY', value: 'http://b:3128' });
};

/** Makes the recorded Job the one of a DryRun. */
const counts = ({ request, spec, job }: Draft) => {
  spec.mode = 'DryRun';
  const { uid, name } = request.parent.metadata;
  const [before, after] = [runOf(uid, 'Execute'), runOf(uid, 'DryRun')];
  const dry = JSON.parse(
    JSON.stringify(job)
      .replaceAll(before, after)
      .replaceAll(`"${MODE_LABEL}":"Execute"`, `"${MODE_LABEL}":"DryRun"`)
      .replaceAll('"name":"DYNAMOCTL_MODE","value":"Execute"', '"name":"DYNAMOCTL_MODE","value":"DryRun"'),
  ) as ObservedJob;
  Object.assign(job, dry);
  request.children[JOBS] = { [`default/${jobName(name, after)}`]: job };
};

const NOW = '2026-11-23T02:10:40Z';

export const HOOK_CASES: readonly HookCase[] = [
  { hook: 'sync', name: 'pending-created', recording: 1, now: '2026-11-23T02:10:01Z' },
  {
    hook: 'sync',
    name: 'pending-authorized',
    recording: 1,
    now: '2026-11-23T02:10:01Z',
    follows: 'pending-created',
    hasRights: true,
  },
  {
    hook: 'sync',
    name: 'pending-not-appearing',
    recording: 1,
    now: '2026-11-23T02:12:01Z',
    follows: 'pending-created',
  },
  { hook: 'sync', name: 'pending-no-pod-yet', recording: 11, now: '2026-11-23T02:10:02Z', follows: 'pending-created' },
  {
    hook: 'sync',
    name: 'pending-slow-start',
    recording: 11,
    now: '2026-11-23T02:12:30Z',
    follows: 'pending-no-pod-yet',
  },
  {
    hook: 'sync',
    name: 'pending-no-pod',
    recording: 11,
    now: '2026-11-23T02:12:30Z',
    follows: 'pending-no-pod-yet',
    change: ({ job }) => {
      // As the Job controller leaves it where a quota refuses its pods.
      const { active: _none, ...status } = job.status ?? {};
      job.status = status;
    },
  },
  {
    hook: 'sync',
    name: 'pending-queued',
    recording: 11,
    now: '2026-11-23T02:10:02Z',
    change: ({ job }) => {
      job.spec.suspend = true;
      job.status = {};
    },
  },
  {
    hook: 'sync',
    name: 'pending-in-queue',
    recording: 11,
    now: '2026-11-23T02:10:02Z',
    change: (draft) => {
      queues(draft);
      draft.job.spec.suspend = true;
      draft.job.status = {};
    },
  },
  {
    hook: 'sync',
    name: 'pending-not-reached',
    recording: 15,
    now: '2026-11-23T02:10:04Z',
    follows: 'pending-no-pod-yet',
    change: (draft) => mountToken(draft),
  },
  {
    hook: 'sync',
    name: 'pending-no-credentials',
    recording: 15,
    now: '2026-11-23T02:10:12Z',
    follows: 'pending-not-reached',
    change: (draft) => {
      mountToken(draft);
      const waitingFor =
        "no AWS credentials: looked for keys in the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY not set), …; the pod's service account is ddbctl-worker: give it a role (annotation eks.amazonaws.com/role-arn, or a Pod Identity association), or set spec.credentialsSecretRef, and create a new DdbctlDpJob";
      report(draft, { time: '2026-11-23T02:10:11Z', waitingFor, progress: {} });
    },
  },
  {
    hook: 'sync',
    name: 'pending-no-connection',
    recording: 15,
    now: '2026-11-23T02:10:12Z',
    follows: 'pending-not-reached',
    change: (draft) => {
      mountToken(draft);
      const waitingFor = 'no connection to the endpoint http://dynamodb.local:8000: ECONNREFUSED';
      report(draft, { time: '2026-11-23T02:10:11Z', waitingFor, progress: {} });
    },
  },
  { hook: 'sync', name: 'running', recording: 15, now: '2026-11-23T02:10:04Z', follows: 'pending-no-pod-yet' },
  {
    hook: 'sync',
    name: 'running-with-report',
    recording: 15,
    now: NOW,
    follows: 'running',
    change: (draft) =>
      report(draft, {
        target: { tableId: 'd8b6a8b2-6d8c-4d2e-9d0e-0f1f1d2c3b4a', digest: '12'.repeat(32) },
        progress: {
          itemsFound: 4000,
          itemsDeleted: 3850,
          atLeast: false,
          writeUnits: 3850,
          writeUnitsEstimated: true,
          readUnits: 97,
        },
      }),
  },
  {
    hook: 'sync',
    name: 'running-without-token',
    recording: 15,
    now: NOW,
    hasRights: false,
    change: ({ job }) => {
      const { spec } = job.spec.template as { spec: Record<string, unknown> };
      Object.assign(spec, { serviceAccountName: 'default', automountServiceAccountToken: false });
    },
  },
  {
    hook: 'sync',
    name: 'running-pod-gone',
    recording: 15,
    now: NOW,
    follows: 'running',
    change: ({ job }) => {
      job.status = { ...job.status, ready: 0 };
    },
  },
  {
    hook: 'sync',
    name: 'pending-pod-gone',
    recording: 15,
    now: '2026-11-23T02:12:40Z',
    follows: 'running-pod-gone',
    change: ({ job }) => {
      job.status = { ...job.status, ready: 0 };
    },
  },
  { hook: 'sync', name: 'retrying', recording: 24, now: '2026-11-23T02:10:16Z' },
  { hook: 'sync', name: 'suspending', recording: 28, now: '2026-11-23T02:10:14Z', follows: 'running' },
  {
    hook: 'sync',
    name: 'suspending-unreachable',
    recording: 28,
    now: '2026-11-23T02:10:14Z',
    follows: 'running',
    change: doublesVariable,
  },
  {
    hook: 'sync',
    name: 'suspended',
    recording: 29,
    now: '2026-11-23T02:10:16Z',
    follows: 'suspending',
    change: ({ job }) => {
      job.status = { ...job.status, terminating: 0 };
    },
  },
  {
    hook: 'sync',
    name: 'suspending-in-queue',
    recording: 28,
    now: '2026-11-23T02:10:14Z',
    follows: 'running',
    change: (draft) => queues(draft),
  },
  {
    hook: 'sync',
    name: 'suspended-out-of-queue',
    recording: 29,
    now: '2026-11-23T02:10:16Z',
    follows: 'suspending-in-queue',
    change: (draft) => {
      queues(draft);
      draft.job.metadata.labels = { ...draft.job.metadata.labels, [PREBUILT_WORKLOAD_LABEL]: OUT_OF_QUEUE };
      draft.job.status = { ...draft.job.status, terminating: 0 };
    },
  },
  { hook: 'sync', name: 'resumed', recording: 33, now: '2026-11-23T02:10:20Z', follows: 'suspended' },
  {
    hook: 'sync',
    name: 'restarting-lost',
    recording: 34,
    now: '2026-11-23T02:10:24Z',
    follows: 'running',
    hasRights: true,
  },
  {
    hook: 'sync',
    name: 'restarting-made-again',
    recording: 34,
    hasRights: true,
    now: '2026-11-23T02:10:54Z',
    follows: 'restarting-lost',
  },
  {
    hook: 'sync',
    name: 'partition-deleted',
    recording: 23,
    now: '2026-11-23T02:10:11Z',
    change: (draft) => {
      const progress = { itemsFound: 12_500, itemsDeleted: 12_500, updateTime: '2026-11-23T02:10:10Z' };
      const time = '2026-11-23T02:10:10Z';
      report(draft, { time, final: true, outcome: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true, progress });
    },
  },
  {
    hook: 'sync',
    name: 'partition-deleted-with-receipt',
    recording: 23,
    now: '2026-11-23T02:10:11Z',
    change: (draft) => {
      const progress = { itemsFound: 12_500, itemsDeleted: 12_500, updateTime: '2026-11-23T02:10:10Z' };
      const proof = { outcome: 'PartitionDeleted', verifiedEmpty: true, receipt: SAMPLE_RECEIPT.jws } as const;
      report(draft, { time: '2026-11-23T02:10:10Z', final: true, exitCode: 0, ...proof, progress });
    },
  },
  { hook: 'sync', name: 'partition-deleted-without-report', recording: 23, now: '2026-11-23T02:10:11Z' },
  {
    hook: 'sync',
    name: 'partition-deleted-job-gone',
    recording: 23,
    now: NOW,
    follows: 'partition-deleted',
    change: ({ request }) => {
      request.children[JOBS] = {};
    },
  },
  {
    hook: 'sync',
    name: 'dry-run-complete',
    recording: 23,
    now: '2026-11-23T02:10:11Z',
    change: (draft) => {
      counts(draft);
      report(draft, {
        mode: 'DryRun',
        final: true,
        outcome: 'DryRunComplete',
        exitCode: 0,
        progress: { itemsFound: 4000, readUnits: 97 },
        estimatedWriteUnits: { min: 4000, max: 7200 },
      });
    },
  },
  {
    hook: 'sync',
    name: 'pending-approved-while-counting',
    recording: 15,
    now: NOW,
    change: (draft) => {
      counts(draft);
      draft.spec.mode = 'Execute';
    },
  },
  {
    hook: 'sync',
    name: 'pending-approved',
    recording: 23,
    now: NOW,
    follows: 'dry-run-complete',
    change: (draft) => {
      counts(draft);
      draft.spec.mode = 'Execute';
    },
  },
  {
    hook: 'sync',
    name: 'cancelling',
    recording: 15,
    now: NOW,
    follows: 'running',
    change: ({ spec }) => {
      spec.cancel = true;
    },
  },
  {
    hook: 'sync',
    name: 'cancelling-unreachable',
    recording: 15,
    now: NOW,
    follows: 'running',
    change: (draft) => {
      draft.spec.cancel = true;
      doublesVariable(draft);
    },
  },
  {
    hook: 'sync',
    name: 'cancelled',
    recording: 29,
    now: '2026-11-23T02:10:42Z',
    follows: 'cancelling',
    change: ({ spec, job }) => {
      spec.cancel = true;
      job.status = { ...job.status, terminating: 0 };
    },
  },
  { hook: 'sync', name: 'invalid-target', recording: 20, now: NOW, change: exited(2) },
  {
    hook: 'sync',
    name: 'invalid-target-spec',
    recording: 1,
    now: NOW,
    change: ({ spec }) => {
      spec.ddbCtlDpJob.endpointURL = 'http://aws-dynamhttp://dynamodb.local:8000';
    },
  },
  {
    hook: 'sync',
    name: 'incomplete',
    recording: 46,
    now: NOW,
    change: (draft) =>
      report(draft, {
        final: true,
        outcome: 'Incomplete',
        exitCode: 3,
        verifiedEmpty: false,
        message: 'something is still writing to the partition',
        progress: { itemsFound: 4210, itemsDeleted: 4180, atLeast: true },
      }),
  },
  { hook: 'sync', name: 'guard-refused', recording: 20, now: NOW, change: exited(4) },
  { hook: 'sync', name: 'table-not-found', recording: 20, now: NOW },
  { hook: 'sync', name: 'access-denied', recording: 20, now: NOW, change: exited(6) },
  {
    hook: 'sync',
    name: 'deadline-exceeded',
    recording: 20,
    now: NOW,
    change: ({ job }) => {
      const message = 'Job was active longer than specified deadline';
      job.status = ended(
        '2026-11-23T02:10:30Z',
        { type: 'FailureTarget', reason: 'DeadlineExceeded', message },
        { type: 'Failed', reason: 'DeadlineExceeded', message },
      );
    },
  },
  { hook: 'sync', name: 'backoff-limit-exceeded', recording: 46, now: NOW },
  {
    hook: 'sync',
    name: 'worker-failed',
    recording: 46,
    now: NOW,
    change: (draft) =>
      report(draft, {
        final: true,
        outcome: 'WorkerFailed',
        exitCode: 1,
        message: 'an unexpected answer; see the log',
      }),
  },
  {
    hook: 'sync',
    name: 'unsupported-spec',
    recording: 1,
    now: NOW,
    change: ({ spec }) => {
      Object.assign(spec.ddbCtlDpJob, { sortkey: { beginsWith: '2023-' } });
    },
  },
  {
    hook: 'sync',
    name: 'unconfirmed',
    recording: 15,
    now: NOW,
    follows: 'running',
    change: (draft) => {
      report(draft, { final: true, outcome: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true });
      draft.request.children[JOBS] = {};
    },
  },
  {
    hook: 'sync',
    name: 'unconfirmed-forged',
    recording: 1,
    now: NOW,
    change: (draft) => report(draft, { final: true, outcome: 'PartitionDeleted', exitCode: 0, verifiedEmpty: true }),
  },
  {
    hook: 'sync',
    name: 'policy-violation',
    recording: 1,
    now: NOW,
    change: ({ spec }) => {
      spec.serviceAccountName = 'cluster-admin';
    },
  },
  {
    hook: 'sync',
    name: 'policy-violation-beside-running',
    recording: 15,
    now: NOW,
    follows: 'running',
    change: ({ spec }) => {
      spec.serviceAccountName = 'cluster-admin';
    },
  },
  {
    hook: 'sync',
    name: 'restored',
    recording: 1,
    now: NOW,
    change: (draft) => report(draft, { parentUID: '00000000-0000-4000-8000-000000000001', jobUID: 'another' }),
  },
  { hook: 'finalize', name: 'running', recording: 39, now: '2026-11-23T02:10:32Z' },
  { hook: 'finalize', name: 'draining', recording: 42, now: '2026-11-23T02:10:33Z' },
  { hook: 'finalize', name: 'drained', recording: 47, now: '2026-11-23T02:10:35Z' },
  {
    hook: 'finalize',
    name: 'lost-node',
    recording: 42,
    now: '2026-11-23T02:15:32Z',
  },
  { hook: 'finalize', name: 'gone', recording: 48, now: '2026-11-23T02:10:36Z' },
];
