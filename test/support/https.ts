import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import type { Certificate } from './certificates.js';

export interface Answer {
  status: number | undefined;
  body: string;
  /** Common name of the certificate that the server presented. */
  server: string;
}

export interface HttpsOptions {
  ca: Certificate;
  /** The client's certificate; if absent, it presents none. */
  client?: Certificate | undefined;
  body?: string;
  headers?: Record<string, string>;
}

/** One request over a new TLS connection; a POST when there is a body. */
export async function https(url: string, { ca, client, body, headers = {} }: HttpsOptions): Promise<Answer> {
  const method = body === undefined ? 'GET' : 'POST';
  const outgoing = request(url, { method, headers, ca: ca.cert, cert: client?.cert, key: client?.key, agent: false });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  if (!(answer.socket instanceof TLSSocket)) throw new Error('not over TLS');
  const server = answer.socket.getPeerCertificate().subject.CN;
  return { status: answer.statusCode, body: await text(answer), server: String(server) };
}
