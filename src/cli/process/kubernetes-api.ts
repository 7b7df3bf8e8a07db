import { readFile } from 'node:fs/promises';
import { API_VERSION, PLURAL } from '../../api/names.js';
import type { ApiAnswer } from '../../worker/runtime.js';
import { requestJson } from './https-json.js';

/** Where Kubernetes mounts the token of a pod's service account and the API server's CA. */
const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface ApiServer {
  url: string;
  tokenFile: string;
  caFile: string;
  /** Timeout for the complete response, in milliseconds. */
  timeout: number;
}

/** An API server, given its host and port, with the credentials mounted in `directory`. */
export function apiServerAt(host: string, port: string, directory = SERVICE_ACCOUNT_DIRECTORY): ApiServer {
  // In a URL, an IPv6 address is enclosed in brackets.
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { url, tokenFile: `${directory}/token`, caFile: `${directory}/ca.crt`, timeout: 4_000 };
}

/** The API server of the cluster that this process runs in; undefined outside of a cluster. */
export function apiServerFromEnv(env: NodeJS.ProcessEnv, directory?: string): ApiServer | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  return host && port ? apiServerAt(host, port, directory) : undefined;
}

export interface ObjectName {
  namespace: string;
  name: string;
}

/**
 * Sends a JSON merge patch to a DdbctlDpJob, which is the only request that the worker ever sends here. The token and the CA are
 * read each time because the kubelet renews them.
 * @throws if no complete answer arrives
 */
export async function patchParent(
  { url, tokenFile, caFile, timeout }: ApiServer,
  { namespace, name }: ObjectName,
  patch: object,
  { dryRun }: { dryRun: boolean },
): Promise<ApiAnswer> {
  const [token, ca] = await Promise.all([readFile(tokenFile, 'utf8'), readFile(caFile, 'utf8')]);
  const query = `fieldManager=dynamoctl${dryRun ? '&dryRun=All' : ''}`;
  return requestJson(`${url}/apis/${API_VERSION}/namespaces/${namespace}/${PLURAL}/${name}?${query}`, {
    method: 'PATCH',
    body: JSON.stringify(patch),
    contentType: 'application/merge-patch+json',
    token: token.trim(),
    ca,
    timeout,
  });
}
