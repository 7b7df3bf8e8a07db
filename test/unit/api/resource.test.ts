import t from 'tap';
import { DdbctlDpJob, PRINTER_COLUMNS } from '../../../src/api/resource.js';

interface Schema {
  type?: string;
  format?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** The schema at a path such as `.status.conditions[?(@.type=="Succeeded")].reason`. */
const schemaAt = (path: string): Schema | undefined =>
  path
    .replace(/\[[^\]]*\]/g, '[]')
    .split(/(?=\[\])|\./)
    .filter((part) => part !== '')
    .reduce<Schema | undefined>(
      (schema, part) => (part === '[]' ? schema?.items : schema?.properties?.[part]),
      DdbctlDpJob as Schema,
    );

for (const { name, type, jsonPath } of PRINTER_COLUMNS)
  t.test(`the column ${name} shows a field that exists, in its type`, async (t) => {
    if (jsonPath === '.metadata.creationTimestamp')
      return t.equal(type, 'date', 'from metadata, which every object has');
    t.equal(schemaAt(jsonPath)?.type, type, jsonPath);
  });

t.test('a resource needs nothing but its spec; metadata stays unspecified, as a CRD requires', async (t) => {
  t.strictSame(DdbctlDpJob.required, ['spec']);
  t.strictSame(DdbctlDpJob.properties.metadata.properties, {});
});

t.test('no column shows a value of the key', async (t) => {
  for (const { jsonPath } of PRINTER_COLUMNS) t.notMatch(jsonPath, /partitionValue|sortKey/);
});
