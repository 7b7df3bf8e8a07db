import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** An API server's answer: the object, or the Status that says why not; of either, what the tests look at. */
export interface Answer {
  code: number;
  body: {
    metadata: { uid: string; resourceVersion: string; finalizers?: string[] };
    status?: {
      conditions?: { type: string; status: string }[];
      acceptedNames?: { shortNames: string[] };
      observedGeneration?: number;
      typeChecking?: { expressionWarnings?: unknown[] };
    };
    message?: string;
    details?: { causes?: { field: string; message: string }[] };
  };
}

export interface RequestOptions {
  body?: unknown;
  contentType?: string;
  /** Acts as this user, who is in no group but `system:authenticated` (and those of a service account). */
  as?: string;
}

export interface Cluster {
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Why cluster tests do not run here, as `skip` of a test wants it; false: they do. They have to be asked for, so that nobody's
 * cluster is written to only because KUBECONFIG names it.
 */
export const WITHOUT_CLUSTER: string | false =
  process.env.TEST_CLUSTER === '1' ? false : 'no cluster: set TEST_CLUSTER=1 to use that of KUBECONFIG';

/** Any cluster of a KUBECONFIG, whatever its way to authenticate: kubectl opens the door, on a port of this machine. */
export async function openCluster(): Promise<Cluster> {
  const proxy = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: proxy.stdout });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(proxy, 'exit').then(() => Promise.reject(new Error('kubectl proxy ended'))),
  ])) as [string];
  const origin = `http://${line.replace('Starting to serve on ', '')}`;
  return {
    async request(method, path, { body, contentType = 'application/json', as } = {}) {
      const response = await fetch(origin + path, {
        method,
        headers: { 'content-type': contentType, ...(as && { 'impersonate-user': as }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      // A path that is not served yet is answered in plain text.
      const answered: unknown = /^[[{]/.test(text) ? JSON.parse(text) : { message: text };
      return { code: response.status, body: answered as Answer['body'] };
    },
    async close() {
      proxy.kill();
      if (proxy.exitCode === null && proxy.signalCode === null) await once(proxy, 'exit');
    },
  };
}
