// cspell:ignore outbase
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { build, type Plugin } from 'esbuild';

/** What a CommonJS module is called with. */
type Body = (module: { exports: unknown }, exports: unknown, require: (id: string) => unknown) => void;

/** Rooms in which nothing is mutated and which import only each other: loaded once, for all runs. */
const KEPT_ROOMS = ['api', 'dynamodb'];
const KEPT = 'kept:';

/** What a mutated file contains: the function by which Stryker asks whether a mutant is active. */
const MARK = 'MutAct_';

/** Files that a test loads once more in each run, compiled into one script each: a start costs no process and next to no compiler. */
export class Bundles {
  readonly #root: string;
  readonly #require: NodeJS.Require;
  readonly #scripts = new Map<string, Script>();
  #kept: Record<string, unknown> = {};

  constructor(root: string) {
    this.#root = root;
    this.#require = createRequire(join(root, 'package.json'));
  }

  /** Compiles the test files. They are named by their paths from the root. */
  async load(files: readonly string[]): Promise<void> {
    const kept = this.#keptFiles();
    const [scripts, rooms] = await Promise.all([this.#compile(files, kept), this.#compileKept(kept)]);
    for (const [file, script] of scripts) this.#scripts.set(file, script);
    this.#kept = this.#evaluate(rooms) as Record<string, unknown>;
  }

  /** Loads a test file with everything that it imports, as a new process would. */
  evaluate(file: string): void {
    const script = this.#scripts.get(file);
    if (!script) throw new Error(`${file} has not been compiled`);
    this.#evaluate(script);
  }

  #evaluate(script: Script): unknown {
    const module = { exports: {} };
    (script.runInThisContext() as Body)(module, module.exports, (id) =>
      id.startsWith(KEPT) ? this.#kept[id.slice(KEPT.length)] : this.#require(id),
    );
    return module.exports;
  }

  #keptFiles(): Map<string, string> {
    const files = KEPT_ROOMS.flatMap((room) =>
      readdirSync(join(this.#root, 'src', room), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(this.#root, 'src', room, file)),
    );
    if (files.some((file) => readFileSync(file, 'utf8').includes(MARK))) return new Map();
    return new Map(files.map((file, index) => [file, `m${index}`]));
  }

  async #compile(files: readonly string[], kept: ReadonlyMap<string, string>): Promise<Map<string, Script>> {
    const { outputFiles } = await build({
      ...OPTIONS,
      absWorkingDir: this.#root,
      entryPoints: [...files],
      outdir: 'out',
      outbase: '.',
      write: false,
      plugins: [tap, places, keptRooms(kept)],
    });
    return new Map(
      outputFiles.map(({ path, text }) => {
        const name = relative(join(this.#root, 'out'), path).replace(/\.js$/, '.ts');
        return [name, wrapped(text, name)];
      }),
    );
  }

  async #compileKept(kept: ReadonlyMap<string, string>): Promise<Script> {
    const contents = [...kept].map(([file, name]) => `export * as ${name} from ${JSON.stringify(file)};`).join('\n');
    const { outputFiles } = await build({
      ...OPTIONS,
      stdin: { contents, resolveDir: this.#root, loader: 'ts' },
      write: false,
      plugins: [places],
    });
    return wrapped(outputFiles[0]?.text ?? '', 'kept');
  }
}

const OPTIONS = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'error',
} as const;

const wrapped = (text: string, filename: string): Script =>
  new Script(`(function (module, exports, require) {${text}\n})`, { filename });

/** Where the tests find the root test of their run. */
export const ROOT_TEST = '__mutationRootTest__';

const tap: Plugin = {
  name: 'tap',
  setup(bundler) {
    bundler.onResolve({ filter: /^tap$/ }, () => ({ path: 'tap', namespace: 'tap' }));
    bundler.onLoad({ filter: /^tap$/, namespace: 'tap' }, () => ({
      contents: `export default globalThis.${ROOT_TEST};`,
    }));
  },
};

/** Lets each module find its own place, from which it reads files. */
const places: Plugin = {
  name: 'places',
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta')) return undefined;
      const url = JSON.stringify(pathToFileURL(path).href);
      const contents = text
        .replace(/\bimport\.meta\.url\b/g, url)
        .replace(/\bimport\.meta\.resolve\b/g, 'require.resolve');
      return { contents, loader: 'ts' };
    });
  },
};

const keptRooms = (kept: ReadonlyMap<string, string>): Plugin => ({
  name: 'kept-rooms',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path, resolveDir }) => {
      const name = kept.get(resolve(resolveDir, path).replace(/\.js$/, '.ts'));
      return name === undefined ? undefined : { path: `${KEPT}${name}`, external: true };
    });
  },
});
