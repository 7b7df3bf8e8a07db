import { GROUP } from '../../src/api/names.js';
import type { Manifest } from '../../manifests/kustomization.js';
import type { Cluster } from './cluster.js';
import { eventually } from './kubectl.js';
import type { ScopedCrd } from './scoped-crd.js';

const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
const BINDINGS = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';

/** Installs a ValidatingAdmissionPolicy and its binding for the scoped group, under separate names. @returns a function that removes them */
export async function installScopedPolicy(
  cluster: Cluster,
  crd: ScopedCrd,
  policy: Manifest,
  binding: Manifest,
): Promise<{ warnings(): Promise<unknown>; remove(): Promise<void> }> {
  const name = `${policy.metadata.name}.${crd.group.replace(`.${GROUP}`, '')}`;
  const named = (manifest: Manifest) => crd.scoped({ ...manifest, metadata: { ...manifest.metadata, name } });
  const spec = { ...(binding.spec as object), policyName: name };
  for (const [path, body] of [
    [POLICIES, named(policy)],
    [BINDINGS, named({ ...binding, spec })],
  ] as const) {
    const answer = await cluster.request('POST', path, { body });
    if (answer.code !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  }
  return {
    /** What the API server's type check reports about the expressions. */
    async warnings() {
      const status = await eventually('the policy is type-checked', async () => {
        const { body } = await cluster.request('GET', `${POLICIES}/${name}`);
        return body.status?.observedGeneration === undefined ? undefined : body.status;
      });
      return status.typeChecking?.expressionWarnings ?? [];
    },
    async remove() {
      await cluster.request('DELETE', `${BINDINGS}/${name}`);
      await cluster.request('DELETE', `${POLICIES}/${name}`);
    },
  };
}
