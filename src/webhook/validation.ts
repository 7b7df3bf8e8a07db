import type { TSchema } from '@sinclair/typebox';
import type { CompositeRequest } from '../api/hooks.js';
import { JOBS, RIGHTS } from '../api/names.js';
import { Ajv, type ErrorObject, type Options } from 'ajv';
import formats from 'ajv-formats';

/** Keywords that structural schemas carry for the API server. ajv rejects them unless they are declared. */
const KUBERNETES_KEYWORDS = [
  'x-kubernetes-validations',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
];

/** Nothing is coerced, filled in or removed: code that deletes data must see exactly what was sent. */
const OPTIONS: Options = { coerceTypes: false, useDefaults: false, removeAdditional: false, allErrors: false };

/** The validator of the hooks' requests and responses. */
export function createValidator(): Ajv {
  const ajv = new Ajv(OPTIONS);
  // ajv-formats is CommonJS: imported as an ES module, its function is the default export's `default`.
  (formats as unknown as { default: (ajv: Ajv) => void }).default(ajv);
  for (const keyword of KUBERNETES_KEYWORDS) ajv.addKeyword(keyword);
  return ajv;
}

/** A JSON pointer to what is wrong; it includes a missing or unexpected property. */
export function pathOf(error: ErrorObject): string {
  const params = error.params as { missingProperty?: string; additionalProperty?: string };
  const property = params.missingProperty ?? params.additionalProperty;
  const end = property === undefined ? '' : `/${pointer(property)}`;
  return `${error.instancePath}${end}` || '/';
}

/** A check that throws if a value does not match the schema. The error names the place, never the value. */
export function checker(ajv: Ajv, schema: TSchema, what: string): (value: unknown) => void {
  const validate = ajv.compile(schema);
  return (value) => {
    if (validate(value)) return;
    const error = validate.errors?.[0];
    throw new Error(
      `${what} does not match its schema at ${error ? pathOf(error) : '/'}: ${error?.message ?? 'unknown'}`,
    );
  };
}

/**
 * What the schema of a request cannot say: a child is in the namespace of its parent. Metacontroller sends no others, so this is not
 * a bug of ours. @throws an error in the form of Fastify's own, for `answerError`
 */
export function requireOneNamespace({ parent, children }: CompositeRequest): void {
  const { namespace } = parent.metadata;
  for (const group of [JOBS, ...RIGHTS] as const) {
    const observed: Record<string, { metadata: { namespace?: string } }> = children[group] ?? {};
    const foreign = Object.entries(observed).find(([, child]) => (child.metadata.namespace ?? namespace) !== namespace);
    if (!foreign) continue;
    const instancePath = `/children/${pointer(group)}/${pointer(foreign[0])}/metadata/namespace`;
    const validation = [{ instancePath, message: "must be the parent's namespace", params: {} }];
    throw Object.assign(new Error('a child in another namespace'), { validation });
  }
}

const pointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
