import { readFileSync } from 'node:fs';
import t from 'tap';
import { withReferenceTables } from '../../manifests/reference.js';

t.test('the tables of the README are what the schemas make', async (t) => {
  const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  t.equal(withReferenceTables(text), text, 'stale: npm run generate');
  for (const name of ['spec', 'status', 'columns', 'settings']) t.match(text, `<!-- table: ${name} -->`);
});

t.test('a table is made between its marks', async (t) => {
  const text = 'before\n<!-- table: spec -->\nold\n<!-- /table -->\nafter\n';
  const made = withReferenceTables(text);
  t.match(made, /^before\n<!-- table: spec -->\n\| field \| type \| what it is \|\n/);
  t.match(made, '`ddbCtlDpJob.tableName`');
  t.match(made, /`backoffLimit` \| integer \| .* Defaults to 3\. .* \(at most 10\)/);
  t.match(made, /after\n$/);
  t.notMatch(made, 'old');
  t.equal(withReferenceTables(made), made, 'made again it is the same');
});

t.test('a mistake in a mark is said', async (t) => {
  t.throws(() => withReferenceTables('<!-- table: specs -->\n<!-- /table -->'), /no table is called "specs"/);
  t.throws(() => withReferenceTables('<!-- table: spec -->\n'), /has no <!-- \/table -->/);
});
