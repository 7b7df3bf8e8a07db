import type { KeyObject } from 'node:crypto';
import { compactVerify } from 'jose';
import { COMPACT_JWS, MAX_RECEIPT, RECEIPT_TYPE } from '../api/receipt.js';
import { type Claims, readClaims } from './claims.js';
import { keyId } from './keys.js';

export type Verdict = { claims: Claims; kid: string } | { refused: string };

const FORM = new RegExp(COMPACT_JWS);

/** Whether the holder of one of these keys has signed this receipt, as it stands, and what it claims. */
export async function verifyReceipt(jws: string, keys: readonly KeyObject[]): Promise<Verdict> {
  const header = headerOf(jws);
  if (header === undefined)
    return { refused: 'this is not a receipt: it is no compact JWS (three parts in base64url)' };
  const { alg, typ, kid } = header;
  // Before any key is used: what the header says must not choose how it is verified.
  if (alg !== 'EdDSA') return { refused: `a receipt is signed with EdDSA, and this says ${said(alg)}` };
  if (typ !== RECEIPT_TYPE) return { refused: `a receipt is of type ${RECEIPT_TYPE}, and this says ${said(typ)}` };
  const ids = await Promise.all(keys.map(keyId));
  const key = keys[ids.findIndex((id) => id === kid)];
  if (typeof kid !== 'string' || !key)
    return { refused: `it was signed with another key: it names ${said(kid)}, and yours is ${ids.join(', ')}` };
  const payload = await signedPayload(jws, key);
  if (payload === undefined)
    return { refused: 'the signature does not match: it was changed, or not signed by this key' };
  const read = readClaims(payload);
  return 'wrong' in read ? { refused: read.wrong } : { claims: read.claims, kid };
}

/** Undefined if it is none of this form. A second spelling of the same bytes is a change, too: no receipt has two texts. */
function headerOf(jws: string): Record<string, unknown> | undefined {
  if (jws.length > MAX_RECEIPT || !FORM.test(jws)) return undefined;
  const parts = jws.split('.');
  if (parts.some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part)) return undefined;
  try {
    const header: unknown = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString());
    return typeof header === 'object' && header !== null ? (header as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function signedPayload(jws: string, key: KeyObject): Promise<string | undefined> {
  try {
    const { payload } = await compactVerify(jws, key, { algorithms: ['EdDSA'] });
    return Buffer.from(payload).toString();
  } catch {
    return undefined;
  }
}

/** What a header says, cut: it is not verified yet. */
const said = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80));
