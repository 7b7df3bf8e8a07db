import { request as requestHttp } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { request as requestHttps } from 'node:https';

export interface JsonRequest {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: string;
  /** Content type of the body. Defaults to JSON. */
  contentType?: string;
  /** Sent as `Authorization: Bearer`. */
  token?: string | undefined;
  /** The CA that must have issued the server's certificate, in PEM; defaults to the system's CAs. */
  ca?: string | undefined;
  /** The client's certificate and key, in PEM. */
  cert?: string | undefined;
  key?: string | undefined;
  /** IP address to use instead of resolving the host. The server's certificate is still checked against the host name. */
  address?: string | undefined;
  /** Timeout for the complete response, in milliseconds. */
  timeout?: number;
}

export interface JsonAnswer {
  status: number;
  /** Parsed; undefined if the answer is not JSON. */
  body: unknown;
}

const DEFAULT_TIMEOUT = 10_000;
/** The longest answer that is accepted: an object in Kubernetes has at most 1.5 MiB. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * Sends one request to a server with its own CA, which `fetch` does not support. A Kubernetes client library would take longer to
 * load than a small deletion takes to run.
 * @throws if the whole answer does not arrive in time
 */
export function requestJson(url: string, options: JsonRequest = {}): Promise<JsonAnswer> {
  const { method = 'GET', body, ca, cert, key, address, timeout = DEFAULT_TIMEOUT } = options;
  const lookup = address === undefined ? undefined : fixedLookup(address);
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  const signal = AbortSignal.timeout(timeout);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(signal.aborted ? new DOMException(`no answer from ${url} within ${timeout} ms`, 'TimeoutError') : error);
    const request = send(url, { method, headers: headersOf(options), ca, cert, key, lookup, signal }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) request.destroy(new Error(`the answer from ${url} is too long`));
      });
      response.on('error', fail);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parseJson(chunks) }));
    });
    request.on('error', fail);
    request.end(body);
  });
}

function headersOf({ body, contentType = 'application/json', token }: JsonRequest): Record<string, string> {
  return {
    accept: 'application/json',
    'user-agent': 'dynamoctl',
    // Node.js sends no length with a DELETE, and without one the body is none.
    ...(body !== undefined && { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
}

/** A lookup that always finds one address, in either of the two forms that Node.js asks for. */
const fixedLookup =
  (address: string): LookupFunction =>
  (_name, options, done) =>
    options.all ? done(null, [{ address, family: isIP(address) }]) : done(null, address, isIP(address));

function parseJson(chunks: readonly Buffer[]): unknown {
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
