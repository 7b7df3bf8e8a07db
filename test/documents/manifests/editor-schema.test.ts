import { Ajv } from 'ajv';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { buildEditorSchema, SCHEMA_ID } from '../../../manifests/schema/editor-schema.js';
import { API_VERSION, KIND } from '../../../src/api/names.js';
import { RULE_CASES } from '../../support/rule-cases.js';
import { root, textOf } from '../pages.js';

const FILE = 'manifests/schema/ddbctldpjob.json';
const SAMPLES = join(root, 'manifests/samples');
const samples = readdirSync(SAMPLES).filter((file) => file !== 'kustomization.yaml');

const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true });
ajv.addKeyword('patternErrorMessage');
const check = ajv.compile(buildEditorSchema());
/** Where a resource is wrong. */
const wrongAt = (resource: unknown): string[] =>
  check(resource) ? [] : (check.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
const resource = (spec: unknown, rest: object = {}) => ({
  apiVersion: API_VERSION,
  kind: KIND,
  metadata: { name: 'a' },
  spec,
  ...rest,
});

t.test('the file says what it is, in the draft that editors know', async (t) => {
  const file = JSON.parse(textOf(FILE)) as Record<string, unknown>;
  t.match(file, { $schema: 'http://json-schema.org/draft-07/schema#', $id: SCHEMA_ID, title: KIND });
  t.ok(SCHEMA_ID.endsWith(`/${FILE}`), 'its id is where it can be read');
  t.notMatch(textOf(FILE), /x-kubernetes/);
});

t.test('every sample names the schema and is valid', async (t) => {
  t.ok(samples.length >= 5, 'the samples are found');
  for (const file of samples) {
    const text = readFileSync(join(SAMPLES, file), 'utf8');
    const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    t.equal(resolve(SAMPLES, path), join(root, FILE), `${file}: its first line names the schema`);
    t.ok(existsSync(resolve(SAMPLES, path)), file);
    t.same(wrongAt(parse(text)), [], file);
  }
});

t.test('every field is described, so that an editor can say what it is', async (t) => {
  let fields = 0;
  const walk = (schema: Record<string, unknown>, path: string): void => {
    for (const [name, field] of Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>)) {
      fields++;
      t.type(field.description, 'string', `${path}.${name}`);
      walk(field, `${path}.${name}`);
    }
    if (schema.items) walk(schema.items as Record<string, unknown>, `${path}[]`);
  };
  walk((buildEditorSchema().properties as Record<string, Record<string, unknown>>).spec ?? {}, 'spec');
  t.ok(fields > 30, `${fields} fields`);
});

const target = { tableName: 'Orders', partitionValue: 'x' };

t.test('planted typos are seen', async (t) => {
  const rows: readonly [typo: string, resource: unknown, at: string][] = [
    ['a field', resource({ ddbCtlDpJob: target, sufpend: true }), '/spec additionalProperties'],
    ['capitals', resource({ ddbCtlDpJob: { ...target, sortkey: {} } }), '/spec/ddbCtlDpJob additionalProperties'],
    ['an indent', resource({ ddbCtlDpJob: { ...target, mode: 'DryRun' } }), '/spec/ddbCtlDpJob additionalProperties'],
    ['a word', resource({ ddbCtlDpJob: target, mode: 'Dryrun' }), '/spec/mode enum'],
    ['a blank value', resource({ ddbCtlDpJob: target, mode: null }), '/spec/mode type'],
    [
      'a number',
      resource({ ddbCtlDpJob: { ...target, partitionValue: 4711 } }),
      '/spec/ddbCtlDpJob/partitionValue type',
    ],
    ['a range', resource({ ddbCtlDpJob: target, capacitySharePercent: 101 }), '/spec/capacitySharePercent maximum'],
    ['no key', resource({ ddbCtlDpJob: { tableName: 'Orders' } }), '/spec/ddbCtlDpJob oneOf'],
    [
      'half a range of sort keys',
      resource({ ddbCtlDpJob: { ...target, sortKey: { from: 'a' } } }),
      '/spec/ddbCtlDpJob/sortKey oneOf',
    ],
    [
      'an endpoint without a scheme',
      resource({ ddbCtlDpJob: { ...target, endpointURL: 'localhost:8000' } }),
      '/spec/ddbCtlDpJob/endpointURL pattern',
    ],
    ['a region', resource({ ddbCtlDpJob: { ...target, awsRegion: 'us-east' } }), '/spec/ddbCtlDpJob/awsRegion pattern'],
    [
      'an entry',
      resource({ ddbCtlDpJob: target, tolerations: [{ keys: 'a' }] }),
      '/spec/tolerations/0 additionalProperties',
    ],
    ['no spec', { apiVersion: API_VERSION, kind: KIND, metadata: { name: 'a' } }, ' required'],
    ['no name', resource({ ddbCtlDpJob: target }, { metadata: {} }), '/metadata anyOf'],
    ['the version', resource({ ddbCtlDpJob: target }, { apiVersion: 'v1' }), '/apiVersion const'],
    ['spec beside spec', resource({ ddbCtlDpJob: target }, { suspend: true }), ' additionalProperties'],
  ];
  t.same(wrongAt(resource({ ddbCtlDpJob: target })), [], 'without a typo');
  for (const [typo, planted, at] of rows)
    t.ok(wrongAt(planted).includes(at), `${typo}: ${wrongAt(planted).join(', ')}`);
});

/** What JSON Schema, or this one, cannot say of a spec: the API server says it. */
const ONLY_THE_SERVER =
  /NUL character|region in tableName's ARN|toleration|a request must not exceed|resources may name only|key must not be/;

t.test('it accepts what the API server accepts, and refuses the rest as far as it can', async (t) => {
  const created = Object.values(RULE_CASES)
    .flat()
    .filter(({ from }) => from === undefined);
  t.ok(created.length > 50, 'the cases are found');
  let refused = 0;
  for (const { claim, spec, refusals = [] } of created) {
    const wrong = wrongAt(resource(spec));
    if (refusals.length === 0) t.same(wrong, [], claim);
    else if (wrong.length > 0) refused++;
    else
      t.ok(
        refusals.every(({ message }) => typeof message === 'string' && ONLY_THE_SERVER.test(message)),
        `${claim}: ${JSON.stringify(refusals)}`,
      );
  }
  t.ok(refused > 30, `${refused} of the refusals are seen in an editor`);
});
