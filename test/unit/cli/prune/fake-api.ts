import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Test } from 'tap';
import { API_VERSION, KIND } from '../../../../src/api/names.js';

export interface Stored {
  metadata: { namespace: string; name: string; uid: string; resourceVersion: string } & Record<string, unknown>;
  [field: string]: unknown;
}

export interface FakeApi {
  url: string;
  stored: Map<string, Stored>;
  /** Method and path of each request, and its token. */
  asked: { line: string; token: string | undefined; body: string }[];
  /** Called before each deletion, for what others do meanwhile. */
  meanwhile?: (name: string) => void;
  /** Names whose deletion is refused, as an admission policy would. */
  refuses: Set<string>;
}

/** The part of an API server that pruning needs: pages with a limit, deletions with preconditions and dry runs. */
export async function fakeApi(t: Test, resources: readonly Stored[]): Promise<FakeApi> {
  const api: FakeApi = {
    url: '',
    stored: new Map(resources.map((resource) => [keyOf(resource), resource])),
    asked: [],
    refuses: new Set(),
  };
  const server = createServer((request, response) => {
    void answer(api, request).then(([code, body]) => response.writeHead(code).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return api;
}

const keyOf = ({ metadata: { namespace, name } }: Stored): string => `${namespace}/${name}`;
const status = (code: number, reason: string): [number, object] => [
  code,
  { kind: 'Status', code, reason, message: reason },
];

async function answer(api: FakeApi, request: IncomingMessage): Promise<[number, object]> {
  const body = await text(request);
  api.asked.push({ line: `${request.method} ${request.url}`, token: request.headers.authorization, body });
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://api');
  const found = new RegExp(`^/apis/${API_VERSION}(?:/namespaces/([^/]+))?/ddbctldpjobs(?:/([^/]+))?$`).exec(pathname);
  if (!found) return status(404, 'NotFound');
  const [, namespace, name] = found;
  return request.method === 'DELETE' && namespace && name
    ? remove(api, `${namespace}/${name}`, body)
    : list(api, namespace, searchParams);
}

function list(api: FakeApi, namespace: string | undefined, query: URLSearchParams): [number, object] {
  const all = [...api.stored.values()].filter(({ metadata }) => !namespace || metadata.namespace === namespace);
  const from = Number(query.get('continue') ?? 0);
  const to = from + Number(query.get('limit') ?? all.length);
  const items = all.slice(from, to).map((each) => structuredClone(each));
  const rest = to < all.length ? String(to) : '';
  return [200, { kind: `${KIND}List`, metadata: { continue: rest }, items }];
}

function remove(api: FakeApi, key: string, body: string): [number, object] {
  api.meanwhile?.(key.split('/')[1] ?? '');
  const stored = api.stored.get(key);
  if (!stored) return status(404, 'NotFound');
  if (api.refuses.has(stored.metadata.name)) return status(422, 'Invalid');
  // As the API server: where there is a body, it reads no option of a deletion from the query.
  const { preconditions, dryRun } = JSON.parse(body) as {
    preconditions: { uid?: string; resourceVersion?: string };
    dryRun?: string[];
  };
  const { uid, resourceVersion } = stored.metadata;
  if (preconditions.uid !== uid || preconditions.resourceVersion !== resourceVersion) return status(409, 'Conflict');
  // A list in pages is one of one moment: what goes leaves no gap in the pages to come.
  if (!dryRun?.includes('All')) stored.metadata.deletionTimestamp = '2026-11-23T00:00:00Z';
  return [200, stored];
}
