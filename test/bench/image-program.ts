import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const IMAGE = "the image's program";

/**
 * Makes in a folder what the Dockerfile makes: the bundle, and what V8 compiles of it.
 *
 * @returns the program's file
 */
export function imageProgram(folder: string): string {
  const run = (...args: string[]): void => {
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  };
  run('--import', import.meta.resolve('tsx'), join(ROOT, 'tools/bundle/bundle.ts'), folder);
  run(join(folder, 'dist/cli/compile.js'));
  return join(folder, 'dist/cli/dynamoctl.js');
}
