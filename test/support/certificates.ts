import { generate } from 'selfsigned';

/** A certificate and its key, PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

async function issue(name: string, extensions: Extensions, ca?: Certificate): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions,
    ...(ca && { ca }),
  });
  return { cert, key };
}

/** A separate certificate authority. */
export function authority(name: string): Promise<Certificate> {
  return issue(name, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ]);
}

const NAMES = ['dynamoctl-dp-operator.dynamoctl-dp-operator-system', 'localhost'];

/** A server's certificate for this machine, by both names that a cluster's Service has, or by others. */
export function serverCertificate(name: string, ca: Certificate, names = NAMES): Promise<Certificate> {
  return issue(
    name,
    [
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [...names.map((value) => ({ type: 2 as const, value })), { type: 7, ip: '127.0.0.1' }],
      },
    ],
    ca,
  );
}

/** A client's certificate. */
export function clientCertificate(name: string, ca: Certificate): Promise<Certificate> {
  return issue(name, [{ name: 'extKeyUsage', clientAuth: true }], ca);
}
