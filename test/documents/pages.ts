import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Not the repository's own, or not its text. */
const SKIPPED = /^(node_modules|dist|\.git|\.tap|bench-results)$/;

/** Every page of the repository, as a path from its root. */
export const PAGES: readonly string[] = markdownIn('.').sort();

/** Pages for people who use the operator. The runbook has a test of its own. */
export const USER_PAGES: readonly string[] = PAGES.filter((page) =>
  /^(README\.md|docs\/(?!runbook)[\w-]+\.md|docs\/(reference|running)\/.*|manifests\/.*)$/.test(page),
);

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The fenced blocks of a language. */
export const blocksOf = (page: string, language: string): string[] => blocksIn(textOf(page), language);

const blocksIn = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^ *\`\`\`${language}\n([\\s\\S]*?)^ *\`\`\`$`, 'gm'))].map(([, block]) => block ?? '');

/** The part of a page under a heading, up to the next one of its rank. */
export function sectionOf(page: string, heading: string): string {
  const [, after] = textOf(page).split(`\n## ${heading}\n`);
  if (after === undefined) throw new Error(`${page} has no heading ${heading}`);
  return after.split('\n## ')[0] ?? '';
}

export const commandsOf = (page: string): string[] => commandsIn(textOf(page));

/** The commands of a text, each whole, without comments: a quote may go over several lines. */
export function commandsIn(text: string): string[] {
  const commands: string[] = [];
  for (const block of blocksIn(text, 'sh')) {
    let command = '';
    for (const line of block.split('\n')) {
      command += command === '' ? line : `\n${line}`;
      if ((command.split("'").length - 1) % 2 === 1) continue;
      if (command.trim() !== '') commands.push(command.replace(/ +#[^'\n]*$/, '').trim());
      command = '';
    }
  }
  return commands;
}

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.test(entry.name) ? [] : markdownIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}
