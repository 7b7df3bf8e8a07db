import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** An API server's answer: the object, or the Status that says why not. Only the fields that tests use. */
export interface Answer {
  code: number;
  body: {
    metadata: {
      uid: string;
      resourceVersion: string;
      generation?: number;
      finalizers?: string[];
      deletionTimestamp?: string;
    };
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
  /** Acts as this user, whose only group is `system:authenticated` (and those of a service account). */
  as?: string;
}

export interface Cluster {
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Why cluster tests are skipped, for a test's option `skip`; false if they run. They have to be requested, so that a cluster is
 * never written to just because KUBECONFIG names it.
 */
export const WITHOUT_CLUSTER: string | false =
  process.env.TEST_CLUSTER === '1' ? false : 'no cluster: set TEST_CLUSTER=1 to use that of KUBECONFIG';

/** Any cluster in a KUBECONFIG, whatever its authentication: kubectl proxies it to a port of this machine. */
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
      // A path that is not served yet gets an answer in plain text.
      const answered: unknown = /^[[{]/.test(text) ? JSON.parse(text) : { message: text };
      return { code: response.status, body: answered as Answer['body'] };
    },
    async close() {
      proxy.kill();
      if (proxy.exitCode === null && proxy.signalCode === null) await once(proxy, 'exit');
    },
  };
}
