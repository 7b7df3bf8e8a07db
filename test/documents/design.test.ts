import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { EXCEPTION_NAMES } from '../simulation/exceptions.js';
import { ENV } from '../../src/api/worker.js';
import { MESSAGES } from '../../src/operator/messages.js';
import { RULES } from '../../src/operator/rules/index.js';
import { PAGES, root, textOf } from './pages.js';

const design = PAGES.filter((page) => page.startsWith('docs/design/'));

t.test('the rules of sync are explained in their order, by their names', async (t) => {
  const page = textOf('docs/design/sync.md');
  const names = [...page.matchAll(/^\| \d+ \| `(\w+)` \|/gm)].map(([, name]) => name);
  t.same(
    names,
    RULES.map(({ name }) => name),
  );
  // Other headings are words, and begin with a capital.
  const headings = [...page.matchAll(/^### ([a-z].+)$/gm)].flatMap(([, heading = '']) => heading.split(', '));
  t.same(headings, names, 'each has its paragraph');
  for (const key of Object.keys(MESSAGES)) t.match(page, `\`${key}\``, `the message ${key} is named`);
});

t.test('every file that the design names is there', async (t) => {
  const files = ['src', 'test', 'manifests', 'hooks', '.github'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  for (const page of [...design, 'CONTRIBUTING.md']) {
    for (const [, name = ''] of textOf(page).matchAll(/`([\w./-]+\.(?:ts|yaml|lua|yml))`/g)) {
      // Somebody else's, and the pattern of a name.
      if (/^(models\/errors\.d\.ts|.*\/NAME(\.test)?\.ts)$/.test(name)) continue;
      t.ok(
        files.some((file) => file === name || file.endsWith(`/${name}`)),
        `${page}: ${name}`,
      );
    }
  }
});

t.test('what others rely on is named', async (t) => {
  const page = textOf('docs/design/README.md');
  for (const name of Object.values(ENV)) t.match(page, `\`${name.replace('DYNAMOCTL_', '')}\``, name);
  for (const name of EXCEPTION_NAMES) t.match(page, `| \`${name}\` |`, `the exception ${name} is explained`);
});

t.test('decisions are short, whole and listed', async (t) => {
  const folder = 'docs/design/decisions';
  const list = textOf(join(folder, 'README.md'));
  const records = readdirSync(join(root, folder)).filter((file) => /^\d{4}-/.test(file));
  t.ok(records.length >= 7);
  for (const file of records) {
    const text = textOf(join(folder, file));
    t.ok(text.split('\n').length <= 41, `${file} has at most 40 lines`);
    t.match(
      text,
      /^# \d{4}: .*\n\n\*\*Status:\*\* \w+.*\n\n## Context\n[^]*\n## Decision\n[^]*\n## Consequences\n/,
      file,
    );
    t.match(list, `(${file})`, `${file} is listed`);
  }
});
