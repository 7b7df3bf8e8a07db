import { Kind, type Static, type TSchema, Type, TypeRegistry, type TUnsafe } from '@sinclair/typebox';

/** A CEL rule as a structural schema carries it (`x-kubernetes-validations`). */
export interface CelRule {
  rule: string;
  message: string;
  messageExpression?: string;
}

const ENUM_KIND = 'KubernetesEnum';
const OPEN_MAP_KIND = 'KubernetesMap';

TypeRegistry.Set<{ enum: readonly string[] }>(ENUM_KIND, (schema, value) => schema.enum.includes(value as string));
TypeRegistry.Set<{ maxProperties: number; additionalProperties: { maxLength: number } }>(
  OPEN_MAP_KIND,
  (schema, value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length <= schema.maxProperties &&
    Object.values(value).every((v) => typeof v === 'string' && [...v].length <= schema.additionalProperties.maxLength),
);

/** A string out of a fixed set. (A structural schema takes `enum`, and not the `anyOf` of constants that Type.Union makes.) */
export function StringEnum<const T extends readonly string[]>(values: T, options: object = {}): TUnsafe<T[number]> {
  return Type.Unsafe<T[number]>({ ...options, [Kind]: ENUM_KIND, type: 'string', enum: [...values] });
}

/** A map of strings with any keys. (A structural schema takes `additionalProperties`, and not the `patternProperties` of Type.Record.) */
export function StringMap(
  limits: { maxProperties: number; maxLength: number },
  options: object = {},
): TUnsafe<Record<string, string>> {
  return Type.Unsafe<Record<string, string>>({
    ...options,
    [Kind]: OPEN_MAP_KIND,
    type: 'object',
    maxProperties: limits.maxProperties,
    additionalProperties: { type: 'string', maxLength: limits.maxLength },
  });
}

/** An int32 with a lower bound. Go's int32 is what the API server would store, so its upper bound is said too. */
export function Int32(minimum: number, options: { maximum?: number; [key: string]: unknown } = {}) {
  return Type.Integer({ maximum: 2147483647, ...options, minimum });
}

/** An integer or a quantity such as `500m` or `1Gi`, as in a Pod. */
export const IntOrString = Type.Union([Type.Integer(), Type.String({ maxLength: 64 })], {
  'x-kubernetes-int-or-string': true,
});

export type { Static, TSchema };
