/**
 * `npm run bundle [FOLDER]`: what the image holds, in one folder (`bundle` if none is named).
 *
 *   dist/cli/*.js     the program and its packages as a few modules: what one command needs, others do not load;
 *                     `node dist/cli/compile.js` adds to them what V8 compiles of them, as the image's build does;
 *                     kubectl-ddp.js and kubectl-complete-ddp.js are whole by themselves: see `plugin.ts`
 *   package.json      the version, which the program reads
 *   node_modules      files of packages that are read at run time, and nothing else
 *   sbom.cdx.json     which packages are in these modules (CycloneDX)
 *   licenses.txt      their licenses and notices
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { toCommonJs } from './commonjs.js';
import { licensesOf } from './licenses.js';
import { packagesOf, requireNothingOutside } from './packages.js';
import { addPlugin } from './plugin.js';
import { sbomOf } from './sbom.js';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

const PROGRAM = 'src/cli/dynamoctl.ts';

/** Folders of packages whose files are read at run time: a bundler cannot know them. `test/system/image/bundle.test.ts` serves each. */
const READ_AT_RUN_TIME: readonly string[] = ['node_modules/@fastify/swagger-ui/static'];

/** From `dist/cli`, where all modules lie, to the folder that holds everything. */
const UP = '../../';

/** What gives each module its place. The functions are named as nothing else is. */
const BANNER = `const { fileURLToPath: $fileURLToPath, pathToFileURL: $pathToFileURL } = require('node:url');
const $urlOf = (path) => new URL('${UP}' + path, $pathToFileURL(__filename)).href;
const $pathOf = (path) => $fileURLToPath($urlOf(path));`;

/** Lets each module find its own place, from which it reads files, where it would be without the bundle. */
const ownPlaces: Plugin = {
  name: 'own-places',
  setup(bundler) {
    bundler.onLoad({ filter: /\.[jt]s$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!/\b(__dirname|__filename|import\.meta\.url)\b/.test(text)) return undefined;
      const place = relative(root, path).replace(/^src\/(.*)\.ts$/, 'dist/$1.js');
      const contents = text
        .replace(/\bimport\.meta\.url\b/g, `$urlOf(${JSON.stringify(place)})`)
        .replace(/\b__dirname\b/g, `$pathOf(${JSON.stringify(dirname(place))})`)
        .replace(/\b__filename\b/g, `$pathOf(${JSON.stringify(place)})`);
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

async function bundle(folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [PROGRAM],
    outdir: join(folder, 'dist/cli'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // The ES modules of packages that have both: of these, what nobody calls is left out.
    mainFields: ['module', 'main'],
    // Names of classes and functions stay: logs name errors by them.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    banner: { js: BANNER },
    plugins: [ownPlaces],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** The fields of package.json that say what this is. What it depends on is in the bundle. */
function manifest(): Record<string, unknown> {
  const all = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const kept = [
    'name',
    'version',
    'description',
    'license',
    'author',
    'homepage',
    'repository',
    'engines',
    'bin',
  ];
  return { ...Object.fromEntries(kept.map((field) => [field, all[field]])), type: 'commonjs' };
}

const folder = resolve(process.argv[2] ?? join(root, 'bundle'));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const metafile = await bundle(folder);
requireNothingOutside(Object.values(metafile.outputs).flatMap(({ imports }) => imports));
const program = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === PROGRAM)![0];
await toCommonJs(join(folder, 'dist/cli'), program);
const ofPlugin = await addPlugin(root, join(folder, 'dist/cli'));
requireNothingOutside(Object.values(ofPlugin.outputs).flatMap(({ imports }) => imports));
for (const path of READ_AT_RUN_TIME) cpSync(join(root, path), join(folder, path), { recursive: true });
const inputs = [metafile, ofPlugin].flatMap((each) => Object.keys(each.inputs));
const packages = packagesOf(root, [...inputs, ...READ_AT_RUN_TIME.map((path) => `${path}/`)]);
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
write('package.json', `${JSON.stringify(manifest(), null, 2)}\n`);
write('sbom.cdx.json', `${JSON.stringify(sbomOf(root, packages), null, 2)}\n`);
write('licenses.txt', licensesOf(packages));
console.log(`${packages.length} packages in ${folder}`);
