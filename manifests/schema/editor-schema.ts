import { API_VERSION, KIND } from '../../src/api/names.js';
import { DdbctlDpJob } from '../../src/api/resource.js';
import { onePartitionValueRule, sortKeyShapeRule } from '../../src/api/rules.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

interface CelRule {
  rule: string;
  message: string;
}

export const SCHEMA_ID =
  'https://raw.githubusercontent.com/sanjivmadhavan/dynamoctl-dp-operator/main/manifests/schema/ddbctldpjob.json';

/** Rules that JSON Schema can say in its own words. */
const SHAPES: ReadonlyMap<string, JsonObject> = new Map<string, JsonObject>([
  [onePartitionValueRule.rule, { oneOf: [{ required: ['partitionValue'] }, { required: ['partitionValueFrom'] }] }],
  [
    sortKeyShapeRule.rule,
    {
      oneOf: [
        { required: ['beginsWith'], properties: { from: false, to: false } },
        { required: ['from', 'to'], properties: { beginsWith: false } },
      ],
    },
  ],
]);

/** A rule that is one regular expression, as CEL has it in a string literal. */
const ONE_PATTERN = /^self\.matches\('(.*)'\)$/;

/** What an editor can check of a rule; of most others it can check nothing, and the API server still does. */
function asKeywords({ rule, message }: CelRule): JsonObject {
  const [, pattern] = ONE_PATTERN.exec(rule) ?? [];
  // Editors of the family of VS Code say the message instead of the expression.
  if (pattern !== undefined) return { pattern: pattern.replaceAll('\\\\', '\\'), patternErrorMessage: message };
  return SHAPES.get(rule) ?? {};
}

/**
 * A schema as an editor needs it: unknown fields are wrong, and what only Kubernetes understands is left out. A pattern that a rule
 * holds never meets one of the schema's own: no field has both.
 */
function forEditor(schema: JsonObject): JsonObject {
  const { properties, items, additionalProperties, anyOf, format: _, ...rest } = schema;
  const rules = (rest['x-kubernetes-validations'] ?? []) as unknown as CelRule[];
  const plain = Object.fromEntries(Object.entries(rest).filter(([keyword]) => !keyword.startsWith('x-kubernetes-')));
  return {
    ...plain,
    ...Object.fromEntries(rules.flatMap((rule) => Object.entries(asKeywords(rule)))),
    ...(properties !== undefined && { properties: each(properties), additionalProperties: false }),
    ...(additionalProperties !== undefined && { additionalProperties: forEditor(additionalProperties as JsonObject) }),
    ...(items !== undefined && { items: forEditor(items as JsonObject) }),
    ...(anyOf !== undefined && { anyOf: (anyOf as JsonObject[]).map(forEditor) }),
  };
}

const each = (properties: Json): JsonObject =>
  Object.fromEntries(
    Object.entries(properties as JsonObject).map(([name, field]) => [name, forEditor(field as JsonObject)]),
  );

const strings = { type: 'object', additionalProperties: { type: 'string' } };

/** The schema of a `DdbctlDpJob` in a file, in the draft that editors know, from the schemas that make the CRD. */
export function buildEditorSchema(): JsonObject {
  // JSON drops TypeBox's symbols and the rules' TypeScript predicates.
  const { description, properties } = JSON.parse(JSON.stringify(DdbctlDpJob)) as {
    description: string;
    properties: JsonObject;
  };
  const { spec, status } = properties as { spec: JsonObject; status: JsonObject };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: SCHEMA_ID,
    title: KIND,
    description,
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    additionalProperties: false,
    properties: {
      apiVersion: { const: API_VERSION, description: 'Version of the schema of this object.' },
      kind: { const: KIND, description: 'Kind of this object.' },
      metadata: {
        type: 'object',
        description: 'Name, namespace, labels and annotations, as of every object in Kubernetes.',
        anyOf: [{ required: ['name'] }, { required: ['generateName'] }],
        properties: { name: { type: 'string' }, namespace: { type: 'string' }, labels: strings, annotations: strings },
      },
      spec: forEditor(spec),
      status: { type: 'object', description: status.description ?? '' },
    },
  };
}
