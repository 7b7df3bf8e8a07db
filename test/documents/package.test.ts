import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { root, textOf } from './pages.js';

interface LockedPackage {
  version?: string;
  engines?: { node?: string };
}
const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { engines: { node: string } };
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
