import { existsSync } from 'node:fs';
import t from 'tap';
import { generatedFiles, staleFiles } from '../../../manifests/generate.js';

t.test('the generated manifests are what the sources make', async (t) => {
  t.strictSame(staleFiles(), [], 'else: npm run generate');
});

t.test('there is something to be stale', async (t) => {
  const files = generatedFiles();
  t.ok(files.length > 4);
  t.ok(files.every(({ path, content }) => existsSync(path) && content.length > 200));
});

t.test('install.yaml has the CRD whole, and before what needs it', async (t) => {
  const [crd, install] = generatedFiles().map(({ content }) => content.replace(/^#.*\n/, ''));
  t.ok(crd && install?.includes(crd));
  t.ok(install!.indexOf('kind: Namespace') < install!.indexOf('kind: Deployment'));
  t.ok(install!.indexOf('kind: CustomResourceDefinition') < install!.indexOf('kind: CompositeController'));
});
