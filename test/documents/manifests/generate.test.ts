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

t.test(
  'install.yaml has what others need first, and not the CRD: deleting it would delete every resource',
  async (t) => {
    const [crd, install = ''] = generatedFiles().map(({ content }) => content);
    t.match(crd, 'kind: CustomResourceDefinition');
    t.ok(install.indexOf('kind: Namespace') < install.indexOf('kind: Deployment'));
    t.match(install, 'kind: CompositeController');
    t.notMatch(install, 'kind: CustomResourceDefinition');
  },
);
