import { GROUP, KIND, PLURAL, SHORT_NAME, VERSION } from '../../src/api/names.js';
import { DdbctlDpJob, PRINTER_COLUMNS } from '../../src/api/resource.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Keywords that a structural schema must not contain. The API server would refuse the CRD or, worse, accept it as NonStructuralSchema. */
const FORBIDDEN = ['const', 'oneOf', 'allOf', 'not', 'patternProperties', '$ref', '$id'] as const;

/** The one `anyOf` that a structural schema may contain, in exactly this form. */
const INT_OR_STRING: Json = [{ type: 'integer' }, { type: 'string' }];

/**
 * Turns a JSON schema into a structural schema.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 * @throws for a keyword that a structural schema must not contain: this runs when manifests are generated, never in the operator
 */
function structural(schema: JsonObject, path: string): JsonObject {
  const wrong = FORBIDDEN.find((keyword) => keyword in schema);
  if (wrong) throw new Error(`${path}: a structural schema must not contain ${wrong}`);
  if (schema['x-kubernetes-int-or-string'] === true) return intOrString(schema);
  if ('anyOf' in schema) throw new Error(`${path}: a structural schema must not contain anyOf`);
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

/**
 * Makes the API server keep fields that it does not know, in every object under `spec`, and fields whose value is null. It would drop
 * them: a safeguard that is misspelled, one level too deep or left blank would silently not be there. Kept, they are refused by the
 * policy `ddbctldpjob-known-fields` and by the operator. (The keyword is not inherited where `properties` are.)
 */
function keepingUnknown(schema: JsonObject): JsonObject {
  const { properties, items, ...rest } = schema;
  if (items !== undefined) return { ...rest, items: keepingUnknown(asObject(items)) };
  if (!isObject(properties)) return schema;
  const required = Array.isArray(rest.required) ? rest.required : [];
  const fields = Object.entries(properties).map(([name, field]) => {
    const kept = keepingUnknown(asObject(field));
    return [name, required.includes(name) ? kept : { ...kept, nullable: true }] as const;
  });
  return { ...rest, 'x-kubernetes-preserve-unknown-fields': true, properties: Object.fromEntries(fields) };
}

/** The schema of the resource as the API server gets it. */
function resourceSchema(): JsonObject {
  // JSON drops TypeBox's symbols and the rules' TypeScript predicates.
  const plain = structural(JSON.parse(JSON.stringify(DdbctlDpJob)) as JsonObject, KIND);
  const properties = asObject(plain.properties ?? null);
  return { ...plain, properties: { ...properties, spec: keepingUnknown(asObject(properties.spec ?? null)) } };
}

/** Moves the string's bounds up one level: the two alternatives may contain nothing but their type. */
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

/** The CustomResourceDefinition, built from the schemas that also validate specs. Every call returns the same. */
export function buildCrd(): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${PLURAL}.${GROUP}`, labels: { 'app.kubernetes.io/name': 'dynamoctl-dp-operator' } },
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
          schema: { openAPIV3Schema: resourceSchema() },
        },
      ],
    },
  };
}
