import t from 'tap';
import { Spec } from '../../../src/api/spec.js';
import { readReport, readStatus, specViolations } from '../../../src/api/validate.js';
import { RULE_CASES } from '../../support/rule-cases.js';

/** A schema as the CRD carries it: JSON, without predicates. */
interface Schema {
  'x-kubernetes-validations'?: { rule: string; message: string; messageExpression?: string }[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
}

/** Every rule of a schema with its path, in the schema's order: a field before what is inside it. */
function* rulesOf(schema: Schema, path: string): Generator<{ path: string; message: string }> {
  for (const { message } of schema['x-kubernetes-validations'] ?? []) yield { path, message };
  for (const [name, field] of Object.entries(schema.properties ?? {})) yield* rulesOf(field, `${path}.${name}`);
  if (schema.items) yield* rulesOf(schema.items, `${path}[0]`);
  if (schema.additionalProperties) yield* rulesOf(schema.additionalProperties, `${path}[*]`);
}

const rules = [...rulesOf(JSON.parse(JSON.stringify(Spec)) as Schema, 'spec')];

t.test('every rule of the CRD is applied in TypeScript too, at the same path and with the same message', async (t) => {
  t.equal(rules.length, 20);
  const found = Object.values(RULE_CASES).flatMap((cases) =>
    cases.flatMap(({ spec, from }) => specViolations(spec, from)),
  );
  for (const { path, message } of rules)
    t.ok(
      found.some((violation) => violation.path === path && violation.message.startsWith(message)),
      `${path}: ${message}`,
    );
});

t.test("violations come in the schema's order: a field before what is inside it", async (t) => {
  const before = { mode: 'DryRun', cancel: true, ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' } };
  const ddbCtlDpJob = {
    tableName: 'arn:aws:s3:eu-west-1:table',
    partitionValue: '\0',
    partitionValueFrom: { secretKeyRef: { name: 'a', key: '..' } },
    awsRegion: 'nowhere',
    endpointURL: 'ftp://a',
    sortKey: { beginsWith: '\0', from: '\0', to: '\0' },
  };
  const resources = { requests: { cpu: 2, foo: 1 }, limits: { cpu: 1 } };
  // Two entries: none breaks all three rules.
  const tolerations = [{ operator: 'Equal' }, { operator: 'Exists', value: 'b', tolerationSeconds: 1 }];
  const one = specViolations({ ddbCtlDpJob, resources, tolerations }, before);
  // mode is either removed or set to DryRun: no spec breaks both rules.
  const other = specViolations({ ...before, mode: 'DryRun' }, { ...before, mode: 'Execute' });
  const found = [one[0], ...other, ...one.slice(1)].map((each) => ({
    ...each,
    path: each?.path.replace('[1]', '[0]'),
  }));
  t.strictSame(found, rules, 'all of them, in order');
});

t.test('where the shape is wrong, only the shape is reported: no rule sees a value of another type', async (t) => {
  const found = specViolations({ ddbCtlDpJob: { tableName: 'a/b', partitionValue: 12 }, mode: 'Delete' });
  t.strictSame(
    found.map(({ path }) => path),
    ['spec.ddbCtlDpJob.partitionValue', 'spec.mode'],
  );
});

const PATHS: readonly { spec: object; path: string; because: string }[] = [
  { spec: { tolerations: [{ value: 5 }] }, path: 'spec.tolerations[0].value', because: 'indices stand in brackets' },
  { spec: { labels: { a: 'x'.repeat(64) } }, path: 'spec.labels', because: 'a map is refused as a whole' },
  {
    spec: { resources: { limits: { cpu: {} } } },
    path: 'spec.resources.limits',
    because: 'whatever is wrong in its entries',
  },
];
for (const { spec, path, because } of PATHS) {
  const violations = specViolations({ ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' }, ...spec });
  t.strictSame([...new Set(violations.map((violation) => violation.path))], [path], because);
}

for (const [field, spec] of [
  ['spec.mode', { mode: null }],
  ['spec.suspend', { suspend: null }],
  ['spec.resources', { resources: null }],
  ['spec.labels', { labels: null }],
  ['spec.ddbCtlDpJob.sortKey', { ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x', sortKey: null } }],
] as const)
  t.strictSame(
    specViolations({ ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' }, ...spec }),
    [{ path: field, message: 'null is no value: write one, or leave the field out', unknown: 'value' }],
    `a blank ${field} can be corrected, also in the target`,
  );

const MESSAGES: readonly { spec: object; message: string; because: string }[] = [
  { spec: { mode: 'Delete' }, message: 'Expected one of Execute, DryRun', because: 'an enum lists its values' },
  {
    spec: { labels: { a: 'x'.repeat(64) } },
    message: 'Expected at most 32 entries of at most 63 characters',
    because: 'a map of texts names both bounds',
  },
  {
    spec: { resources: { requests: 'all' } },
    message: 'Expected at most 16 entries, each a quantity such as 500m or 1Gi',
    because: 'a map of quantities names their form',
  },
];
for (const { spec, message, because } of MESSAGES)
  t.strictSame(
    specViolations({ ddbCtlDpJob: { tableName: 'Orders', partitionValue: 'x' }, ...spec }).map((each) => each.message),
    [message],
    because,
  );

const condition = {
  type: 'Finished',
  status: 'True',
  reason: 'PartitionDeleted',
  message: 'gone',
  lastTransitionTime: '2026-11-23T02:10:40Z',
};
const STATUSES: readonly { stored: unknown; read: object; because: string }[] = [
  { stored: undefined, read: {}, because: 'a new resource has none' },
  { stored: null, read: {}, because: 'null is not an object' },
  { stored: 'Finished', read: {}, because: 'nor is a text' },
  { stored: [condition], read: {}, because: 'nor is a list' },
  { stored: { phase: 'Done', restarts: 1 }, read: { restarts: 1 }, because: 'unknown fields are not ours' },
  {
    stored: { restarts: -1, mode: 'DryRun' },
    read: { mode: 'DryRun' },
    because: 'a broken field costs nothing but itself',
  },
  {
    stored: { conditions: [condition, { type: 'Finished' }] },
    read: { conditions: [condition] },
    because: 'and a broken condition nothing but itself',
  },
  { stored: { conditions: 'all' }, read: {}, because: 'conditions that are not a list are lost' },
  {
    stored: { conditions: [{ ...condition, message: '😀'.repeat(1024) }], job: { name: '😀'.repeat(253) } },
    read: { conditions: [{ ...condition, message: '😀'.repeat(1024) }], job: { name: '😀'.repeat(253) } },
    because: 'the API server counts an emoji once: what it has stored is read',
  },
  {
    stored: { conditions: [{ ...condition, message: 'x'.repeat(1025), reason: 'of a newer version', extra: 1 }] },
    read: { conditions: [{ ...condition, message: '', reason: 'Unknown' }] },
    because: 'a newer version may write more: a run that has finished stays finished',
  },
  {
    stored: { conditions: [{ type: 'Finished', status: 'True' }] },
    read: {
      conditions: [
        {
          type: 'Finished',
          status: 'True',
          reason: 'Unknown',
          message: '',
          lastTransitionTime: '1970-01-01T00:00:00Z',
        },
      ],
    },
    because: 'whatever else is missing',
  },
];

t.test('of more conditions than a status may have, the end of a run stays', async (t) => {
  const foreign = Array.from({ length: 40 }, (_, index) => ({ ...condition, type: `Foreign${index}` }));
  const repeated = Array.from({ length: 40 }, () => ({ ...condition, type: 'Ready', status: 'False' }));
  const finished = { ...condition, type: 'Finished', status: 'True' };
  const { conditions = [] } = readStatus({ conditions: [...foreign, ...repeated, finished] });
  t.strictSame(
    conditions.map(({ type, status }) => `${type}=${status}`),
    ['Finished=True', 'Ready=False'],
  );
});

for (const { stored, read, because } of STATUSES) t.strictSame(readStatus(stored), read, because);

const TIMES: readonly { time: string; valid: boolean; because: string }[] = [
  { time: '2026-11-23T02:10:40Z', valid: true, because: 'the form that we write' },
  { time: '2026-11-23T02:10:40.123456+05:30', valid: true, because: 'every form of RFC 3339' },
  { time: '2028-02-29T00:00:00Z', valid: true, because: 'a leap day' },
  { time: '2026-02-29T00:00:00Z', valid: false, because: 'a leap day in an ordinary year' },
  { time: '2026-02-30T00:00:00Z', valid: false, because: 'Date.parse would take it for 2 March' },
  { time: '2026-11-23T24:00:00Z', valid: false, because: 'Date.parse would take it for the next day' },
  { time: '2026-11-23', valid: false, because: 'a day is not a time' },
  { time: '2026-11-23T02:10:40', valid: false, because: 'a time zone is required' },
];
for (const { time, valid, because } of TIMES)
  t.strictSame(readStatus({ startTime: time }), valid ? { startTime: time } : {}, `${time}: ${because}`);

const REPORTS: readonly { text: string | undefined; read: object | undefined; because: string }[] = [
  { text: undefined, read: undefined, because: 'no annotation, no report' },
  { text: '', read: undefined, because: 'an empty annotation is not JSON' },
  { text: '{"parentUID":', read: undefined, because: 'nor is one that is cut off' },
  { text: 'null', read: undefined, because: 'null is not an object' },
  { text: '[]', read: undefined, because: 'nor is a list' },
  { text: '"final"', read: undefined, because: 'nor is a text' },
  { text: '{}', read: {}, because: 'an object without fields is a report that says nothing' },
  {
    text: '{"mode":"DryRun","final":"yes","exitCode":256,"parentUID":"u"}',
    read: { parentUID: 'u', mode: 'DryRun' },
    because: 'a broken field costs nothing but itself',
  },
];
for (const { text, read, because } of REPORTS) t.strictSame(readReport(text), read, `${text}: ${because}`);
