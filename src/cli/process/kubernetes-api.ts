import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { API_VERSION, PLURAL } from '../../api/names.js';
import type { ApiAnswer } from '../../worker/runtime.js';

/** Where Kubernetes mounts a pod's own token and the API server's CA. */
const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';
/** A parent is 1.5 MiB at most. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export interface ApiServer {
  host: string;
  port: string;
  /** Holds `token` and `ca.crt`. */
  directory: string;
  /** Milliseconds until an answer must be there, whole. */
  timeout: number;
}

/** The API server of the cluster that this process runs in; undefined outside of one. Source: a pod's environment. */
export function apiServerOf(env: NodeJS.ProcessEnv, directory = SERVICE_ACCOUNT_DIRECTORY): ApiServer | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  return host && port ? { host, port, directory, timeout: 4_000 } : undefined;
}

export interface ObjectName {
  namespace: string;
  name: string;
}

/**
 * Sends a JSON merge patch to a DdbctlDpJob: the only request that the worker ever makes here. Token and CA are read each
 * time, because the kubelet renews them. A client library would take longer to load than a small deletion takes.
 * @throws where there is no whole answer
 */
export async function patchParent(
  { host, port, directory, timeout }: ApiServer,
  { namespace, name }: ObjectName,
  patch: object,
  { dryRun }: { dryRun: boolean },
): Promise<ApiAnswer> {
  const [token, ca, { request }] = await Promise.all([
    readFile(join(directory, 'token'), 'utf8'),
    readFile(join(directory, 'ca.crt')),
    import('node:https'),
  ]);
  const query = `fieldManager=dynamoctl${dryRun ? '&dryRun=All' : ''}`;
  const path = `/apis/${API_VERSION}/namespaces/${namespace}/${PLURAL}/${name}?${query}`;
  const headers = {
    authorization: `Bearer ${token.trim()}`,
    accept: 'application/json',
    'content-type': 'application/merge-patch+json',
    'user-agent': 'dynamoctl',
  };
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeout);
    const sent = request({ host, port, path, method: 'PATCH', headers, ca, signal }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) sent.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(chunks) }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(patch));
  });
}

function parsed(chunks: readonly Buffer[]): unknown {
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
