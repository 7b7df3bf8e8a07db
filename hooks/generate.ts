import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { renderCases } from './render.js';

/** Writes hooks/<hook>/<case>/; with --check it writes nothing and names what is stale. */
const here = new URL('./', import.meta.url);
const check = process.argv.includes('--check');
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const wanted = new Map<string, string>();
for (const { folder, request, response, now } of renderCases()) {
  wanted.set(`${folder}/request.json`, json(request));
  wanted.set(`${folder}/response.json`, json(response));
  wanted.set(`${folder}/now.txt`, `${now}\n`);
}

const present = ['sync', 'finalize'].flatMap((hook) => {
  try {
    const entries = readdirSync(new URL(`${hook}/`, here), { recursive: true, withFileTypes: true, encoding: 'utf8' });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => `${hook}/${entry.parentPath.split(`/${hook}/`).at(-1)}/${entry.name}`);
  } catch {
    return [];
  }
});
const read = (path: string): string | undefined => {
  try {
    return readFileSync(new URL(path, here), 'utf8');
  } catch {
    return undefined;
  }
};
const stale = [...wanted].filter(([path, text]) => read(path) !== text).map(([path]) => path);
const surplus = present.filter((path) => !wanted.has(path));

if (check) {
  for (const path of [...stale, ...surplus]) console.error(`stale: hooks/${path}; run npm run generate`);
  process.exitCode = stale.length + surplus.length > 0 ? 1 : 0;
} else {
  for (const path of surplus) rmSync(new URL(path, here));
  for (const path of stale) {
    mkdirSync(new URL(path.slice(0, path.lastIndexOf('/') + 1), here), { recursive: true });
    writeFileSync(new URL(path, here), wanted.get(path) ?? '');
  }
  console.log(`hooks: ${wanted.size / 3} cases, ${stale.length} files written, ${surplus.length} removed`);
}
