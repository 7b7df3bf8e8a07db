import { type Static, Type } from '@sinclair/typebox';
import { MAX_MESSAGE, MAX_OBSTACLE } from './patterns.js';
import { FINISHED_STATES, MODES } from './states.js';
import { DryRunResult, Progress, Status, TargetIdentity } from './status.js';
import { Int32, StringEnum } from './types.js';

/** The worker's report: JSON in the parent's annotation and, at the end, in the pod's termination message. */
export const Report = Type.Object({
  parentUID: Type.String({ minLength: 1, maxLength: 64 }),
  mode: StringEnum(MODES),
  jobUID: Type.String({ maxLength: 64 }),
  time: Type.String({ format: 'date-time', maxLength: 64 }),
  /** Whether this attempt ended by itself, without being interrupted. */
  final: Type.Boolean(),
  outcome: Type.Optional(StringEnum(FINISHED_STATES)),
  exitCode: Type.Optional(Int32(0, { maximum: 255 })),
  verifiedEmpty: Type.Optional(Type.Boolean()),
  receipt: Type.Optional(Status.properties.receipt),
  message: Type.Optional(Type.String({ maxLength: MAX_MESSAGE })),
  /** What keeps the worker from its table. Absent once it has reached it. */
  waitingFor: Type.Optional(Type.String({ maxLength: MAX_OBSTACLE })),
  target: Type.Optional(TargetIdentity),
  progress: Type.Optional(Progress),
  /** For a DryRun: the write units that the deletion would consume. */
  estimatedWriteUnits: Type.Optional(DryRunResult.properties.estimatedWriteUnits),
});
export type Report = Static<typeof Report>;
