import { createHash, timingSafeEqual } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { noClientCertificate, wrongToken } from './errors.js';
import { showedCertificate } from './tls.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Whether an Authorization header carries one of the tokens. Runs in constant time: it compares digests, which all have the same
 * length, with every token.
 */
export function bearerTokenMatches(header: string | undefined, tokens: readonly string[]): boolean {
  const match = /^Bearer +(\S+)$/i.exec(header ?? '');
  const sent = digest(match?.[1] ?? '');
  const equal = tokens.map((token) => timingSafeEqual(sent, digest(token)));
  return match !== null && equal.includes(true);
}

/** Requires one of the current tokens before the body is read. During a rotation there are two: the old one and the new one. */
export function requireBearerToken(app: FastifyInstance, tokens: () => readonly string[]): void {
  app.addHook('onRequest', async (request, reply) => {
    if (bearerTokenMatches(request.headers.authorization, tokens())) return;
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
