import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { Value } from '@sinclair/typebox/value';
import { Kind, type Static, type TSchema, Type, TypeRegistry, type TUnsafe } from '@sinclair/typebox';
import { DNS_SUBDOMAIN, INT32_MAX, QUANTITY } from './patterns.js';

/** TypeBox counts UTF-16 units, but the API server counts code points, so an emoji counts once. What it stores must pass here too. */
export function isShortEnough({ type, schema, value }: ValueError): boolean {
  if (type !== ValueErrorType.StringMaxLength) return false;
  const [text, maxLength] = [value as string, schema.maxLength as number];
  // A code point takes two units at most.
  return text.length <= 2 * maxLength && [...text].length <= maxLength;
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
    Object.values(value).every(
      (entry) =>
        Value.Check(additionalProperties, entry) || [...Value.Errors(additionalProperties, entry)].every(isShortEnough),
    ),
);

/** A string from a fixed set. (A structural schema allows `enum`, but not the `anyOf` of constants that Type.Union makes.) */
export function StringEnum<const T extends readonly string[]>(values: T, options: object = {}): TUnsafe<T[number]> {
  return Type.Unsafe<T[number]>({ ...options, [Kind]: ENUM_KIND, type: 'string', enum: [...values] });
}

/** A map with any keys. (A structural schema allows `additionalProperties`, but not the `patternProperties` of Type.Record.) */
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

/** Labels or annotations, which the API server has validated. */
export const Strings = Type.Unsafe<Record<string, string>>({
  type: 'object',
  additionalProperties: { type: 'string' },
});

/** The name of a Kubernetes object. */
export const ResourceName = (description: string) =>
  Type.String({ description, minLength: 1, maxLength: 253, pattern: `^${DNS_SUBDOMAIN}$` });

/** An int32 with a lower bound. Its upper bound is explicit too: the API server stores it as Go's int32. */
export function Int32(minimum: number, options: { maximum?: number; [key: string]: unknown } = {}) {
  return Type.Integer({ maximum: INT32_MAX, ...options, minimum });
}

/** An int64 with a lower bound; JavaScript's numbers are exact up to 2^53 - 1 only. */
export function Int64(minimum: number, options: { [key: string]: unknown } = {}) {
  return Type.Integer({ ...options, format: 'int64', minimum, maximum: Number.MAX_SAFE_INTEGER });
}

/** An integer or a quantity such as `500m` or `1Gi`, as in a Pod. */
export const IntOrString = Type.Union(
  [Type.Integer({ minimum: 0 }), Type.String({ maxLength: 64, pattern: QUANTITY.source })],
  {
    'x-kubernetes-int-or-string': true,
  },
);

export type { Static, TSchema };
