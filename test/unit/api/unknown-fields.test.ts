import t from 'tap';
import { knownFields, unknownFields } from '../../../src/api/unknown-fields.js';

const target = { tableName: 'Orders', partitionValue: 'x' };

t.test('fields that the schema does not have', async (t) => {
  const rows: readonly [reason: string, spec: unknown, found: (string | RegExp)[]][] = [
    ['none', { ddbCtlDpJob: target, suspend: true, labels: { anything: 'x' } }, []],
    [
      'a misspelled safeguard',
      { maxWriteUnitPerSecond: 5 },
      [/^spec\.maxWriteUnitPerSecond: .*mean maxWriteUnitsPerSecond\?$/],
    ],
    ['the wrong case', { Suspend: true }, [/mean suspend\?$/]],
    ['a field of the flat spec', { tableName: 'Orders' }, [/mean spec\.ddbCtlDpJob\.tableName\?$/]],
    ['one indent too far', { ddbCtlDpJob: { ...target, mode: 'DryRun' } }, [/mean spec\.mode\?$/]],
    ['one indent too few', { beginsWith: 'a' }, [/mean spec\.ddbCtlDpJob\.sortKey\.beginsWith\?$/]],
    ['part of the partition, misspelled', { ddbCtlDpJob: { ...target, sortkey: {} } }, [/mean sortKey\?$/]],
    ['what kubectl calls it', { dryRun: true }, [/mean mode: DryRun\?$/]],
    [
      'a name that JSON can say and an object literal cannot',
      JSON.parse('{"__proto__": {"mode": 1}}'),
      [/^spec: unknown field of 9 characters; /],
    ],
    ['nothing is like it', { zzzzzzzz: 1 }, [/^spec\.zzzzzzzz: unknown field; known fields: .*ddbCtlDpJob/]],
    [
      'within an object',
      { ddbCtlDpJob: { ...target, tenant: 'x' } },
      [/^spec\.ddbCtlDpJob\.tenant: unknown field; known fields: tableName, /],
    ],
    [
      'a key that somebody wrote in the place of a name',
      { ddbCtlDpJob: { tableName: 'Orders', 'TESTTENANTID#😀': null } },
      [/^spec\.ddbCtlDpJob: unknown field of 14 characters; known fields: /],
    ],
    [
      'a field and its value without the colon between them',
      { ddbCtlDpJob: { tableName: 'Orders', 'partitionValue TESTTENANTID': null } },
      [/^spec\.ddbCtlDpJob: unknown field of 27 characters; known fields: /],
    ],
    ['a key in capitals', { TESTTENANTID: null }, [/^spec: unknown field of 12 characters; /]],
    ['a key with digits', { user42: null }, [/^spec: unknown field of 6 characters; /]],
    ['a long one', { ['x'.repeat(41)]: null }, [/^spec: unknown field of 41 characters; /]],
    ['within a list', { tolerations: [{ key: 'a' }, { kez: 'a' }] }, [/^spec\.tolerations\[1\]\.kez: .*mean key\?$/]],
    ['a name that every object has', { constructor: 1 }, [/^spec\.constructor: unknown field/]],
    ['two of them', { Mode: 1, Suspend: 2 }, [/^spec\.Mode: /, /^spec\.Suspend: /]],
    ['a list where an object should be: the schema says so', { ddbCtlDpJob: [target] }, []],
    ['no object at all', 'spec', []],
    ['null', null, []],
  ];
  for (const [reason, spec, found] of rows) {
    const unknown = unknownFields(spec).map(({ path, message }) => `${path}: ${message}`);
    t.equal(unknown.length, found.length, reason);
    t.match(unknown, found, reason);
  }
});

t.test('a short name is not said to mean another short one', async (t) => {
  const said = (entry: object) => unknownFields({ tolerations: [entry] }).map(({ message }) => message);
  t.same(said({ abc: 1 }), ['unknown field; known fields: key, operator, value, effect, tolerationSeconds']);
  t.same(said({ ke: 1 }), ['unknown field; did you mean key?']);
});

t.test('a hundred thousand of them cost little, and few are named', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`field${i}`, i]));
  const before = process.cpuUsage();
  const unknown = unknownFields({ ...many, ['x'.repeat(100_000)]: 1 });
  const { user } = process.cpuUsage(before);
  t.equal(unknown.length, 6);
  t.same(unknown.at(-1), { path: 'spec', message: '99996 more unknown fields' });
  t.ok(user < 1_000_000, `${user} µs`);
});

t.test('every object under spec, with its fields', async (t) => {
  t.same(
    knownFields().map(({ path }) => path),
    [
      'spec',
      'spec.ddbCtlDpJob',
      'spec.ddbCtlDpJob.partitionValueFrom',
      'spec.ddbCtlDpJob.partitionValueFrom.secretKeyRef',
      'spec.ddbCtlDpJob.sortKey',
      'spec.credentialsSecretRef',
      'spec.resources',
      'spec.tolerations[]',
      'spec.imagePullSecrets[]',
    ],
  );
});
