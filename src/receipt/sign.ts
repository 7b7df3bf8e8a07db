import { CompactSign } from 'jose';
import { RECEIPT_TYPE } from '../api/receipt.js';
import type { Claims } from './claims.js';
import { keyId, signingKey } from './keys.js';

/** Signs receipts. The key itself cannot be taken out of it. */
export interface Signer {
  kid: string;
  sign: (claims: Claims) => Promise<string>;
}

/**
 * A signer that has signed once: a key that cannot is noticed before anything is deleted.
 * @throws InvalidKey
 */
export async function openSigner(pem: string): Promise<Signer> {
  const key = signingKey(pem);
  const kid = await keyId(key);
  const signed = (text: string): Promise<string> =>
    new CompactSign(Buffer.from(text)).setProtectedHeader({ alg: 'EdDSA', kid, typ: RECEIPT_TYPE }).sign(key);
  // No claims, so it is no receipt.
  await signed('{}');
  return { kid, sign: (claims) => signed(JSON.stringify(claims)) };
}
