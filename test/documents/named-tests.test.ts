import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PAGES, root, textOf } from './pages.js';

/** How a page names a test: its file, and a text by which it is found there. */
const NAMED = /`(test\/[\w./-]+\.ts)`:\s+\*([^*]+)\*/g;

/** The rows of the threat model but their heads, as cells. */
const rows = textOf('docs/threat-model.md')
  .split('\n')
  .filter((line) => line.startsWith('| **'))
  .map((line) => line.slice(2, -2).split(' | '));

t.test('each threat says what stops it, what shows that, and what remains', async (t) => {
  t.ok(rows.length > 20, `${rows.length} threats`);
  for (const cells of rows) {
    const [threat = '', , tests = ''] = cells;
    t.equal(cells.length, 4, threat);
    t.notOk(cells.includes(''), threat);
    const named = [...tests.matchAll(NAMED)];
    t.ok(named.length > 0, `${threat}: a test`);
    // A file without a name beside it would not be checked.
    t.equal(named.length, [...cells.join().matchAll(/`test\/[\w./-]+`/g)].length, `${threat}: each test has its name`);
  }
});

t.test('every test that a page names is there, under that name', async (t) => {
  const named = PAGES.flatMap((page) => [...textOf(page).matchAll(NAMED)].map((found) => ({ page, found })));
  t.ok(named.length > 60, `${named.length} tests`);
  for (const { page, found } of named) {
    const [, file = '', text = ''] = found;
    // A page may break a line in it.
    const name = text.replaceAll(/\s+/g, ' ');
    t.ok(existsSync(join(root, file)) && textOf(file).includes(name), `${page}: ${file}: ${name}`);
  }
});
