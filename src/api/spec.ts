import { type Static, Type } from '@sinclair/typebox';
import { DEFAULT_BACKOFF_LIMIT, DEFAULT_CAPACITY_SHARE_PERCENT } from './names.js';
import {
  cancelIsFinalRule,
  explicitApprovalRule,
  guarded,
  knownResourcesRule,
  neverBackToDryRunRule,
  requestWithinLimitRule,
  tolerationKeyRule,
  tolerationSecondsRule,
  tolerationValueRule,
} from './rules.js';
import { LABEL_VALUE, QUALIFIED_NAME } from './patterns.js';
import { MODES } from './states.js';
import { Target } from './target.js';
import { Int32, Int64, IntOrString, MapOf, ResourceName, StringEnum } from './types.js';

/** Part of the description of every field that shapes the Job: a Job is never rebuilt. */
const AT_CREATION = 'Takes effect only when the Job is created.';
/** Part of the description of the caps. The worker asks about its parent every few seconds and takes the caps from each answer. */
const WHILE_RUNNING =
  'A running worker picks up an edit within seconds; a worker that may not report keeps the value that its Job was created with.';

const Quantities = (description: string) => Type.Optional(MapOf(IntOrString, { description, maxProperties: 16 }));

const Toleration = guarded(
  Type.Object(
    {
      key: Type.Optional(
        Type.String({
          description: 'Key of the taint. If omitted, operator must be Exists, which matches all taints.',
          maxLength: 316,
          pattern: `^(${QUALIFIED_NAME})?$`,
        }),
      ),
      operator: Type.Optional(
        StringEnum(['Exists', 'Equal'], {
          description: "How the taint's value is compared: not at all, or for equality. Defaults to Equal.",
        }),
      ),
      value: Type.Optional(
        Type.String({
          description: 'Value of the taint, for operator Equal.',
          maxLength: 63,
          pattern: `^${LABEL_VALUE}$`,
        }),
      ),
      effect: Type.Optional(
        StringEnum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'], {
          description: 'Effect of the taint. If omitted, all effects match.',
        }),
      ),
      tolerationSeconds: Type.Optional(
        Int64(0, {
          description: 'How many seconds the pod stays after a NoExecute taint is added. Forever if omitted.',
        }),
      ),
    },
    { description: 'A taint that the worker pod tolerates, as in a Pod.' },
  ),
  tolerationKeyRule,
  tolerationValueRule,
  tolerationSecondsRule,
);

export const Spec = guarded(
  Type.Object(
    {
      ddbCtlDpJob: Target,
      mode: Type.Optional(
        StringEnum(MODES, {
          description:
            'Execute deletes; this is also what happens if mode is omitted. DryRun counts the items and writes nothing to the table; changing it to Execute approves the deletion of what was counted. A run that may delete cannot become a DryRun.',
        }),
      ),
      maxWriteUnitsPerSecond: Type.Optional(
        Int32(1, {
          description: `Upper limit on write capacity units per second. If omitted, the operator's DEFAULT_MAX_WRITE_UNITS_PER_SECOND holds, if it is set. ${WHILE_RUNNING}`,
        }),
      ),
      maxReadUnitsPerSecond: Type.Optional(
        Int32(1, {
          description: `Upper limit on read capacity units per second. If omitted, the operator's DEFAULT_MAX_READ_UNITS_PER_SECOND holds, if it is set. ${WHILE_RUNNING}`,
        }),
      ),
      capacitySharePercent: Type.Optional(
        Int32(1, {
          description: `How much of the capacity that the table is provisioned with the run may consume, in percent: the rest is left to whoever else uses the table. The lower of this and maxWriteUnitsPerSecond or maxReadUnitsPerSecond holds. 100 takes whatever the table gives. Defaults to the operator's DEFAULT_CAPACITY_SHARE_PERCENT, or else ${DEFAULT_CAPACITY_SHARE_PERCENT}; does not apply to an on-demand table without a maximum. ${WHILE_RUNNING}`,
          maximum: 100,
        }),
      ),
      maxItems: Type.Optional(
        Int64(1, {
          description: `How many items the run may delete at most, over all attempts of its worker. It stops before the next one and ends as GuardRefused, which keeps what is left. It also refuses to go on if an attempt ended without telling how many items it had deleted. Must not be above the operator's MAX_ITEMS, which holds if this is omitted. ${AT_CREATION}`,
        }),
      ),
      suspend: Type.Optional(
        Type.Boolean({
          description:
            'Pauses the run while true: the worker finishes its in-flight requests, and its pod ends. Setting it to false resumes the run. Takes effect at once. Defaults to false.',
        }),
      ),
      cancel: Type.Optional(
        Type.Boolean({
          description:
            'If true, stops the run for good and keeps this resource as a record. Cannot be undone; to pause a run, use suspend. Takes effect at once. Defaults to false.',
        }),
      ),
      backoffLimit: Type.Optional(
        Int32(0, {
          description: `How many times a failed worker pod is replaced before the run ends as BackoffLimitExceeded. Defaults to ${DEFAULT_BACKOFF_LIMIT}. ${AT_CREATION}`,
          default: DEFAULT_BACKOFF_LIMIT,
          maximum: 10,
        }),
      ),
      activeDeadlineSeconds: Type.Optional(
        Int32(1, {
          description: `How many seconds the Job may be active before the run ends as DeadlineExceeded. Unlimited if omitted. ${AT_CREATION}`,
          maximum: 604800,
        }),
      ),
      ttlSecondsAfterFinished: Type.Optional(
        Int32(0, {
          description:
            'How many seconds to keep the Job after the run has finished, at least 600. If omitted, it is kept as long as this resource, whose status records the outcome in any case. An edit also applies to a finished run.',
        }),
      ),
      serviceAccountName: Type.Optional(
        ResourceName(
          `Service account of the worker pod; the operator's ALLOWED_SERVICE_ACCOUNTS must allow it. If omitted, the pod runs as an account of its own, named like its Job, which may report to this resource and nothing else (unless WORKER_RIGHTS is none: then as default, without an API token). ${AT_CREATION}`,
        ),
      ),
      credentialsSecretRef: Type.Optional(
        Type.Object(
          { name: ResourceName('Name of the Secret, in the namespace of this resource.') },
          {
            description: `Secret with AWS credentials for the worker: the keys AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and optionally AWS_SESSION_TOKEN. The operator's ALLOWED_SECRETS must allow it. If omitted, the worker uses the AWS identity of its service account. ${AT_CREATION}`,
          },
        ),
      ),
      resources: Type.Optional(
        guarded(
          Type.Object(
            {
              requests: Quantities('Minimum of each resource, such as cpu: 100m or memory: 128Mi.'),
              limits: Quantities('Maximum of each resource, such as memory: 256Mi.'),
            },
            {
              description: `Resources of the worker container, as in a Pod. If omitted, the operator's WORKER_CPU_REQUEST, WORKER_MEMORY_REQUEST and WORKER_MEMORY_LIMIT apply. ${AT_CREATION}`,
            },
          ),
          knownResourcesRule,
          requestWithinLimitRule,
        ),
      ),
      nodeSelector: Type.Optional(
        MapOf(Type.String({ maxLength: 63 }), {
          maxProperties: 32,
          description: `Labels that a node must have to run the worker pod. ${AT_CREATION}`,
        }),
      ),
      tolerations: Type.Optional(
        Type.Array(Toleration, {
          description: `Taints that the worker pod tolerates, as in a Pod. ${AT_CREATION}`,
          maxItems: 32,
          'x-kubernetes-list-type': 'atomic',
        }),
      ),
      priorityClassName: Type.Optional(
        ResourceName(
          `Priority class of the worker pod; the operator's ALLOWED_PRIORITY_CLASSES must allow it. ${AT_CREATION}`,
        ),
      ),
      imagePullSecrets: Type.Optional(
        Type.Array(
          Type.Object(
            { name: ResourceName('Name of the Secret, in the namespace of this resource.') },
            { description: 'A Secret to pull the image with.' },
          ),
          {
            description: `Secrets to pull the worker image with, as in a Pod. ${AT_CREATION}`,
            maxItems: 8,
            'x-kubernetes-list-type': 'atomic',
          },
        ),
      ),
      labels: Type.Optional(
        MapOf(Type.String({ maxLength: 63 }), {
          maxProperties: 32,
          description: `Labels to add to the Job and its pod; the operator's ALLOWED_METADATA must allow their keys. ${AT_CREATION}`,
        }),
      ),
      annotations: Type.Optional(
        MapOf(Type.String({ maxLength: 4096 }), {
          maxProperties: 32,
          description: `Annotations to add to the Job and its pod; the operator's ALLOWED_METADATA must allow their keys. ${AT_CREATION}`,
        }),
      ),
    },
    {
      description:
        'Desired state of the DdbctlDpJob: which partition to delete, how fast, and how to run the worker that deletes it.',
    },
  ),
  explicitApprovalRule,
  neverBackToDryRunRule,
  cancelIsFinalRule,
);
export type Spec = Static<typeof Spec>;
