import { constants } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import t from 'tap';
import { serverOptions, showedCertificate } from '../../../src/webhook/tls.js';

const { SSL_OP_NO_TICKET, SSL_OP_NO_TLSv1_1 } = constants;

/** Over real connections: test/system/webhook/tls.test.ts. */
const OPTIONS: readonly { tls: object; options: object; because: string }[] = [
  {
    tls: { cert: 'c' },
    options: { cert: 'c', requestCert: false },
    because: 'without a client CA nothing is requested',
  },
  { tls: { ca: 'a' }, options: { ca: 'a', requestCert: true }, because: 'with one a certificate is requested' },
  { tls: { ca: 'a' }, options: { rejectUnauthorized: false }, because: 'and not required: probes come without one' },
  { tls: {}, options: { secureOptions: SSL_OP_NO_TICKET }, because: 'no session can be resumed by a ticket' },
  {
    tls: { secureOptions: SSL_OP_NO_TLSv1_1 },
    options: { secureOptions: SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TICKET },
    because: 'other options stay',
  },
];
for (const { tls, options, because } of OPTIONS) t.match(serverOptions(tls), options, because);

const SOCKETS: readonly { authorized: boolean; certificate: object; showed: boolean; because: string }[] = [
  {
    authorized: true,
    certificate: { raw: Buffer.alloc(1) },
    showed: true,
    because: 'a certificate from the client CA',
  },
  { authorized: false, certificate: { raw: Buffer.alloc(1) }, showed: false, because: 'one from another CA' },
  { authorized: false, certificate: {}, showed: false, because: 'none' },
  { authorized: true, certificate: {}, showed: false, because: 'none, in a session that Node.js wrongly trusts' },
];
for (const { authorized, certificate, showed, because } of SOCKETS)
  t.equal(
    showedCertificate({ authorized, getPeerCertificate: () => certificate } as unknown as TLSSocket),
    showed,
    because,
  );
