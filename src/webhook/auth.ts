import { createHash, timingSafeEqual } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { noClientCertificate, wrongToken } from './errors.js';
import { showedCertificate } from './tls.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether an Authorization header carries the token. Runs in constant time: it compares digests, which all have the same length. */
export function bearerTokenMatches(header: string | undefined, token: string): boolean {
  const match = /^Bearer +(\S+)$/i.exec(header ?? '');
  return timingSafeEqual(digest(match?.[1] ?? ''), digest(token)) && match !== null;
}

/** Requires the current token before the body is read. */
export function requireBearerToken(app: FastifyInstance, token: () => string): void {
  app.addHook('onRequest', async (request, reply) => {
    if (bearerTokenMatches(request.headers.authorization, token())) return;
    reply.header('www-authenticate', 'Bearer');
    throw wrongToken();
  });
}

/** Requires a certificate from the client CA. The handshake cannot: the kubelet's probes come without one. */
export function requireClientCertificate(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const { socket } = request.raw;
    if (!(socket instanceof TLSSocket && showedCertificate(socket))) throw noClientCertificate();
  });
}
