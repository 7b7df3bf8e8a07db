import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { PACING } from '../../../../src/deletion/pace/pacing-parameters.js';

const source = readFileSync(new URL('../../../../src/deletion/pace/pacing-parameters.ts', import.meta.url), 'utf8');

t.test('each number says what it is, and which test pins it', async (t) => {
  const text = source.replace(/\n\s*\*(?!\/) ?/g, ' ');
  for (const [group, numbers] of Object.entries(PACING))
    for (const [name, value] of Object.entries<number>(numbers)) {
      t.ok(value > 0, `${group}.${name}`);
      const comment = new RegExp(`/\\*\\* ([^\\n]*?)\\s*\\*/\\n\\s*${name}: `).exec(text)?.[1] ?? '';
      const pinnedBy = /Pinned by ([\w-]+)\.$/.exec(comment.trim())?.[1];
      t.ok(pinnedBy && existsSync(new URL(`${pinnedBy}.test.ts`, import.meta.url)), `${group}.${name}: ${comment}`);
    }
});
