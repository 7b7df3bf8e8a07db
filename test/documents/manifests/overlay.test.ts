import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { INSTALL_FILE } from '../../../manifests/generate.js';
import type { Manifest } from '../../../manifests/kustomization.js';
import { differences } from '../../support/differences.js';

const DEFAULT = fileURLToPath(new URL('../../../manifests/default', import.meta.url));
const INSTALL_PAGE = readFileSync(new URL('../../../docs/install.md', import.meta.url), 'utf8');
const WITHOUT_KUBECTL = spawnSync('kubectl', ['version', '--client']).status !== 0 && 'kubectl is not on the PATH';
const IMAGE = 'ghcr.io/sanjivmadhavan/dynamoctl-dp-operator';
const NAMESPACE = 'dynamoctl-dp-operator-system';

/** What kubectl makes of an overlay over manifests/default. */
function build(t: Test, overlay: object): Manifest[] {
  const folder = t.testdir({});
  const resources = [relative(folder, DEFAULT)];
  t.testdir({ 'kustomization.yaml': stringify({ ...overlay, resources }) });
  const { stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  t.equal(stderr, '', 'without a word of warning');
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

const one = (manifests: readonly Manifest[], kind: string): Manifest | undefined =>
  manifests.find((manifest) => manifest.kind === kind);

t.test('an overlay', { skip: WITHOUT_KUBECTL }, async (t) => {
  t.test('with images: changes the image of operator and workers alike', async (t) => {
    const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
    for (const [image, becomes] of [
      [{ newTag: 'v9' }, `${IMAGE}:v9`],
      [{ newName: 'mirror.example.com:5000/dp' }, `mirror.example.com:5000/dp:v0.1.0`],
      [{ newName: 'mirror.example.com/dp', digest }, `mirror.example.com/dp@${digest}`],
    ] as const) {
      const text = JSON.stringify(build(t, { images: [{ name: IMAGE, ...image }] }));
      t.same(text.match(/"(image|value)":"[^"]+"/g)?.sort(), [`"image":"${becomes}"`, `"value":"${becomes}"`]);
    }
  });

  t.test('with namespace: names it wherever one is named', async (t) => {
    const before = build(t, {});
    const after = build(t, { namespace: 'deletions' });
    const text = JSON.stringify(after);
    t.notMatch(text.replaceAll(`"kubernetes.io/metadata.name":"${NAMESPACE}"`, ''), NAMESPACE);
    t.match(one(after, 'CompositeController')?.spec, {
      hooks: {
        sync: { webhook: { service: { namespace: 'deletions' } } },
        finalize: { webhook: { service: { namespace: 'deletions' } } },
      },
    });
    t.match(one(after, 'Namespace'), { metadata: { name: 'deletions' } });
    t.equal(after.length, before.length, 'and nothing goes or comes');
  });

  t.test('without anything is what install.yaml holds', async (t) => {
    const key = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
    const installed = parseAllDocuments(readFileSync(INSTALL_FILE, 'utf8')).map((each) => each.toJS() as Manifest);
    const built = build(t, {});
    t.same(built.map(key).sort(), installed.map(key).sort());
    for (const manifest of installed)
      t.same(differences(manifest, built.find((other) => key(other) === key(manifest)) ?? {}), [], key(manifest));
  });

  t.test('as the page on installation has it', async (t) => {
    const text = /```yaml\n(# kustomization\.yaml[\s\S]*?)```/.exec(INSTALL_PAGE)?.[1] ?? '';
    const { resources, ...overlay } = parse(text) as { resources: string[] };
    t.same(resources, ['../manifests/crd', '../manifests/default']);
    const built = build(t, overlay);
    t.match(JSON.stringify(built), '"value":"registry.example.com/dynamoctl-dp-operator:dev"');
    t.match(one(built, 'Namespace'), { metadata: { name: 'deletions' } });
  });
});
