import { type Static, Type } from '@sinclair/typebox';
import { Strings } from './types.js';

/**
 * A Job in a response, whether new or kept: these fields and no others. The list of spec fields may only grow, because
 * Metacontroller removes from a live Job whatever an earlier response contained and a later one omits.
 */
export const Job = Type.Object(
  {
    apiVersion: Type.Literal('batch/v1'),
    kind: Type.Literal('Job'),
    metadata: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 253 }),
        namespace: Type.String({ minLength: 1, maxLength: 63 }),
        labels: Type.Optional(Strings),
        annotations: Type.Optional(Strings),
      },
      { additionalProperties: false },
    ),
    spec: Type.Object(
      {
        parallelism: Type.Optional(Type.Unknown()),
        completions: Type.Optional(Type.Unknown()),
        backoffLimit: Type.Optional(Type.Unknown()),
        activeDeadlineSeconds: Type.Optional(Type.Unknown()),
        podFailurePolicy: Type.Optional(Type.Unknown()),
        podReplacementPolicy: Type.Optional(Type.Unknown()),
        ttlSecondsAfterFinished: Type.Optional(Type.Unknown()),
        suspend: Type.Optional(Type.Literal(true)),
        template: Type.Optional(Type.Unknown()),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type Job = Static<typeof Job>;

/** The fields of an observed Job's spec that a kept Job repeats. */
export const KEPT_SPEC_FIELDS = [
  'parallelism',
  'completions',
  'backoffLimit',
  'activeDeadlineSeconds',
  'podFailurePolicy',
  'podReplacementPolicy',
  'ttlSecondsAfterFinished',
  'template',
] as const satisfies readonly (keyof Job['spec'])[];
