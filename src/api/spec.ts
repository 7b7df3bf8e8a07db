import { type Static, Type } from '@sinclair/typebox';
import {
  approvalInWordsRule,
  arnRegionRule,
  cancelIsFinalRule,
  endpointRule,
  guarded,
  immutableTargetRule,
  neverBackToDryRunRule,
  noNulRule,
  onePartitionValueRule,
  regionRule,
  sortKeyShapeRule,
  tableNameRule,
} from './rules.js';
import { DEFAULT_BACKOFF_LIMIT, DEFAULT_REGION } from './names.js';
import { DNS_SUBDOMAIN } from './patterns.js';
import { MODES } from './states.js';
import { Int32, IntOrString, MapOf, StringEnum } from './types.js';

/** The longest text of a partition key: 2048 bytes in base64. */
const MAX_PARTITION_VALUE = 2732;
/** The longest text of a sort key: 1024 bytes in base64. */
const MAX_SORT_VALUE = 1368;

const Name = (description: string) =>
  Type.String({
    description,
    minLength: 1,
    maxLength: 253,
    pattern: `^${DNS_SUBDOMAIN}$`,
  });

export const SecretKeyRef = Type.Object(
  {
    name: Name('Name of the Secret, in the namespace of this resource.'),
    key: Type.String({
      description: 'Key within the Secret.',
      minLength: 1,
      maxLength: 253,
      pattern: '^[-._a-zA-Z0-9]+$',
    }),
  },
  { description: 'A key of a Secret.' },
);

const sortValue = (field: string, description: string) =>
  Type.Optional(
    guarded(Type.String({ description, minLength: 1, maxLength: MAX_SORT_VALUE }), noNulRule(`sortKey.${field}`)),
  );

export const SortKey = guarded(
  Type.Object(
    {
      beginsWith: sortValue(
        'beginsWith',
        'Only items whose sort key begins with this text (S) or these bytes (B, base64).',
      ),
      from: sortValue('from', 'The first sort key to delete, inclusive.'),
      to: sortValue('to', 'The sort key to stop at, exclusive.'),
    },
    {
      description: 'Deletes only part of the partition: either beginsWith, or from and to.',
    },
  ),
  sortKeyShapeRule,
);

export const Target = guarded(
  Type.Object(
    {
      tableName: guarded(
        Type.String({
          description: 'Name or ARN of the table.',
          minLength: 3,
          maxLength: 320,
        }),
        tableNameRule,
      ),
      partitionValue: Type.Optional(
        guarded(
          Type.String({
            description:
              "Value of the partition key as text. Its type is the table's: a number is written in decimal, binary in base64.",
            minLength: 1,
            maxLength: MAX_PARTITION_VALUE,
          }),
          noNulRule('partitionValue'),
        ),
      ),
      partitionValueFrom: Type.Optional(
        Type.Object(
          { secretKeyRef: SecretKeyRef },
          {
            description:
              'Takes the value of the partition key from a Secret: for values that are personal data. Exactly one of this and partitionValue.',
          },
        ),
      ),
      awsRegion: Type.Optional(
        guarded(
          Type.String({
            description: 'AWS region of the table.',
            default: DEFAULT_REGION,
            maxLength: 32,
          }),
          regionRule,
        ),
      ),
      endpointURL: Type.Optional(
        guarded(
          Type.String({
            description:
              "Endpoint to use instead of AWS's own for the region: http or https, a host, optionally a port.",
            minLength: 1,
            maxLength: 512,
          }),
          endpointRule,
        ),
      ),
      sortKey: Type.Optional(SortKey),
      requirePointInTimeRecovery: Type.Optional(
        Type.Boolean({ description: 'Refuse to delete unless the table has point-in-time recovery on.' }),
      ),
    },
    {
      description: 'What is deleted. It cannot be changed.',
    },
  ),
  immutableTargetRule,
  onePartitionValueRule,
  arnRegionRule,
);

const Quantities = (description: string) => Type.Optional(MapOf(IntOrString, { description, maxProperties: 16 }));

export const Toleration = Type.Object(
  {
    key: Type.Optional(
      Type.String({ description: 'Taint key; absent with operator Exists matches all.', maxLength: 316 }),
    ),
    operator: Type.Optional(StringEnum(['Exists', 'Equal'], { description: 'How key and value are compared.' })),
    value: Type.Optional(Type.String({ description: 'Taint value.', maxLength: 63 })),
    effect: Type.Optional(
      StringEnum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'], { description: 'Taint effect; absent matches all.' }),
    ),
    tolerationSeconds: Type.Optional(
      Type.Integer({
        description: 'How long a NoExecute taint is tolerated, in seconds.',
        format: 'int64',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      }),
    ),
  },
  { description: 'As in a Pod.' },
);

export const Spec = guarded(
  Type.Object(
    {
      ddbCtlDpJob: Target,
      mode: Type.Optional(
        StringEnum(MODES, {
          description:
            'Execute (also when absent) deletes. DryRun counts and writes nothing; changing it to Execute approves what was counted.',
        }),
      ),
      maxWriteUnitsPerSecond: Type.Optional(
        Int32(1, { description: 'Cap on write units a second. A running worker takes a new value.' }),
      ),
      maxReadUnitsPerSecond: Type.Optional(
        Int32(1, { description: 'Cap on read units a second. A running worker takes a new value.' }),
      ),
      suspend: Type.Optional(
        Type.Boolean({ description: 'Pauses (true) and resumes (false). The worker finishes what is in flight.' }),
      ),
      cancel: Type.Optional(
        Type.Boolean({ description: 'Stops for good and keeps the record. Cannot be taken back.' }),
      ),
      backoffLimit: Type.Optional(
        Int32(0, {
          description: 'How often a failed worker is tried again. Used when the Job is made.',
          default: DEFAULT_BACKOFF_LIMIT,
          maximum: 10,
        }),
      ),
      activeDeadlineSeconds: Type.Optional(
        Int32(1, {
          description: 'How long the Job may be active, in seconds. Used when the Job is made.',
          maximum: 604800,
        }),
      ),
      ttlSecondsAfterFinished: Type.Optional(
        Int32(0, {
          description:
            'How long the finished Job is kept, in seconds; absent keeps it. The outcome stays in the status of this resource.',
        }),
      ),
      serviceAccountName: Type.Optional(
        Name('Service account of the worker; absent: default, without a token. Used when the Job is made.'),
      ),
      credentialsSecretRef: Type.Optional(
        Type.Object(
          { name: Name('Name of the Secret, in the namespace of this resource.') },
          {
            description:
              'A Secret with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and optionally AWS_SESSION_TOKEN. Used when the Job is made.',
          },
        ),
      ),
      resources: Type.Optional(
        Type.Object(
          {
            requests: Quantities('Minimum of each resource.'),
            limits: Quantities('Maximum of each resource.'),
          },
          { description: 'Resources of the worker, as in a Pod. Used when the Job is made.' },
        ),
      ),
      nodeSelector: Type.Optional(
        MapOf(Type.String({ maxLength: 63 }), {
          maxProperties: 32,
          description: 'As in a Pod. Used when the Job is made.',
        }),
      ),
      tolerations: Type.Optional(
        Type.Array(Toleration, {
          description: 'As in a Pod. Used when the Job is made.',
          maxItems: 32,
          'x-kubernetes-list-type': 'atomic',
        }),
      ),
      priorityClassName: Type.Optional(Name('As in a Pod; only with an allowed name. Used when the Job is made.')),
      imagePullSecrets: Type.Optional(
        Type.Array(
          Type.Object({ name: Name('Name of the Secret.') }, { description: 'A Secret to pull the image with.' }),
          {
            description: 'As in a Pod. Used when the Job is made.',
            maxItems: 8,
            'x-kubernetes-list-type': 'atomic',
          },
        ),
      ),
      labels: Type.Optional(
        MapOf(Type.String({ maxLength: 63 }), {
          maxProperties: 32,
          description: 'Labels for the Job and its pod, only with allowed prefixes. Used when the Job is made.',
        }),
      ),
      annotations: Type.Optional(
        MapOf(Type.String({ maxLength: 4096 }), {
          maxProperties: 32,
          description: 'Annotations for the Job and its pod, only with allowed prefixes. Used when the Job is made.',
        }),
      ),
    },
    {
      description: 'What is wanted.',
    },
  ),
  approvalInWordsRule,
  neverBackToDryRunRule,
  cancelIsFinalRule,
);

export type Spec = Static<typeof Spec>;
export type Target = Static<typeof Target>;
export type SortKey = Static<typeof SortKey>;
