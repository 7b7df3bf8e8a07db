import { build, type Metafile, type Plugin } from 'esbuild';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ENTRIES: readonly string[] = ['src/cli/kubectl-ddp.ts', 'src/cli/kubectl-complete-ddp.ts'];

/**
 * Adds the plugin of kubectl: each program is one file, which can be copied out of the image into a folder of the PATH. The modules of
 * `dynamoctl` stay as they are, so a worker loads nothing more.
 */
export async function addPlugin(root: string, folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...ENTRIES],
    outdir: folder,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    plugins: [ownVersion(root)],
    metafile: true,
    logLevel: 'warning',
  });
  for (const file of Object.keys(metafile.outputs)) chmodSync(join(root, file), 0o755);
  return metafile;
}

/** Writes the version into the file: alone in a folder, it has no package.json to read it from. */
const ownVersion = (root: string): Plugin => ({
  name: 'own-version',
  setup(bundler) {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    bundler.onLoad({ filter: /\/cli\/process\/version\.ts$/ }, () => ({
      contents: `export const version = () => ${JSON.stringify(version)};`,
      loader: 'ts',
    }));
  },
});
