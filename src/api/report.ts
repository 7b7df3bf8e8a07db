import { type Static, Type } from '@sinclair/typebox';
import { MAX_MESSAGE } from './patterns.js';
import { FINISHED_STATES, MODES } from './states.js';
import { DryRunResult, Progress, TargetIdentity } from './status.js';
import { Int32, StringEnum } from './types.js';

/** The worker's report: JSON in the parent's annotation, and its last words in the pod's termination message. */
export const Report = Type.Object({
  parentUID: Type.String({ minLength: 1, maxLength: 64 }),
  mode: StringEnum(MODES),
  jobUID: Type.String({ maxLength: 64 }),
  time: Type.String({ format: 'date-time', maxLength: 64 }),
  /** Whether this attempt has ended by itself (not interrupted). */
  final: Type.Boolean(),
  outcome: Type.Optional(StringEnum(FINISHED_STATES)),
  exitCode: Type.Optional(Int32(0, { maximum: 255 })),
  verifiedEmpty: Type.Optional(Type.Boolean()),
  message: Type.Optional(Type.String({ maxLength: MAX_MESSAGE })),
  target: Type.Optional(TargetIdentity),
  progress: Type.Optional(Progress),
  /** Of a DryRun: the write units that the deletion would take. */
  estimatedWriteUnits: Type.Optional(DryRunResult.properties.estimatedWriteUnits),
});
export type Report = Static<typeof Report>;
