import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** What a CommonJS module is called with. */
type Body = (
  exports: unknown,
  require: (id: string) => unknown,
  module: { exports: unknown },
  file: string,
  folder: string,
) => void;

/** The suffix of the file beside a module that holds what V8 made of it. */
export const CODE = '.code';

/**
 * Runs the CommonJS modules of one folder with the code that V8 has compiled before, so that a start compiles next to nothing.
 * V8 takes such code only from the same V8 with the same flags, and compiles the module itself otherwise. Source: `SanityCheck`
 * in V8's src/snapshot/code-serializer.cc. It compares the module by its length only, so the names of modules hold hashes.
 *
 * Node.js's own cache (`module.enableCompileCache`) would lie unused in many a pod: the name of its folder holds the user's id
 * and the features of the processor. Source: `GetCacheVersionTag` in Node.js's src/compile_cache.cc.
 * @param outside - loads what is not in the folder
 * @returns the modules that have been loaded, by name
 */
export function runModules(folder: string, first: string, outside: (id: string) => unknown): Map<string, Script> {
  const modules = new Map<string, { exports: unknown }>();
  const scripts = new Map<string, Script>();
  const load = (name: string): unknown => {
    const known = modules.get(name);
    if (known) return known.exports;
    const file = join(folder, name);
    const script = compiled(file);
    const module = { exports: {} };
    modules.set(name, module);
    scripts.set(name, script);
    (script.runInThisContext() as Body)(module.exports, require, module, file, folder);
    return module.exports;
  };
  const require = (id: string): unknown => (id.startsWith('./') ? load(id.slice(2)) : outside(id));
  load(first);
  return scripts;
}

function compiled(file: string): Script {
  // The bundler writes ASCII, which V8 keeps as it is.
  const text = readFileSync(file, 'latin1');
  const cachedData = codeOf(file);
  return new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    ...(cachedData && { cachedData }),
  });
}

/** Undefined if there is none: only the image has it, and only of what a worker loads. */
function codeOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file + CODE);
  } catch {
    return undefined;
  }
}
