import t from 'tap';
import { buildCrd } from '../../../manifests/crd/build-crd.js';

type Schema = Record<string, unknown> & {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
};

interface Version {
  schema: { openAPIV3Schema: Schema };
  subresources: object;
  additionalPrinterColumns: { name: string; jsonPath: string; priority?: number }[];
}

const crd = JSON.parse(JSON.stringify(buildCrd())) as { spec: { versions: [Version] } };
const [version] = crd.spec.versions;
const root = version.schema.openAPIV3Schema;

/** Every schema of the resource with its path. */
function* walk(schema: Schema, path: string): Generator<[string, Schema]> {
  yield [path, schema];
  for (const [name, field] of Object.entries(schema.properties ?? {})) yield* walk(field, `${path}.${name}`);
  if (schema.items) yield* walk(schema.items, `${path}[]`);
  if (schema.additionalProperties) yield* walk(schema.additionalProperties, `${path}[*]`);
}
const schemas = [...walk(root, '')];
const ofUser = schemas.filter(
  ([path]) => path !== '' && path !== '.metadata' && path !== '.apiVersion' && path !== '.kind',
);

t.test('the CRD is the same bytes at every call', async (t) => {
  t.equal(JSON.stringify(buildCrd()), JSON.stringify(buildCrd()));
});

t.test('the names are those of the contract', async (t) => {
  t.match(crd, {
    metadata: {
      name: 'ddbctldpjobs.dynamoctl.dp.operators.sanjivmadhavan.io',
      labels: { 'app.kubernetes.io/name': 'dynamoctl-dp-operator' },
    },
    spec: {
      group: 'dynamoctl.dp.operators.sanjivmadhavan.io',
      scope: 'Namespaced',
      names: { kind: 'DdbctlDpJob', plural: 'ddbctldpjobs', shortNames: ['ddp'] },
    },
  });
  t.strictSame(version.subresources, { status: {} });
  t.strictSame(root.properties?.metadata, { type: 'object' }, 'a CRD may not say more of metadata');
});

t.test('the columns are those of the contract, and none shows the key', async (t) => {
  const columns = version.additionalPrinterColumns;
  const named = (wide: boolean) => columns.filter((c) => wide || c.priority !== 1).map((c) => c.name);
  t.strictSame(named(false), ['Table', 'Mode', 'Status', 'Deleted', 'Age']);
  t.strictSame(
    named(true).filter((name) => !named(false).includes(name)),
    ['Found', 'Job'],
  );
  t.notOk(columns.some((column) => /partitionValue|sortKey/.test(column.jsonPath)));
});

t.test('nothing that a structural schema refuses', async (t) => {
  const forbidden = ['const', 'oneOf', 'allOf', 'not', 'patternProperties', '$ref', '$id', 'uniqueItems'];
  for (const [path, schema] of schemas) {
    t.strictSame(
      forbidden.filter((keyword) => keyword in schema),
      [],
      path,
    );
    if (schema['x-kubernetes-int-or-string'])
      t.strictSame(schema.anyOf, [{ type: 'integer' }, { type: 'string' }], path);
    else t.ok(typeof schema.type === 'string' && !('anyOf' in schema), `${path} has one type`);
  }
});

t.test('every string, list, map and number that a user writes is bounded', async (t) => {
  const bounds: Record<string, string[][]> = {
    string: [['maxLength', 'enum']],
    array: [['maxItems']],
    integer: [['maximum'], ['minimum']],
    object: [['properties', 'maxProperties']],
    boolean: [],
  };
  for (const [path, schema] of ofUser) {
    const type = schema['x-kubernetes-int-or-string'] ? 'string' : String(schema.type);
    for (const either of bounds[type] ?? [[`a bound for ${type}`]])
      t.ok(
        either.some((keyword) => keyword in schema),
        `${path} has ${either.join(' or ')}`,
      );
  }
});

t.test('every field is described, for kubectl explain', async (t) => {
  for (const [path, schema] of ofUser.filter(([at]) => !at.endsWith('[*]')))
    t.match(schema.description, /^[A-Z].*\.$/, path);
});

t.test('there is no default for mode: absence and Execute are told apart', async (t) => {
  t.notOk('default' in (root.properties?.spec?.properties?.mode ?? { default: true }));
});
