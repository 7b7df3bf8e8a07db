import { API_VERSION, PLURAL } from '../../api/names.js';
import { type JsonAnswer, type JsonRequest, requestJson } from '../process/https-json.js';
import type { Listed } from './retention.js';

/** Resources in one answer. Each may be tens of KiB long. */
const PAGE = 50;

export interface Scope {
  /** All namespaces if absent. */
  namespace?: string | undefined;
  /** Label selector. */
  selector?: string | undefined;
}

/** The two requests that pruning needs. */
export interface PruneApi {
  list(continuation: string | undefined): Promise<JsonAnswer>;
  remove(resource: Listed, options: { dryRun: boolean }): Promise<JsonAnswer>;
}

export function pruneApi(
  server: string,
  credentials: Pick<JsonRequest, 'token' | 'ca'>,
  { namespace, selector }: Scope,
): PruneApi {
  const path = (of: string | undefined): string =>
    `${server}/apis/${API_VERSION}/${of === undefined ? '' : `namespaces/${encodeURIComponent(of)}/`}${PLURAL}`;
  return {
    list: (continuation) => {
      const query = new URLSearchParams({
        limit: String(PAGE),
        ...(selector !== undefined && { labelSelector: selector }),
        ...(continuation !== undefined && { continue: continuation }),
      });
      return requestJson(`${path(namespace)}?${query.toString()}`, credentials);
    },
    remove: ({ metadata }, { dryRun }) =>
      requestJson(`${path(metadata.namespace)}/${metadata.name}`, {
        ...credentials,
        method: 'DELETE',
        // Only what was judged goes: neither another resource of that name, nor one that was approved or edited since.
        body: JSON.stringify({
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          preconditions: { uid: metadata.uid, resourceVersion: metadata.resourceVersion },
          propagationPolicy: 'Background',
          // The API server reads no option from the query of a request that has a body: there, it would delete.
          ...(dryRun && { dryRun: ['All'] }),
        }),
      }),
  };
}
