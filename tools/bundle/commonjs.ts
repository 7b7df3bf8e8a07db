import { build, transform } from 'esbuild';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the bundle starts with: `cached-modules.ts` explains it. */
const STARTERS: Readonly<Record<string, string>> = { dynamoctl: 'start.ts', compile: 'compile.ts' };

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Makes CommonJS modules of the ES modules in a folder, and adds what starts them. Only CommonJS modules can be loaded with code
 * that V8 has compiled before. They also import from Node.js only what they use: an ES module that imports `node:http` evaluates
 * all that it exports, and so loads a WebSocket client that nobody needs.
 * @param program - the first of the modules
 */
export async function toCommonJs(folder: string, program: string): Promise<void> {
  for (const name of readdirSync(folder)) await convert(join(folder, name));
  for (const [name, source] of Object.entries(STARTERS)) await addStarter(join(folder, `${name}.js`), source, program);
}

async function convert(file: string): Promise<void> {
  const { code } = await transform(readFileSync(file, 'utf8').replace(/^#!.*\n/, ''), {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // `import()` as well becomes `require()`.
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  });
  // It is read byte by byte, see `cached-modules.ts`.
  const other = /[^\0-\x7f]/.exec(code);
  if (other) throw new Error(`${basename(file)} holds ${JSON.stringify(other[0])}, which is not ASCII: escape it at its source`);
  // An ES module is strict; the bundler does not say so of what it makes of one.
  writeFileSync(file, `"use strict";${code}`);
}

async function addStarter(file: string, source: string, program: string): Promise<void> {
  await build({
    entryPoints: [join(here, source)],
    outfile: file,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    define: { PROGRAM: JSON.stringify(basename(program)) },
    banner: { js: '#!/usr/bin/env node' },
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  });
}
