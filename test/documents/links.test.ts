import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import t from 'tap';
import { PAGES, root, textOf } from './pages.js';

/** Without code, in which brackets and hashes mean other things. */
const proseOf = (text: string): string => text.replace(/^ *```[^]*?^ *```/gm, '').replace(/`[^`\n]*`/g, 'code');

/** The anchors of a page, as GitHub makes them: of headings, in lower case, without punctuation, numbered where they repeat. */
function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return [...text.replace(/^ *```[^]*?^ *```/gm, '').matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** What is wrong with a link of a page; undefined where it resolves. */
function broken(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(root, page) : resolve(root, dirname(page), decodeURI(path));
  if (relative(root, target).startsWith('..')) return 'leaves the repository';
  if (!existsSync(target)) return 'is not there';
  if (anchor === undefined) return undefined;
  if (statSync(target).isDirectory()) return 'is a folder, and folders have no anchors';
  return anchorsOf(readFileSync(target, 'utf8')).includes(anchor) ? undefined : 'has no such anchor';
}

t.test('every relative link and anchor of every page resolves', async (t) => {
  t.ok(PAGES.length > 20, 'the pages are found');
  let links = 0;
  for (const page of PAGES) {
    for (const [, link = ''] of proseOf(textOf(page)).matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)/g)) {
      if (/^[a-z]+:/i.test(link)) continue;
      links++;
      t.equal(broken(page, link), undefined, `${page}: ${link}`);
    }
  }
  t.ok(links > 100, 'the links are found');
});

t.test('every page can be reached from the README', async (t) => {
  const reached = new Set<string>();
  const visit = (page: string): void => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const [, link = ''] of proseOf(textOf(page)).matchAll(/\]\(([^()\s#]+)(?:#[^()\s]*)?\)/g)) {
      if (/^[a-z]+:/i.test(link)) continue;
      const target = relative(root, resolve(root, dirname(page), link));
      for (const name of [target, join(target, 'README.md')]) if (PAGES.includes(name)) visit(name);
    }
  };
  visit('README.md');
  const alone = PAGES.filter((page) => !reached.has(page) && !page.startsWith('.github/'));
  t.same(alone, [], 'pages that no other page links to');
});

t.test('anchors are made as GitHub makes them', async (t) => {
  const text = "# A `b_c`: d's\n\n```sh\n# none\n```\n\n## Same\n\n## Same\n\n### [Link](x.md) – here\n";
  t.same(anchorsOf(text), ['a-b_c-ds', 'same', 'same-1', 'link--here']);
});
