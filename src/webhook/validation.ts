import type { TSchema } from '@sinclair/typebox';
import { Ajv, type ErrorObject, type Options } from 'ajv';
import formats from 'ajv-formats';

/** Keywords that structural schemas carry for the API server; ajv must be told to let them be. */
const KUBERNETES_KEYWORDS = [
  'x-kubernetes-validations',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
];

/** Nothing is coerced, filled in or removed: a deleter must see exactly what was sent. */
const OPTIONS: Options = { coerceTypes: false, useDefaults: false, removeAdditional: false, allErrors: false };

/** The validator of the hooks' requests and answers. */
export function createValidator(): Ajv {
  const ajv = new Ajv(OPTIONS);
  // ajv-formats is CommonJS: under Node's ES modules its function is the default of the default.
  (formats as unknown as { default: (ajv: Ajv) => void }).default(ajv);
  for (const keyword of KUBERNETES_KEYWORDS) ajv.addKeyword(keyword);
  return ajv;
}

/** A JSON pointer to what is wrong, the missing or surplus property included. */
export function pathOf(error: ErrorObject): string {
  const params = error.params as { missingProperty?: string; additionalProperty?: string };
  const property = params.missingProperty ?? params.additionalProperty;
  const end = property === undefined ? '' : `/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return `${error.instancePath}${end}` || '/';
}

/** A check that throws when a value is not of the schema, naming the place and never the value. */
export function checker(ajv: Ajv, schema: TSchema, what: string): (value: unknown) => void {
  const validate = ajv.compile(schema);
  return (value) => {
    if (validate(value)) return;
    const error = validate.errors?.[0];
    throw new Error(`${what} is not of its schema at ${error ? pathOf(error) : '/'}: ${error?.message ?? 'unknown'}`);
  };
}
