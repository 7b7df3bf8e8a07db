import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { Value } from '@sinclair/typebox/value';
import { Kind, type Static, type TSchema, Type, TypeRegistry, type TUnsafe } from '@sinclair/typebox';
import { INT32_MAX } from './patterns.js';

/** TypeBox counts UTF-16 units; the API server, and so what may be stored, counts code points: an emoji once. */
export function isShortEnough({ type, schema, value }: ValueError): boolean {
  return type === ValueErrorType.StringMaxLength && [...(value as string)].length <= schema.maxLength;
}

const ENUM_KIND = 'KubernetesEnum';
const MAP_KIND = 'KubernetesMap';

TypeRegistry.Set<{ enum: readonly string[] }>(ENUM_KIND, (schema, value) => schema.enum.includes(value as string));
TypeRegistry.Set<{ maxProperties: number; additionalProperties: TSchema }>(
  MAP_KIND,
  ({ maxProperties, additionalProperties }, value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length <= maxProperties &&
    Object.values(value).every((entry) => [...Value.Errors(additionalProperties, entry)].every(isShortEnough)),
);

/** A string out of a fixed set. (A structural schema takes `enum`, and not the `anyOf` of constants that Type.Union makes.) */
export function StringEnum<const T extends readonly string[]>(values: T, options: object = {}): TUnsafe<T[number]> {
  return Type.Unsafe<T[number]>({ ...options, [Kind]: ENUM_KIND, type: 'string', enum: [...values] });
}

/** A map with any keys. (A structural schema takes `additionalProperties`, and not the `patternProperties` of Type.Record.) */
export function MapOf<T extends TSchema>(
  value: T,
  options: { maxProperties: number; [key: string]: unknown },
): TUnsafe<Record<string, Static<T>>> {
  return Type.Unsafe<Record<string, Static<T>>>({
    ...options,
    [Kind]: MAP_KIND,
    type: 'object',
    additionalProperties: value,
  });
}

/** An int32 with a lower bound. Go's int32 is what the API server would store, so its upper bound is said too. */
export function Int32(minimum: number, options: { maximum?: number; [key: string]: unknown } = {}) {
  return Type.Integer({ maximum: INT32_MAX, ...options, minimum });
}

/** An integer or a quantity such as `500m` or `1Gi`, as in a Pod. */
export const IntOrString = Type.Union([Type.Integer(), Type.String({ maxLength: 64 })], {
  'x-kubernetes-int-or-string': true,
});

export type { Static, TSchema };
