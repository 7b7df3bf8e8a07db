import t from 'tap';
import { unknownFields } from '../../../../src/cli/render/unknown-fields.js';

const target = { tableName: 'Orders', partitionValue: 'x' };

t.test('fields that the schema does not have', async (t) => {
  const rows: readonly [reason: string, spec: unknown, found: (string | RegExp)[]][] = [
    ['none', { ddbCtlDpJob: target, suspend: true, labels: { anything: 'x' } }, []],
    [
      'a misspelt safeguard',
      { maxWriteUnitPerSecond: 5 },
      [/^spec\.maxWriteUnitPerSecond: .*mean maxWriteUnitsPerSecond\?$/],
    ],
    ['the wrong case', { Suspend: true }, [/mean suspend\?$/]],
    ['a field of the flat spec', { tableName: 'Orders' }, [/mean spec\.ddbCtlDpJob\.tableName\?$/]],
    ['nothing is like it', { zzzzzzzz: 1 }, [/^spec\.zzzzzzzz: unknown field; known fields: .*ddbCtlDpJob/]],
    ['within an object', { ddbCtlDpJob: { ...target, region: 'x' } }, [/^spec\.ddbCtlDpJob\.region: unknown field; /]],
    ['within a list', { tolerations: [{ key: 'a' }, { kez: 'a' }] }, [/^spec\.tolerations\[1\]\.kez: .*mean key\?$/]],
    ['a name that every object has', { constructor: 1 }, [/^spec\.constructor: unknown field/]],
    ['two of them', { a1: 1, b2: 2 }, [/^spec\.a1: /, /^spec\.b2: /]],
    ['a list where an object should be: the schema says so', { ddbCtlDpJob: [target] }, []],
    ['no object at all', 'spec', []],
    ['null', null, []],
  ];
  for (const [reason, spec, found] of rows) {
    const unknown = unknownFields(spec);
    t.equal(unknown.length, found.length, reason);
    t.match(unknown, found, reason);
  }
});

t.test('a short name is not said to mean another short one', async (t) => {
  const schema = { properties: { key: { type: 'string' }, effect: { type: 'string' } } };
  t.same(unknownFields({ abc: 1 }, schema, 'x'), ['x.abc: unknown field; known fields: key, effect']);
  t.same(unknownFields({ ke: 1 }, schema, 'x'), ['x.ke: unknown field; did you mean key?']);
});
