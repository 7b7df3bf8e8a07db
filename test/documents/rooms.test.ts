import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { PAGES, root, textOf } from './pages.js';

const SOURCE = 'src';
const folders = readdirSync(join(root, SOURCE), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => entry.parentPath.slice(root.length));

t.test('every folder of the source has a README that names its files, and no others', async (t) => {
  t.ok(new Set(folders).size > 20, 'the folders are found');
  for (const folder of new Set(folders)) {
    const page = join(folder, 'README.md');
    if (!t.ok(PAGES.includes(page), page)) continue;
    const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.ts'));
    const text = textOf(page);
    // A path with a folder in it is another room's.
    const named = [...text.matchAll(/`([\w-]+\.ts)`/g)].map(([, file]) => file);
    t.same([...new Set(named)].sort(), files.sort(), `${page} names the files of its folder`);
    t.ok(text.split('\n').length < 45, `${page} is short`);
    if (dirname(folder) !== '.')
      t.match(text, /may import|imports nothing|imports it/i, `${page} says what it may import`);
  }
});

t.test('a folder is found by its README', async (t) => {
  for (const folder of new Set(folders)) {
    const above = dirname(folder) === SOURCE ? `${SOURCE}/README.md` : join(dirname(folder), 'README.md');
    t.match(textOf(above), `${folder.slice(dirname(folder).length + 1)}/README.md)`, `${above} links to ${folder}`);
  }
});
