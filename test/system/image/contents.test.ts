import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { licensesOf } from '../../../tools/bundle/licenses.js';
import { type Package, packagesOf, requireNothingOutside } from '../../../tools/bundle/packages.js';
import { onlyThese } from '../../../tools/bundle/sbom.js';
import { root } from '../../documents/pages.js';
import { makeBundle } from '../../support/bundle.js';

t.test('the SBOM and the licenses name what is in the bundle, and nothing else', async (t) => {
  const folder = makeBundle(t);
  const sbom = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8')) as {
    bomFormat: string;
    metadata: { component: { name: string; version: string } };
    components: { name: string; version: string; hashes: { alg: string }[] }[];
  };
  t.match(sbom, { bomFormat: 'CycloneDX', metadata: { component: { name: 'dynamoctl-dp-operator' } } });
  const named = sbom.components.map(({ name, version }) => `${name} ${version}`);
  for (const name of ['@aws-sdk/client-dynamodb', '@aws-sdk/nested-clients', 'fastify', '@fastify/swagger-ui', 'pino'])
    t.ok(
      named.some((each) => each.startsWith(`${name} `)),
      name,
    );
  for (const name of ['dynalite', 'tap', 'esbuild', 'typescript', '@aws-sdk/lib-dynamodb'])
    t.notOk(
      named.some((each) => each.startsWith(`${name} `)),
      name,
    );
  t.ok(
    sbom.components.every(({ hashes }) => hashes.some(({ alg }) => alg === 'SHA-512')),
    'each can be compared with what npm has',
  );
  const licenses = readFileSync(join(folder, 'licenses.txt'), 'utf8');
  const titles = [...licenses.matchAll(/^={80}\n\n(.+)$/gm)].map(([, title]) => title);
  t.same(titles.sort(), named.sort());
  t.match(licenses, 'Apache License');
  t.match(licenses, /Copyright \(c\) .*Fastify/i);
});

t.test('the packages of files', async (t) => {
  const names = packagesOf(root, [
    'src/cli/dynamoctl.ts',
    'node_modules/fastify/lib/reply.js',
    'node_modules/fastify/fastify.js',
    'node_modules/@fastify/static/index.js',
    'node_modules/@fastify/swagger-ui/static/',
  ]).map(({ name }) => name);
  t.same(names, ['@fastify/static', '@fastify/swagger-ui', 'fastify']);
  t.throws(() => packagesOf(root, ['node_modules/nothing/a.js']), /name must be text, not undefined/);
});

const one: Package = { name: 'a', version: '1.0.0', license: 'MIT', folder: join(root, 'node_modules/fastify') };

t.test('a license that nobody has allowed stops the build', async (t) => {
  t.match(licensesOf([one]), /^a 1\.0\.0\nLicense: MIT\n\n.*MIT License/ms);
  t.throws(() => licensesOf([one, { ...one, license: 'AGPL-3.0' }]), /not among .*: a \(AGPL-3\.0\)/);
  t.match(licensesOf([{ ...one, folder: join(root, 'hooks') }]), 'no file with the text of its license');
});

t.test('an SBOM of some packages', async (t) => {
  const component = (ref: string) => ({ 'bom-ref': ref, name: ref.replace(/@[^@]*$/, ''), version: '1.0.0' });
  const all = {
    metadata: { component: { name: 'some-folder', 'bom-ref': 'ours@0.1.0' } },
    components: [component('a@1.0.0'), component('b@1.0.0')],
    dependencies: [
      { ref: 'ours@0.1.0', dependsOn: ['a@1.0.0', 'b@1.0.0'] },
      { ref: 'b@1.0.0', dependsOn: ['a@1.0.0'] },
    ],
  };
  t.same(onlyThese(all, [one]), {
    metadata: { component: { name: 'ours', 'bom-ref': 'ours@0.1.0' } },
    components: [component('a@1.0.0')],
    dependencies: [{ ref: 'ours@0.1.0', dependsOn: ['a@1.0.0'] }],
  });
  t.throws(() => onlyThese(all, [{ ...one, name: 'c' }]), /not in package-lock\.json: c@1\.0\.0; run npm ci/);
});

t.test('a bundle that would need a package at run time is refused', async (t) => {
  const path = 'dist/cli/chunk.js';
  requireNothingOutside([{ path }, { path: 'node:fs', external: true }, { path: 'util', external: true }]);
  t.throws(() => requireNothingOutside([{ path }, { path: 'yaml', external: true }]), /of Node\.js: yaml$/);
});
