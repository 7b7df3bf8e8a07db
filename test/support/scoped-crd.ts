import { randomBytes } from 'node:crypto';
import { GROUP, PLURAL, VERSION } from '../../src/api/names.js';
import { buildCrd } from '../../manifests/crd/build-crd.js';
import type { Answer, Cluster, RequestOptions } from './cluster.js';
import { eventually } from './kubectl.js';

/**
 * The generated CRD under a separate API group, with a namespace: the same schema and rules, isolated from any operator and any
 * DdbctlDpJob in the cluster.
 */
export interface ScopedCrd {
  group: string;
  namespace: string;
  crdPath: string;
  /** The path of the resources in the namespace, or of one of them. */
  path(name?: string): string;
  /** A manifest's text, or any object, in the terms of the scoped group. */
  scoped: <T>(value: T) => T;
  resource(name: string, spec: unknown, metadata?: object): object;
  request(method: string, name: string | undefined, query: string, options?: RequestOptions): Promise<Answer>;
  remove(): Promise<void>;
}

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

export async function installScopedCrd(cluster: Cluster): Promise<ScopedCrd> {
  const id = `t${randomBytes(4).toString('hex')}`;
  const group = `${id}.${GROUP}`;
  const namespace = `ddbctl-${id}`;
  const scoped = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(GROUP, group)) as T;
  const path = (name?: string) =>
    `/apis/${group}/${VERSION}/namespaces/${namespace}/${PLURAL}${name === undefined ? '' : `/${name}`}`;
  const crdPath = `${CRDS}/${PLURAL}.${group}`;

  await expectCode(201, cluster.request('POST', CRDS, { body: scoped(buildCrd()) }));
  await expectCode(
    201,
    cluster.request('POST', '/api/v1/namespaces', {
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    }),
  );
  await eventually('the CRD is served', async () => (await cluster.request('GET', path())).code === 200);

  return {
    group,
    namespace,
    crdPath,
    path,
    scoped,
    resource: (name, spec, metadata = {}) => ({
      apiVersion: `${group}/${VERSION}`,
      kind: 'DdbctlDpJob',
      metadata: { name, namespace, ...metadata },
      spec,
    }),
    request: (method, name, query, options) => cluster.request(method, path(name) + query, options),
    async remove() {
      await cluster.request('DELETE', `/api/v1/namespaces/${namespace}`);
      await cluster.request('DELETE', crdPath);
    },
  };
}

async function expectCode(code: number, answer: Promise<Answer>): Promise<void> {
  const { code: got, body } = await answer;
  if (got !== code) throw new Error(`the API server answered ${got}: ${JSON.stringify(body)}`);
}
