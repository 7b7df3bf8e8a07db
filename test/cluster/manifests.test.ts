import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { parseAllDocuments } from 'yaml';
import { CRD_FILE, INSTALL_FILE } from '../../manifests/generate.js';
import { type Manifest, readManifests } from '../../manifests/kustomization.js';
import { WITHOUT_CLUSTER } from '../support/cluster.js';
import { kubectl, tryKubectl } from '../support/kubectl.js';

const manifests = fileURLToPath(new URL('../../manifests', import.meta.url));
const METACONTROLLER = fileURLToPath(new URL('../support/metacontroller/compositecontrollers.yaml', import.meta.url));
const NAMESPACE_FILE = join(manifests, 'operator', 'namespace.yaml');

/** kubectl's remark on what stands in the cluster already and was not put there by `kubectl apply`: nothing about the manifest. */
const HOW_IT_CAME = /^Warning: resource .* is missing the kubectl.kubernetes.io\/last-applied-configuration .*\n/gm;

/** Every kustomization that there is, so that a new one cannot be forgotten here. */
const folders = readdirSync(manifests, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('kustomization.yaml'))
  .map((file) => dirname(file))
  .sort();

/** Folders for those who run an operator whose CRD this is; its own tests check what is in them. */
const NEEDS: Readonly<Record<string, string>> = { prometheus: 'servicemonitors.monitoring.coreos.com' };

t.test('a real API server', { skip: WITHOUT_CLUSTER }, async (t) => {
  for (const file of [METACONTROLLER, CRD_FILE, NAMESPACE_FILE]) await installed(t, file);

  t.test('every folder is accepted, without a warning', async (t) => {
    t.ok(folders.length >= 10, folders.join(' '));
    for (const folder of folders) {
      const needed = NEEDS[folder];
      if (needed !== undefined && !(await tryKubectl(['get', 'crd', needed])).ok)
        await t.test(folder, { skip: `no CRD ${needed}` }, async () => {});
      else await accepted(t, ['-k', join(manifests, folder)], folder);
    }
  });

  t.test('crd.yaml and install.yaml are accepted, without a warning', async (t) => {
    await accepted(t, ['-f', CRD_FILE, '-f', INSTALL_FILE], 'install.yaml');
  });

  t.test('install.yaml holds what kubectl makes of manifests/default', async (t) => {
    const key = ({ kind, metadata }: Manifest) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
    const sorted = (list: Manifest[]) => [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const text = await kubectl('kustomize', join(manifests, 'default'));
    const rendered = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
    t.ok(rendered.length > 8);
    t.strictSame(sorted(readManifests(INSTALL_FILE)), sorted(rendered));
  });
});

/** Asks the API server to take all of it without writing. PodSecurity speaks in warnings: there must be none. */
async function accepted(t: Test, what: string[], claim: string): Promise<void> {
  const { ok, out, err } = await tryKubectl(['apply', '--dry-run=server', ...what]);
  t.ok(ok, `${claim} is accepted`, { err });
  t.equal(err.replace(HOW_IT_CAME, ''), '', `${claim} gives no warning`);
  t.match(out, /\(server dry run\)/, `${claim} holds something`);
}

/** What others need to exist. Taken away again if it was not there before. */
async function installed(t: Test, file: string): Promise<void> {
  t.ok(existsSync(file), file);
  const { ok: wasThere } = await tryKubectl(['get', '-f', file]);
  await kubectl('apply', '-f', file);
  if (readManifests(file)[0]?.kind === 'CustomResourceDefinition')
    await kubectl('wait', '--for=condition=Established', '--timeout=30s', '-f', file);
  if (!wasThere) t.teardown(() => kubectl('delete', '--wait=false', '-f', file));
}
