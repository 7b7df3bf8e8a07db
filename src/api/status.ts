import { type Static, Type } from '@sinclair/typebox';
import { MAX_MESSAGE } from './patterns.js';
import { MODES } from './states.js';
import { Int32, StringEnum } from './types.js';

/** RFC 3339, UTC, whole seconds: the only form of time that we write. */
const Time = (description: string) => Type.String({ description, format: 'date-time', maxLength: 64 });

/** A count or an amount of units: int64 in the CRD, exact up to 2^53 - 1 here. */
const Amount = (description: string) =>
  Type.Integer({ description, format: 'int64', minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const Condition = Type.Object(
  {
    type: Type.String({ description: 'Name of the condition.', minLength: 1, maxLength: 64 }),
    status: StringEnum(['True', 'False', 'Unknown'], { description: 'Whether it holds.' }),
    reason: Type.String({
      description: 'The state of the run, in one word.',
      minLength: 1,
      maxLength: 64,
      pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
    }),
    message: Type.String({ description: 'The state in a sentence, with what to do.', maxLength: MAX_MESSAGE }),
    lastTransitionTime: Time('When status last changed.'),
    observedGeneration: Type.Optional(
      Type.Integer({
        description: 'The generation of the resource that this speaks of.',
        format: 'int64',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      }),
    ),
  },
  { description: 'One aspect of the state.' },
);
export type Condition = Static<typeof Condition>;

export const Progress = Type.Object(
  {
    itemsFound: Type.Optional(Amount('Items read so far.')),
    itemsDeleted: Type.Optional(Amount('Deletes that were accepted so far.')),
    atLeast: Type.Optional(
      Type.Boolean({ description: 'The counts are lower bounds: an answer was lost, or an attempt ended unseen.' }),
    ),
    writeUnits: Type.Optional(Amount('Write units consumed, rounded up.')),
    readUnits: Type.Optional(Amount('Read units consumed, rounded up.')),
    updateTime: Type.Optional(Time('When the worker said so.')),
  },
  { description: 'What the worker has done, over all its attempts.' },
);
export type Progress = Static<typeof Progress>;

export const TargetIdentity = Type.Object(
  {
    tableId: Type.String({ description: 'TableId of the table, as DescribeTable gives it.', maxLength: 256 }),
    digest: Type.String({
      description: 'HMAC-SHA256 of the key with the uid of this resource: a pseudonym, not a secret.',
      maxLength: 64,
      pattern: '^[0-9a-f]{64}$',
    }),
  },
  { description: 'What the worker found to be the target. Once set it never changes.' },
);
export type TargetIdentity = Static<typeof TargetIdentity>;

export const DryRunResult = Type.Object(
  {
    itemsFound: Type.Optional(Amount('Items counted.')),
    estimatedWriteUnits: Type.Optional(
      Type.Object(
        { min: Amount('At least.'), max: Amount('At most.') },
        { description: 'Write units that deleting them takes.' },
      ),
    ),
    completionTime: Time('When the count ended.'),
  },
  { description: 'What the DryRun counted. Kept after approval.' },
);
export type DryRunResult = Static<typeof DryRunResult>;

export const Status = Type.Object(
  {
    observedGeneration: Type.Optional(
      Type.Integer({
        description: 'The generation that this status speaks of.',
        format: 'int64',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      }),
    ),
    conditions: Type.Optional(
      Type.Array(Condition, {
        description: 'The state of the run. kubectl wait --for=condition=Finished ends on success and on failure.',
        maxItems: 16,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
      }),
    ),
    mode: Type.Optional(StringEnum(MODES, { description: 'The mode that the rest of the status speaks of.' })),
    job: Type.Optional(
      Type.Object(
        {
          name: Type.String({ description: 'Name of the Job.', maxLength: 253 }),
          uid: Type.Optional(Type.String({ description: 'The uid of the Job.', maxLength: 64 })),
        },
        { description: 'The Job of this run.' },
      ),
    ),
    startTime: Type.Optional(Time('When the run started.')),
    completionTime: Type.Optional(Time('When the run ended, well or not.')),
    restarts: Type.Optional(Int32(0, { description: 'How often a lost Job was made again.' })),
    restart: Type.Optional(
      Type.Object(
        {
          notBefore: Time('The lost Job is not made again before this time.'),
          ordinal: Int32(1, { description: 'Which restart it will be.' }),
        },
        { description: 'A Job was lost and will be made again.' },
      ),
    ),
    drainingSince: Type.Optional(Time('Since when a Job that must go is being stopped.')),
    progress: Type.Optional(Progress),
    verifiedEmpty: Type.Optional(
      Type.Boolean({ description: 'A consistent read after the deletion found nothing in the target.' }),
    ),
    target: Type.Optional(TargetIdentity),
    dryRun: Type.Optional(DryRunResult),
  },
  { description: 'What is.' },
);
export type Status = Static<typeof Status>;
