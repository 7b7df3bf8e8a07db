import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { goldenFiles } from './golden.js';
import { root, textOf } from './pages.js';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  engines?: { node?: string };
}
const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
  version: string;
  private: boolean;
  engines: { node: string };
  files: string[];
  bin: Record<string, string>;
  scripts: Record<string, string>;
};
const lock = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')) as {
  packages: Record<string, LockedPackage>;
};

const numbersOf = (version: string): number[] => version.split('.').map(Number);

/** Whether one version is as new as another, of which parts may be missing. */
function isAtLeast(version: readonly number[], least: readonly number[]): boolean {
  const index = least.findIndex((part, i) => part !== version[i]);
  return index === -1 || (version[index] ?? 0) > (least[index] ?? 0);
}

/** A range as packages write it in `engines`: alternatives of `>=1.2`, `^1.2.3`, `1`, `1.x`, `*`. */
function includes(range: string, version: readonly number[]): boolean {
  return range.split('||').some((alternative) =>
    (alternative.match(/(>=|\^|)\s*[\d.*x]+/g) ?? []).every((part) => {
      const [, operator, text = ''] = /^(>=|\^|)\s*([\d.*x]+)$/.exec(part) ?? [];
      const least = numbersOf(text.replace(/\.?[*x].*$/, '')).filter((number) => text !== '*' && !Number.isNaN(number));
      return isAtLeast(version, least) && (operator === '>=' || least.length === 0 || version[0] === least[0]);
    }),
  );
}

t.test('the reader of ranges', async (t) => {
  for (const [range, version, expected] of [
    ['>=22', '20.19.0', false],
    ['>= 20.19', '20.19.0', true],
    ['>=20.18.1', '20.19.0', true],
    ['^18.18.0 || ^20.9.0 || >=21.1.0', '20.19.0', true],
    ['^20.20.0 || >=22', '20.19.0', false],
    ['18 || 20', '20.19.0', true],
    ['6.* || 8.*', '20.19.0', false],
    ['>= 10.x', '20.19.0', true],
    ['*', '20.19.0', true],
  ] as const)
    t.equal(includes(range, numbersOf(version)), expected, `${version} in ${range}`);
});

t.test('every package runs on the oldest Node.js that we name: npm ci warns of none', async (t) => {
  const oldest = numbersOf(`${manifest.engines.node.replace('>=', '')}.0`);
  const packages = Object.entries(lock.packages);
  t.ok(packages.length > 100, 'the packages are found');
  t.same(
    packages.filter(([, { engines }]) => !includes(engines?.node ?? '*', oldest)).map(([name]) => name),
    [],
  );
});

t.test('npm pack: what the README links to is in the package', async (t) => {
  const { stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [packed] = JSON.parse(stdout || '[]') as { files: { path: string }[] }[];
  t.ok(packed, stderr);
  const files = packed!.files.map(({ path }) => path);
  const links = [...textOf('README.md').matchAll(/\]\(([^()\s#]+)/g)].map(([, link = '']) => link);
  t.ok(links.length > 20, 'the links are found');
  t.same(
    links.filter((link) => !/^[a-z]+:/.test(link) && !files.includes(link)),
    [],
  );
});

/** Where npm keeps a package that others share. */
const SHARED = /^node_modules\/(@[^/]+\/)?[^/]+$/;

t.test('npm pack makes a package whose programs run with Node.js and its dependencies alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-package-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const run = (cwd: string, command: string, ...args: string[]) => spawnSync(command, args, { cwd, encoding: 'utf8' });

  // Packed from a copy, in which only what the pack would build is built.
  const source = join(folder, 'source');
  mkdirSync(source);
  for (const file of ['package.json', 'LICENSE', ...manifest.files.filter((each) => each !== 'dist')])
    cpSync(join(root, file), join(source, file), { recursive: true });
  t.equal(manifest.scripts.prepack, 'npm run --silent build', 'what npm runs before it packs');
  const built = run(
    root,
    join(root, 'node_modules/.bin/tsc'),
    '-p',
    'src/tsconfig.json',
    '--outDir',
    join(source, 'dist'),
  );
  t.equal(built.status, 0, built.stdout);
  const packed = run(source, 'npm', 'pack', '--pack-destination', folder, '--ignore-scripts', '--silent');
  const name = `dynamoctl-dp-operator-${manifest.version}.tgz`;
  t.match(packed, { status: 0, stdout: `${name}\n` });

  // Installed as npm would do it, into an empty folder: what development needs is not there.
  const installed = join(folder, 'empty/node_modules');
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    if (dev === true || !SHARED.test(path)) continue;
    const link = join(folder, 'empty', path);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, path), link);
  }
  t.ok(readdirSync(installed).includes('commander') && !readdirSync(installed).includes('tap'));
  t.equal(run(folder, 'tar', '-xzf', name).status, 0);
  cpSync(join(folder, 'package'), join(installed, 'dynamoctl-dp-operator'), { recursive: true });

  const program = (bin: string) => join(installed, 'dynamoctl-dp-operator', manifest.bin[bin] ?? '');
  for (const bin of Object.keys(manifest.bin))
    t.match(readFileSync(program(bin), 'utf8'), /^#!\/usr\/bin\/env node\n/, `${bin} is an executable`);
  const dynamoctl = (...args: string[]) => run(join(folder, 'empty'), process.execPath, program('dynamoctl'), ...args);
  t.match(dynamoctl('--version'), { status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  for (const [file, help] of goldenFiles()) {
    const command = file.replace('.txt', '');
    const args = command === 'dynamoctl' ? ['--help'] : [command, '--help'];
    t.match(dynamoctl(...args), { status: 0, stdout: help, stderr: '' }, args.join(' '));
  }
  const sample = join(installed, 'dynamoctl-dp-operator/manifests/samples/ddbctldpjob.yaml');
  t.match(dynamoctl('render', '-f', sample), { status: 0, stdout: /kind: Job/ });
  const plugin = run(folder, process.execPath, program('kubectl-ddp'), '--version');
  t.match(plugin, { status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  t.equal(manifest.private, true, 'docs/command-line.md says why');
});

t.test('the versions in the addresses of the pages are that of the package', async (t) => {
  const page = textOf('docs/command-line.md') + textOf('docs/quick-start.md') + textOf('README.md');
  const named = [...page.matchAll(/dynamoctl-dp-operator(?::v|-|\/releases\/download\/v)(\d+\.\d+\.\d+)/g)];
  t.ok(named.length > 6, `${named.length} addresses`);
  for (const [address, version] of named) t.equal(version, manifest.version, address);
});
