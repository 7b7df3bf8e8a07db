import t from 'tap';
import { stringify } from 'yaml';
import { API_VERSION, KIND } from '../../../../src/api/names.js';
import { type Found, readResources } from '../../../../src/cli/render/resources.js';

const SECRET = 'tenant-secret';

const resource = (spec: object = {}, target: object = {}) => ({
  apiVersion: API_VERSION,
  kind: KIND,
  metadata: { name: 'sample' },
  spec: { ddbCtlDpJob: { tableName: 'Orders', partitionValue: SECRET, ...target }, ...spec },
});

function read(text: string, file = 'sample.yaml'): Found {
  const found: Found = { resources: [], notes: [], wrong: [] };
  readResources(file, text, found);
  return found;
}
const namesIn = ({ resources }: Found): string[] => resources.map(({ metadata }) => metadata.name);
const named = (name: string) => ({ ...resource(), metadata: { name } });

t.test('every DdbctlDpJob of a file is read', async (t) => {
  const rows: readonly [reason: string, text: string, names: string[]][] = [
    ['one', stringify(resource()), ['sample']],
    ['JSON', JSON.stringify(resource()), ['sample']],
    ['two documents', [named('a'), named('b')].map((one) => stringify(one)).join('---\n'), ['a', 'b']],
    ['a List', stringify({ kind: 'List', items: [named('a'), named('b')] }), ['a', 'b']],
    ['a List in a List', stringify({ kind: 'List', items: [{ kind: 'List', items: [named('a')] }] }), ['a']],
    [
      'an anchor and its alias',
      stringify(resource()).replace('sample', '&name sample') + '  labels: { app: *name }\n',
      ['sample'],
    ],
  ];
  for (const [reason, text, names] of rows) {
    const found = read(text);
    t.same(found.wrong, [], reason);
    t.same(namesIn(found), names, reason);
  }
});

t.test('YAML is read as kubectl reads it', async (t) => {
  const rows: readonly [reason: string, value: string, read: unknown][] = [
    ['a time is a text', '2026-01-01', '2026-01-01'],
    ['a number to the base 60 is a text', '12:30:45', '12:30:45'],
    ['quoted', '"yes"', 'yes'],
  ];
  for (const [reason, value, expected] of rows) {
    const text = stringify(resource()).replace(`partitionValue: ${SECRET}`, `partitionValue: ${value}`);
    const [found] = read(text).resources;
    t.match(found?.spec, { ddbCtlDpJob: { partitionValue: expected } }, reason);
  }
});

t.test('other objects are skipped, and named', async (t) => {
  const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } };
  const found = read(['# a comment\n', stringify(resource()), stringify(other)].join('---\n'));
  t.same(found.notes, ['sample.yaml, document 2: skipped: not a DdbctlDpJob (kind: "ConfigMap")']);
  t.same(namesIn(found), ['sample']);
  const items = read(JSON.stringify({ kind: 'List', items: [other, { kind: { a: 1 } }, resource()] }));
  t.match(items.notes, [/sample\.yaml, items\[0\]: skipped/, /items\[1\]: skipped: .*\(kind: an object\)/]);
});

/** What is wrong → what must be reported: where, what was given, and how to correct it. */
const WRONG: readonly { reason: string; input: unknown; says: RegExp }[] = [
  {
    reason: "the ancestor's sample",
    input: resource({}, { endpointURL: 'http://aws-dynamhttp://dynamodb.local:8000' }),
    says: /spec\.ddbCtlDpJob\.endpointURL: endpointURL must be .*; did you mean http:\/\/dynamodb\.local:8000\? \(given: "http:\/\/aws-dynamhttp:\/\/dynamodb\.local:8000"\)/,
  },
  {
    reason: "the original operator's flat spec",
    input: { ...resource(), spec: { tableName: 'Orders', partitionValue: SECRET } },
    says: /spec\.tableName: unknown field; did you mean spec\.ddbCtlDpJob\.tableName\?\n.*spec\.partitionValue: unknown field; did you mean spec\.ddbCtlDpJob\.partitionValue\?\n.*spec\.ddbCtlDpJob: Expected required property \(given: nothing\)/,
  },
  {
    reason: 'a typing error in the name of a brake',
    input: resource({ maxWriteUnitPerSecond: 5 }),
    says: /spec\.maxWriteUnitPerSecond: unknown field; did you mean maxWriteUnitsPerSecond\?/,
  },
  {
    reason: 'a field that resembles none',
    input: resource({}, { sortKey: { beginsWith: SECRET, xyz: SECRET } }),
    says: /spec\.ddbCtlDpJob\.sortKey\.xyz: unknown field; known fields: beginsWith, from, to/,
  },
  {
    reason: 'a key that YAML takes for a number',
    input: resource({}, { partitionValue: 4711 }),
    says: /spec\.ddbCtlDpJob\.partitionValue: Expected string \(given: a number; put a string that looks like one in quotes\)/,
  },
  {
    reason: 'a key that kubectl takes for true',
    input: 'yes',
    says: /must be an object with apiVersion, kind, metadata and spec \(given: true\)/,
  },
  {
    reason: 'a short table name',
    input: resource({}, { tableName: 'x' }),
    says: /spec\.ddbCtlDpJob\.tableName: .* \(given: "x"\)/,
  },
  {
    reason: 'a region',
    input: resource({}, { awsRegion: 'Frankfurt' }),
    says: /awsRegion must be .* \(given: "Frankfurt"\)/,
  },
  {
    reason: 'both ways to give a key',
    input: resource({}, { partitionValueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }),
    says: /set exactly one of partitionValue and partitionValueFrom/,
  },
  {
    reason: 'half a range',
    input: resource({}, { sortKey: { from: SECRET } }),
    says: /sortKey takes either beginsWith, or both/,
  },
  {
    reason: 'a mode',
    input: resource({ mode: 'Dry' }),
    says: /spec\.mode: Expected one of Execute, DryRun \(given: "Dry"\)/,
  },
  {
    reason: 'a toleration',
    input: resource({ tolerations: [{ effect: 'Never' }] }),
    says: /spec\.tolerations\[0\]\.effect: Expected one of .* \(given: "Never"\)/,
  },
  {
    reason: 'another version',
    input: { ...resource(), apiVersion: API_VERSION.replace('v1alpha1', 'v1') },
    says: /apiVersion: must be .*v1alpha1 \(given: ".*\/v1"\)/,
  },
  {
    reason: 'another kind of the group',
    input: { ...resource(), kind: 'DdbCtlDpJob' },
    says: /kind: must be DdbctlDpJob \(given: "DdbCtlDpJob"\)/,
  },
  { reason: 'no name', input: { ...resource(), metadata: {} }, says: /metadata\.name: must be .* \(given: nothing\)/ },
  {
    reason: 'no metadata',
    input: { ...resource(), metadata: null },
    says: /metadata: must be an object with a name \(given: null\)/,
  },
  {
    reason: 'a namespace',
    input: { ...resource(), metadata: { name: 'a', namespace: 'A' } },
    says: /metadata\.namespace: must be .* \(given: "A"\)/,
  },
  {
    reason: 'an annotation',
    input: { ...resource(), metadata: { name: 'a', annotations: { a: 1 } } },
    says: /metadata\.annotations: must have strings as values/,
  },
  { reason: 'nothing at all', input: '', says: /contains no DdbctlDpJob of apiVersion/ },
  {
    reason: 'no YAML',
    input: `kind: ${KIND}\n  partitionValue: "${SECRET}`,
    says: /is not YAML: .* in line \d+, column \d+/,
  },
  { reason: 'a field twice', input: `${stringify(resource())}spec: {}\n`, says: /is not YAML: duplicate key in line/ },
];

t.test('wrong input: where, what was given, what would be right, and never the value of a key', async (t) => {
  for (const { reason, input, says } of WRONG) {
    const found: Found = { resources: [], notes: [], wrong: [] };
    readResources('sample.yaml', typeof input === 'string' ? input : stringify(input), found);
    t.same(found.resources, [], reason);
    t.match(found.wrong.join('\n'), says, reason);
    t.notMatch(found.wrong.join('\n'), new RegExp(`${SECRET}|4711`), `${reason}: no key`);
    t.ok(
      found.wrong.every((line) => line.startsWith('sample.yaml: ')),
      reason,
    );
  }
});

t.test('aliases are bounded: a short text could stand for a huge object', async (t) => {
  const text = `${stringify(resource())}x: &a [1]\ny: [${Array(101).fill('*a').join(', ')}]\n`;
  t.same(read(text).wrong, ['sample.yaml: contains more than 100 aliases']);
});
