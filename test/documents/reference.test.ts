import t from 'tap';
import { withReferenceTables } from '../../manifests/reference.js';
import { PAGES, textOf } from './pages.js';

/** Which table stands where. That each is fresh, `generate.test.ts` checks. */
const TABLES: Readonly<Record<string, string>> = {
  spec: 'docs/reference/spec.md',
  status: 'docs/reference/status.md',
  columns: 'docs/reference/status.md',
  settings: 'docs/reference/settings.md',
  states: 'docs/design/README.md',
  'exit-codes': 'docs/reference/exit-codes.md',
  'resource-metrics': 'docs/reference/metrics.md',
};

t.test('the tables of the pages are what the source makes', async (t) => {
  for (const [name, page] of Object.entries(TABLES)) {
    const text = textOf(page);
    t.match(text, `<!-- table: ${name} -->`, page);
    t.equal(withReferenceTables(text), text, `${page} is stale: npm run generate`);
  }
  const everywhere = PAGES.flatMap((page) => [...textOf(page).matchAll(/^<!-- table: (\S+) -->$/gm)]);
  t.same(everywhere.map(([, name]) => name).sort(), Object.keys(TABLES).sort(), 'each table once');
});

t.test('a table is made between its marks', async (t) => {
  const text = 'before\n<!-- table: spec -->\nwhat was here before\n<!-- /table -->\nafter\n';
  const made = withReferenceTables(text);
  t.match(made, /^before\n<!-- table: spec -->\n\| field \| type \| what it is \|\n/);
  t.match(made, '`ddbCtlDpJob.tableName`');
  t.match(made, /`backoffLimit` \| integer \| .* Defaults to 3\. .* \(at most 10\)/);
  t.match(made, /after\n$/);
  t.notMatch(made, 'what was here before');
  t.equal(withReferenceTables(made), made, 'made again it is the same');
});

t.test('a mistake in a mark is said', async (t) => {
  t.throws(() => withReferenceTables('<!-- table: specs -->\n<!-- /table -->'), /no table is called "specs"/);
  t.throws(() => withReferenceTables('<!-- table: spec -->\n'), /has no <!-- \/table -->/);
});
