import { constants } from 'node:crypto';
import type { PeerCertificate, SecureContextOptions, Server, TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';

/**
 * Without session tickets, a client must present its certificate on every connection: resuming a session that began without one
 * gains nothing, and a renewed client CA applies from the next connection on.
 */
const withoutTickets = (tls: SecureContextOptions): SecureContextOptions => ({
  ...tls,
  secureOptions: (tls.secureOptions ?? 0) | constants.SSL_OP_NO_TICKET,
});

/**
 * TLS options of the server. With a client CA it requests a client certificate; whether it requires one is decided for each
 * request, because the kubelet's probes come without one.
 */
export function serverOptions(tls: SecureContextOptions) {
  return { ...withoutTickets(tls), requestCert: tls.ca !== undefined, rejectUnauthorized: false };
}

/** Gives a running server a new certificate, key and client CA, effective from the next connection on. */
export function renewTls(app: FastifyInstance, tls: SecureContextOptions): void {
  (app.server as unknown as Server).setSecureContext(withoutTickets(tls));
}

/**
 * Whether the client of this connection has presented a certificate from the client CA. `authorized` alone does not prove it: Node.js
 * before 24.21 sets it for a resumed TLS 1.3 session that never had a certificate.
 */
export function showedCertificate(socket: TLSSocket): boolean {
  const { raw } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  return socket.authorized && raw !== undefined;
}
