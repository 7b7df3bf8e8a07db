/**
 * The help texts as golden files, as they look where they are piped: 80 columns, no colours.
 *   tsx test/documents/golden.ts    writes test/documents/golden/*.txt
 */
import type { Command } from 'commander';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildProgram } from '../../src/cli/program.js';

export const GOLDEN = new URL('golden/', import.meta.url);

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => 80,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}

/** Name of a golden file → what it should hold. */
export async function helpTexts(): Promise<Map<string, string>> {
  const program = await buildProgram();
  return new Map([program, ...program.commands].map((command) => [`${command.name()}.txt`, helpOf(command)]));
}

export const goldenFiles = (): Map<string, string> =>
  new Map(readdirSync(GOLDEN).map((name) => [name, readFileSync(new URL(name, GOLDEN), 'utf8')]));

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, text] of await helpTexts()) writeFileSync(new URL(name, GOLDEN), text);
