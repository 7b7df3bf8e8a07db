import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, kubectl, tryKubectl } from '../../support/kubectl.js';
import { environment, NAMESPACE } from './scene.js';

const SYSTEM = 'dynamoctl-dp-operator-system';
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What keeps the tests from running, in words; undefined where nothing does. */
export async function whatIsMissing(): Promise<string | undefined> {
  if (process.env.TEST_E2E !== '1') return 'no cluster: set TEST_E2E=1 to use that of KUBECONFIG';
  if ((process.env.KUBECONFIG ?? '') === '') return 'KUBECONFIG is not set';
  if (!(await tryKubectl(['get', '--raw', '/readyz'])).ok) return 'the cluster of KUBECONFIG does not answer';
  if (!(await tryKubectl(['get', 'crd', 'compositecontrollers.metacontroller.k8s.io'])).ok)
    return 'the cluster has no Metacontroller';
  environment.host ??= await hostAddress();
  if (environment.host === undefined)
    return 'E2E_HOST_ADDRESS is not set: the address at which a pod of the cluster reaches this machine';
  return undefined;
}

/** The API server's own host, unless that is loopback: there a pod reaches itself. */
async function hostAddress(): Promise<string | undefined> {
  const url = await kubectl('config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}');
  const { hostname } = new URL(url);
  return /^(127\.|localhost$|\[::1\])/.test(hostname) ? undefined : hostname;
}

/** Applies the CRD and kustomize's `default` with the image under test, and a namespace with an account that a resource may name. */
export async function install(): Promise<void> {
  const overlay = mkdtempSync(join(tmpdir(), 'dynamoctl-e2e-'));
  try {
    const resources = ['crd', 'default'].map((folder) => relative(overlay, join(root, 'manifests', folder)));
    const image = environment.image;
    const kustomization = {
      resources,
      ...(image !== undefined && { patches: [{ patch: JSON.stringify(deploymentWith(image)) }] }),
    };
    writeFileSync(join(overlay, 'kustomization.yaml'), JSON.stringify(kustomization));
    await kubectl('apply', '--server-side', '--force-conflicts', '-k', overlay);
  } finally {
    rmSync(overlay, { recursive: true });
  }
  await rolledOut();
  await tryKubectl(['create', 'namespace', NAMESPACE]);
  // Without any right: each run gets its own.
  await tryKubectl(['create', 'serviceaccount', 'ddbctl-worker', '-n', NAMESPACE]);
  hostsChanged();
}

/** Tells a Metacontroller outside the cluster where the Services are. */
export function hostsChanged(): void {
  const { afterInstall } = environment;
  if (afterInstall !== undefined) execFileSync('sh', ['-c', afterInstall], { stdio: 'ignore' });
}

function deploymentWith(image: string, env: { name: string; value: string }[] = []): object {
  const container = { name: 'operator', image, env: [{ name: 'WORKER_IMAGE', value: image }, ...env] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'dynamoctl-dp-operator', namespace: SYSTEM },
    spec: { template: { spec: { containers: [container] } } },
  };
}

/** Another image, and other defaults of the worker: what an upgrade changes in the Jobs that are made after it. */
export async function upgrade(image: string, memoryRequest: string): Promise<void> {
  await set({ WORKER_MEMORY_REQUEST: memoryRequest }, image);
}

/** Other settings of the operator. */
export async function set(settings: Record<string, string>, image?: string): Promise<void> {
  const env = Object.entries(settings).map(([name, value]) => ({ name, value }));
  const patch = deploymentWith(image ?? (await operatorImage()), env);
  await kubectl('patch', 'deployment', 'dynamoctl-dp-operator', '-n', SYSTEM, '-p', JSON.stringify(patch));
  await rolledOut();
}

export async function operatorImage(): Promise<string> {
  const path = 'jsonpath={.spec.template.spec.containers[0].image}';
  return kubectl('get', 'deployment', 'dynamoctl-dp-operator', '-n', SYSTEM, '-o', path);
}

async function rolledOut(): Promise<void> {
  await kubectl('rollout', 'status', 'deployment/dynamoctl-dp-operator', '-n', SYSTEM, '--timeout=150s');
  await eventually('the webhook to have endpoints', async () => {
    const path = 'jsonpath={.items[*].endpoints[*].conditions.ready}';
    const out = await kubectl('get', 'endpointslices', '-n', SYSTEM, '-o', path);
    return out.includes('true');
  });
}
