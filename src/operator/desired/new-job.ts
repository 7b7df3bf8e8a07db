import { allows } from '../../api/allow-list.js';
import type { ParentMetadata } from '../../api/hooks.js';
import type { Job } from '../../api/job.js';
import {
  CONTAINER,
  DEFAULT_BACKOFF_LIMIT,
  DEFAULT_REGION,
  DEFAULT_SERVICE_ACCOUNT,
  MODE_LABEL,
  RESTARTS_ANNOTATION,
  RUN_LABEL,
} from '../../api/names.js';
import { INT32_MAX } from '../../api/patterns.js';
import type { Settings } from '../../api/settings.js';
import type { Spec } from '../../api/spec.js';
import { FAIL_JOB_EXIT_CODES, IGNORED_EXIT_CODES } from '../../api/exit-codes.js';
import { type Mode } from '../../api/states.js';
import type { TargetIdentity } from '../../api/status.js';
import type { Static } from '../../api/types.js';
import { CREDENTIAL_KEYS, DRAIN_SECONDS, ENV, TERMINATION_MESSAGE_PATH } from '../../api/worker.js';
import { literal } from '../literal.js';
import { jobName } from '../run-name.js';
import { receiptInput, receiptKeyVolume } from './receipt-key.js';

interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: object;
}

export interface JobRequest {
  parent: Static<typeof ParentMetadata>;
  spec: Spec;
  mode: Mode;
  run: string;
  /** How many times this run has been restarted. */
  restarts: number;
  /** The target that an earlier worker of this resource has found. */
  expected?: TargetIdentity | undefined;
  /** The account that has the rights to report; undefined if the operator grants none. */
  account?: string | undefined;
  settings: Settings;
}

/**
 * A service mesh's sidecar would keep the pod after the worker has ended, or fail it after a success. Istio looks at the label, and
 * in older versions at the annotation. A resource may say otherwise, if ALLOWED_METADATA lets it.
 */
const NOT_INJECTED = {
  labels: { 'sidecar.istio.io/inject': 'false' },
  annotations: { 'sidecar.istio.io/inject': 'false', 'linkerd.io/inject': 'disabled' },
} as const;

/** The Job of a run. The spec has passed its schema and the policy. */
export function buildJob({ parent, spec, mode, run, restarts, expected, account, settings }: JobRequest): Job {
  const allowed = (entries: Record<string, string> | undefined): Record<string, string> =>
    Object.fromEntries(Object.entries(entries ?? {}).filter(([key]) => allows(settings.allowedMetadata, key)));
  const labels = {
    ...allowed(spec.labels),
    'app.kubernetes.io/name': 'dynamoctl',
    'app.kubernetes.io/component': 'worker',
    'app.kubernetes.io/managed-by': 'dynamoctl-dp-operator',
    [RUN_LABEL]: run,
    [MODE_LABEL]: mode,
  };
  const annotations = allowed(spec.annotations);
  const podLabels = { ...NOT_INJECTED.labels, ...labels };
  const podAnnotations = { ...NOT_INJECTED.annotations, ...annotations };
  const receiptKey = receiptKeyVolume({ mode, settings });
  const serviceAccountName = account ?? spec.serviceAccountName ?? DEFAULT_SERVICE_ACCOUNT;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(parent.name, run),
      namespace: parent.namespace,
      labels,
      annotations: { ...annotations, [RESTARTS_ANNOTATION]: String(restarts) },
    },
    spec: {
      parallelism: 1,
      completions: 1,
      backoffLimit: spec.backoffLimit ?? DEFAULT_BACKOFF_LIMIT,
      ...(spec.activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds: spec.activeDeadlineSeconds }),
      // A replacement must not start while its predecessor may still delete.
      podReplacementPolicy: 'Failed',
      // The operator removes a finished Job. A policy that gives Jobs a time to live leaves alone one that has it: 68 years.
      ttlSecondsAfterFinished: INT32_MAX,
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          {
            action: 'Ignore',
            onExitCodes: { containerName: CONTAINER, operator: 'In', values: [...IGNORED_EXIT_CODES] },
          },
          {
            action: 'FailJob',
            onExitCodes: { containerName: CONTAINER, operator: 'In', values: [...FAIL_JOB_EXIT_CODES] },
          },
        ],
      },
      template: {
        metadata: { labels: podLabels, annotations: podAnnotations },
        spec: {
          restartPolicy: 'Never',
          // Longer than the worker takes to drain, so that it is never killed in the middle of its last report.
          terminationGracePeriodSeconds: DRAIN_SECONDS + 10,
          serviceAccountName,
          // The API token serves only to report. Where the operator grants no rights, only an account that is named can have some.
          automountServiceAccountToken: account !== undefined || spec.serviceAccountName !== undefined,
          enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          ...(spec.nodeSelector === undefined ? {} : { nodeSelector: spec.nodeSelector }),
          ...(spec.tolerations === undefined ? {} : { tolerations: spec.tolerations }),
          ...(spec.priorityClassName === undefined ? {} : { priorityClassName: spec.priorityClassName }),
          ...(spec.imagePullSecrets === undefined ? {} : { imagePullSecrets: spec.imagePullSecrets }),
          ...(receiptKey.volumes && { volumes: receiptKey.volumes }),
          containers: [
            {
              name: CONTAINER,
              image: settings.workerImage,
              args: ['delete-partition'],
              env: workerEnvironment({ parent, spec, mode, expected, settings }),
              resources: spec.resources ?? {
                requests: { cpu: settings.workerCpuRequest, memory: settings.workerMemoryRequest },
                limits: { memory: settings.workerMemoryLimit },
              },
              ...(receiptKey.mounts && { volumeMounts: receiptKey.mounts }),
              terminationMessagePath: TERMINATION_MESSAGE_PATH,
              terminationMessagePolicy: 'File',
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  };
}

type Value = string | number | boolean | undefined;

type Told = Pick<JobRequest, 'parent' | 'spec' | 'mode' | 'expected' | 'settings'>;

/** What the worker is told, in the order of its environment. */
function inputOf({ parent, spec, mode, expected, settings }: Told): Partial<Record<keyof typeof ENV, Value>> {
  const target = spec.ddbCtlDpJob;
  return {
    tableName: target.tableName,
    partitionValue: target.partitionValue,
    region: target.awsRegion ?? DEFAULT_REGION,
    endpointURL: target.endpointURL,
    mode,
    sortKeyBeginsWith: target.sortKey?.beginsWith,
    sortKeyFrom: target.sortKey?.from,
    sortKeyTo: target.sortKey?.to,
    maxWriteUnitsPerSecond: spec.maxWriteUnitsPerSecond,
    maxReadUnitsPerSecond: spec.maxReadUnitsPerSecond,
    capacitySharePercent: spec.capacitySharePercent,
    maxItems: spec.maxItems ?? settings.maxItems,
    defaultMaxWriteUnitsPerSecond: settings.defaultMaxWriteUnitsPerSecond,
    defaultMaxReadUnitsPerSecond: settings.defaultMaxReadUnitsPerSecond,
    defaultCapacitySharePercent: settings.defaultCapacitySharePercent,
    requirePointInTimeRecovery: settings.requirePointInTimeRecovery || target.requirePointInTimeRecovery,
    holdTag: settings.holdTag === '' ? undefined : settings.holdTag,
    trustedEndpoints: settings.trustedEndpoints.length > 0 ? settings.trustedEndpoints.join(',') : undefined,
    requestPath: settings.workerRequestPath === 'sdk' ? 'sdk' : undefined,
    reportSeconds: settings.reportSeconds,
    parentName: parent.name,
    parentNamespace: parent.namespace,
    parentUID: parent.uid,
    expectedTableId: expected?.tableId,
    expectedDigest: expected?.digest,
    ...receiptInput({ parent, mode, settings }),
  };
}

function workerEnvironment(told: Told): EnvVar[] {
  const { spec, settings } = told;
  const env: EnvVar[] = [];
  for (const [field, value] of Object.entries<Value>(inputOf(told))) {
    if (value !== undefined) env.push({ name: ENV[field as keyof typeof ENV], value: literal(String(value)) });
  }
  for (const [name, value] of [
    ['HTTPS_PROXY', settings.workerHttpsProxy],
    ['NO_PROXY', settings.workerNoProxy],
  ] as const)
    if (value !== '') env.push({ name, value: literal(value) });
  const from = spec.ddbCtlDpJob.partitionValueFrom?.secretKeyRef;
  if (from) env.push({ name: ENV.partitionValue, valueFrom: { secretKeyRef: { name: from.name, key: from.key } } });
  const fieldPath = "metadata.labels['batch.kubernetes.io/controller-uid']";
  env.push({ name: ENV.jobUID, valueFrom: { fieldRef: { fieldPath } } });
  env.push({ name: ENV.serviceAccount, valueFrom: { fieldRef: { fieldPath: 'spec.serviceAccountName' } } });
  const credentials = spec.credentialsSecretRef;
  if (credentials) {
    for (const { name, optional } of CREDENTIAL_KEYS) {
      const key = { name: credentials.name, key: name, ...(optional ? { optional } : {}) };
      env.push({ name, valueFrom: { secretKeyRef: key } });
    }
  }
  return env;
}
