import { type Static, Type } from '@sinclair/typebox';
import { MAX_MESSAGE } from './patterns.js';
import { COMPACT_JWS, MAX_RECEIPT } from './receipt.js';
import { CONDITION_TYPES, MODES } from './states.js';
import { Int32, Int64, StringEnum } from './types.js';

/** RFC 3339. We write times in UTC and in whole seconds only. */
const Time = (description: string) => Type.String({ description, format: 'date-time', maxLength: 64 });

/** A count, or an amount of capacity units. */
const Amount = (description: string) => Int64(0, { description });

/** How many conditions a status may have: more than there are types. */
export const MAX_CONDITIONS = 16;

export const Condition = Type.Object(
  {
    type: Type.String({
      description: `Type of the condition: ${CONDITION_TYPES.join(', ')}.`,
      minLength: 1,
      maxLength: 64,
    }),
    status: StringEnum(['True', 'False', 'Unknown'], {
      description: 'Whether the condition holds: True, False or Unknown.',
    }),
    reason: Type.String({
      description: 'State of the run, in one word.',
      minLength: 1,
      maxLength: 64,
      pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
    }),
    message: Type.String({
      description: 'State of the run in a sentence and, where a person is needed, what to do.',
      maxLength: MAX_MESSAGE,
    }),
    lastTransitionTime: Time('When the status of the condition last changed.'),
    observedGeneration: Type.Optional(
      Int64(0, { description: 'Generation of the resource that the condition was computed from.' }),
    ),
  },
  { description: 'One aspect of the state of the run.' },
);
export type Condition = Static<typeof Condition>;

export const Progress = Type.Object(
  {
    itemsFound: Type.Optional(Amount('Number of items found so far.')),
    itemsDeleted: Type.Optional(Amount('Number of deletes that DynamoDB has accepted so far.')),
    atLeast: Type.Optional(
      Type.Boolean({
        description:
          'True if the counts are lower bounds, because a response was lost or an attempt ended without a report.',
      }),
    ),
    writeUnits: Type.Optional(Amount('Write capacity units consumed so far, rounded up.')),
    writeUnitsEstimated: Type.Optional(
      Type.Boolean({
        description:
          'True if writeUnits is an estimate: where no limit depends on it, the worker measures only one write of several.',
      }),
    ),
    readUnits: Type.Optional(Amount('Read capacity units consumed so far, rounded up.')),
    capacityLeftPercent: Type.Optional(
      Int32(0, {
        description:
          "How much of the table's write capacity the deletion has lately left to others, in percent. Absent for an on-demand table without a maximum, and for a DryRun.",
        maximum: 100,
      }),
    ),
    updateTime: Type.Optional(Time('When the worker reported this.')),
  },
  { description: 'What the worker has done so far, over all attempts. Only a worker that may report fills it in.' },
);
export type Progress = Static<typeof Progress>;

export const TargetIdentity = Type.Object(
  {
    tableId: Type.String({
      description:
        'TableId that DescribeTable returned for the table. A table created again under the same name has another one.',
      maxLength: 256,
    }),
    digest: Type.String({
      description: 'HMAC-SHA256 of the partition key, keyed with the uid of this resource: a pseudonym, not a secret.',
      maxLength: 64,
      pattern: '^[0-9a-f]{64}$',
    }),
  },
  {
    description:
      'Target that the worker found. Once set, it never changes: an attempt that finds another target is refused.',
  },
);
export type TargetIdentity = Static<typeof TargetIdentity>;

export const DryRunResult = Type.Object(
  {
    itemsFound: Type.Optional(Amount('Number of items counted.')),
    estimatedWriteUnits: Type.Optional(
      Type.Object(
        { min: Amount('Lower bound.'), max: Amount('Upper bound.') },
        { description: 'Estimate of the write capacity units that deleting them consumes.' },
      ),
    ),
    completionTime: Time('When the count finished.'),
  },
  { description: 'Result of the DryRun. It stays here after the deletion has been approved.' },
);
export type DryRunResult = Static<typeof DryRunResult>;

export const Status = Type.Object(
  {
    observedGeneration: Type.Optional(
      Int64(-1, {
        description:
          'Generation of the resource that this status was computed from; -1 if the operator has not seen the resource yet.',
      }),
    ),
    conditions: Type.Optional(
      Type.Array(Condition, {
        description:
          'State of the run. kubectl wait --for=condition=Finished returns on success and on failure; Succeeded tells the two apart.',
        maxItems: MAX_CONDITIONS,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
      }),
    ),
    mode: Type.Optional(StringEnum(MODES, { description: 'Mode of the run that this status describes.' })),
    job: Type.Optional(
      Type.Object(
        {
          name: Type.String({ description: 'Name of the Job.', maxLength: 253 }),
          uid: Type.Optional(Type.String({ description: 'UID of the Job.', maxLength: 64 })),
        },
        { description: 'Job of the run.' },
      ),
    ),
    seenJobs: Type.Optional(
      Type.Array(
        Type.Object(
          {
            mode: StringEnum(MODES, { description: 'Mode of the run that the Job belongs to.' }),
            uid: Type.String({ description: 'UID of the Job.', maxLength: 64 }),
          },
          { description: 'A Job that the operator has seen.' },
        ),
        {
          description: "Jobs that the operator has seen, the latest last. Only these Jobs' reports count.",
          maxItems: 8,
        },
      ),
    ),
    startTime: Type.Optional(Time('When the run started.')),
    completionTime: Type.Optional(Time('When the run finished, successfully or not.')),
    restarts: Type.Optional(Int32(0, { description: 'How many times the Job was lost and created again.' })),
    restart: Type.Optional(
      Type.Object(
        {
          notBefore: Time('Earliest time at which the Job is created again.'),
          ordinal: Int32(1, { description: 'Number of the restart: 1 for the first.' }),
        },
        { description: 'Scheduled restart: the Job was lost and will be created again.' },
      ),
    ),
    drainingSince: Type.Optional(Time('When the operator began to stop a Job that must end.')),
    notReadySince: Type.Optional(Time('Since when no pod of the Job has been ready, after one was.')),
    creatingSince: Type.Optional(Time('Since when the operator has asked for a Job that has not appeared yet.')),
    progress: Type.Optional(Progress),
    verifiedEmpty: Type.Optional(
      Type.Boolean({
        description:
          "True if a consistent read after the deletion found no item in the target, and the worker's report says so. Absent if the worker could not report: then the proof is only in its log.",
      }),
    ),
    receipt: Type.Optional(
      Type.String({
        description:
          'Signed receipt of the deletion (a JWS), where the operator has a key for receipts. The operator only passes it on: dynamoctl verify-receipt verifies it.',
        maxLength: MAX_RECEIPT,
        pattern: COMPACT_JWS,
      }),
    ),
    target: Type.Optional(TargetIdentity),
    dryRun: Type.Optional(DryRunResult),
  },
  {
    description:
      'Observed state of the DdbctlDpJob: the state of the run, its progress and its outcome. Written by the operator.',
  },
);
export type Status = Static<typeof Status>;
