import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';

/** A package of which something is in the bundle. */
export interface Package {
  name: string;
  version: string;
  license: string;
  /** Where its files are. */
  folder: string;
}

/** `node_modules/@scope/name/lib/file.js` → `node_modules/@scope/name`, also where one package lies inside of another. */
const FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The packages to which these files belong, by name and version. @throws if one has no name, version or license */
export function packagesOf(root: string, files: readonly string[]): Package[] {
  const folders = new Set(files.flatMap((file) => FOLDER.exec(file)?.[0] ?? []));
  const packages = new Map([...folders].map((folder) => [folder, read(join(root, folder))]));
  const once = new Map([...packages.values()].map((each) => [`${each.name}@${each.version}`, each]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function read(folder: string): Package {
  const file = join(folder, 'package.json');
  const manifest = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Package>) : {};
  const { name, version, license } = manifest;
  for (const [field, value] of Object.entries({ name, version, license }))
    if (typeof value !== 'string') throw new Error(`${file}: ${field} must be text, not ${JSON.stringify(value)}`);
  return { name: name!, version: version!, license: license!, folder };
}

const OF_NODE = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

/** @param imports - what the modules of a bundle import. @throws if any of it is neither in the bundle nor Node.js's own */
export function requireNothingOutside(imports: readonly { path: string; external?: boolean }[]): void {
  const foreign = imports.filter(({ external, path }) => external === true && !OF_NODE.has(path));
  const names = [...new Set(foreign.map(({ path }) => path))];
  if (names.length > 0) throw new Error(`neither in the bundle nor of Node.js: ${names.join(', ')}`);
}
