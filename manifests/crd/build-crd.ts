import { GROUP, KIND, PLURAL, SHORT_NAME, VERSION } from '../../src/api/names.js';
import { DdbctlDpJob, PRINTER_COLUMNS } from '../../src/api/resource.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** What a structural schema has no place for; the API server would refuse the CRD or, worse, keep it with NonStructuralSchema. */
const FORBIDDEN = ['const', 'oneOf', 'allOf', 'not', 'patternProperties', '$ref', '$id'] as const;

/** An integer or a string is the one `anyOf` that a structural schema takes, and only in exactly this form. */
const INT_OR_STRING: Json = [{ type: 'integer' }, { type: 'string' }];

/**
 * A JSON schema as a structural one.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 * @throws where a schema says something that a structural one cannot say: at generation, never at run time
 */
function structural(schema: JsonObject, path: string): JsonObject {
  const wrong = FORBIDDEN.find((keyword) => keyword in schema);
  if (wrong) throw new Error(`${path}: ${wrong} has no place in a structural schema`);
  if (schema['x-kubernetes-int-or-string'] === true) return intOrString(schema);
  if ('anyOf' in schema) throw new Error(`${path}: anyOf has no place in a structural schema`);
  if (schema.additionalProperties === false) throw new Error(`${path}: additionalProperties: false is implied`);
  const { properties, items, additionalProperties, ...rest } = schema;
  const result: JsonObject = rest;
  if (isObject(properties) && Object.keys(properties).length > 0) {
    result.properties = Object.fromEntries(
      Object.entries(properties).map(([name, field]) => [name, structural(asObject(field), `${path}.${name}`)]),
    );
  }
  if (items !== undefined) result.items = structural(asObject(items), `${path}[]`);
  if (additionalProperties !== undefined)
    result.additionalProperties = structural(asObject(additionalProperties), `${path}[*]`);
  return result;
}

/** Bounds of the string move up: the two alternatives may hold nothing but their type. */
function intOrString({ anyOf, ...rest }: JsonObject): JsonObject {
  const text = (anyOf as JsonObject[]).find(({ type }) => type === 'string') ?? {};
  const { type: _, ...bounds } = text;
  return { ...rest, ...bounds, anyOf: INT_OR_STRING };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function asObject(value: Json): JsonObject {
  if (!isObject(value)) throw new Error('a schema must be an object');
  return value;
}

/** The CustomResourceDefinition, from the schemas that validate requests too. The same bytes at every call. */
export function buildCrd(): JsonObject {
  // Through JSON, because that drops the symbols by which TypeBox knows its own.
  const plain = JSON.parse(JSON.stringify(DdbctlDpJob)) as JsonObject;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${PLURAL}.${GROUP}` },
    spec: {
      group: GROUP,
      names: {
        kind: KIND,
        listKind: `${KIND}List`,
        plural: PLURAL,
        singular: KIND.toLowerCase(),
        shortNames: [SHORT_NAME],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: PRINTER_COLUMNS.map((column) => ({ ...column })),
          schema: { openAPIV3Schema: structural(plain, KIND) },
        },
      ],
    },
  };
}
