import { type Static, Type } from '@sinclair/typebox';
import { DEFAULT_REGION } from './names.js';
import {
  arnRegionRule,
  endpointRule,
  guarded,
  immutableTargetRule,
  noNulRule,
  onePartitionValueRule,
  regionRule,
  secretKeyRule,
  sortKeyShapeRule,
  tableNameRule,
} from './rules.js';
import { ResourceName } from './types.js';

/** The longest text of a partition key: 2048 bytes in base64. */
const MAX_PARTITION_VALUE = 2732;
/** The longest text of a sort key: 1024 bytes in base64. */
const MAX_SORT_VALUE = 1368;

const SecretKeyRef = Type.Object(
  {
    name: ResourceName('Name of the Secret, in the namespace of this resource.'),
    key: guarded(
      Type.String({
        description: 'Key within the Secret.',
        minLength: 1,
        maxLength: 253,
        pattern: '^[-._a-zA-Z0-9]+$',
      }),
      secretKeyRule,
    ),
  },
  { description: "Key of a Secret. The operator's ALLOWED_SECRETS must allow the Secret." },
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
        'Deletes only the items whose sort key begins with this text (key type S) or these bytes (key type B, in base64).',
      ),
      from: sortValue('from', 'First sort key to delete (inclusive), written like partitionValue.'),
      to: sortValue('to', 'Sort key to stop before (exclusive), written like partitionValue.'),
    },
    {
      description:
        'Limits the deletion to part of the partition: set either beginsWith, or both from and to. If omitted, the whole partition is deleted.',
    },
  ),
  sortKeyShapeRule,
);
export type SortKey = Static<typeof SortKey>;

const TargetFields = Type.Object(
  {
    tableName: guarded(
      Type.String({
        description: 'Name or ARN of the table. The region in an ARN must be awsRegion.',
        minLength: 3,
        maxLength: 320,
      }),
      tableNameRule,
    ),
    partitionValue: Type.Optional(
      guarded(
        Type.String({
          description:
            "Value of the partition key, as text. The table's key type decides how it is read: S as it stands, N in decimal, B in base64. Set either this or partitionValueFrom.",
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
            'Takes the value of the partition key from a Secret, which keeps personal data out of this resource. Set either this or partitionValue.',
        },
      ),
    ),
    awsRegion: Type.Optional(
      guarded(
        Type.String({
          description: `AWS region of the table. Defaults to ${DEFAULT_REGION}.`,
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
            "Endpoint to use instead of AWS's own for the region: http:// or https://, a host and optionally a port. The worker signs with dummy credentials there, unless it is an endpoint of AWS or in the operator's TRUSTED_ENDPOINTS.",
          minLength: 1,
          maxLength: 512,
        }),
        endpointRule,
      ),
    ),
    sortKey: Type.Optional(SortKey),
    requirePointInTimeRecovery: Type.Optional(
      Type.Boolean({
        description:
          'If true, deletes nothing unless point-in-time recovery is enabled on the table (state GuardRefused). Defaults to false.',
      }),
    ),
  },
  {
    description: 'The partition to delete. It cannot be changed: create another DdbctlDpJob for another target.',
  },
);

export const Target = guarded(TargetFields, immutableTargetRule(TargetFields), onePartitionValueRule, arnRegionRule);
export type Target = Static<typeof Target>;
