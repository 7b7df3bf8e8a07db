import { request as requestHttp } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { request as requestHttps } from 'node:https';

export interface JsonRequest {
  method?: 'GET' | 'POST';
  body?: string;
  /** Sent as `Authorization: Bearer`. */
  token?: string | undefined;
  /** PEM of the CA that the server's certificate must be of; absent: the system's. */
  ca?: string | undefined;
  /** The client's certificate and key, PEM. */
  cert?: string | undefined;
  key?: string | undefined;
  /** The IP address behind the URL's name, for who has no DNS; a certificate is still checked against the name. */
  address?: string | undefined;
}

export interface JsonAnswer {
  status: number;
  /** Undefined where the answer is not JSON. */
  body: unknown;
}

const MILLISECONDS = 10_000;

/** One request to a server with a CA of its own, which `fetch` cannot be told. @throws where no answer comes in 10 s */
export function requestJson(url: string, options: JsonRequest = {}): Promise<JsonAnswer> {
  const { method = 'GET', body, token, ca, cert, key, address } = options;
  const lookup = address === undefined ? undefined : always(address);
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  const headers = {
    accept: 'application/json',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers, ca, cert, key, lookup, timeout: MILLISECONDS }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(text) }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer from ${url} within ${MILLISECONDS} ms`)));
    request.on('error', reject);
    request.end(body);
  });
}

/** A look-up that knows one answer, in either of the two forms that Node.js asks for. */
const always =
  (address: string): LookupFunction =>
  (_name, options, done) =>
    options.all ? done(null, [{ address, family: isIP(address) }]) : done(null, address, isIP(address));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
