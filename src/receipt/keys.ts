import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';

/** A key that cannot be used, and what would be right. Its message never contains any of the key. */
export class InvalidKey extends Error {
  override readonly name = 'InvalidKey';
}

const PRIVATE = 'must be an Ed25519 private key in PEM, not encrypted, as openssl genpkey -algorithm ed25519 writes it';
const PUBLIC = 'must be an Ed25519 public key in PEM, as openssl pkey -pubout writes it, or a JWK';

/**
 * The key that signs receipts.
 * @throws InvalidKey
 */
export function signingKey(pem: string): KeyObject {
  const key = parsed(() => createPrivateKey(pem));
  if (!key) throw new InvalidKey(PRIVATE);
  return ed25519(key, PRIVATE);
}

/**
 * A key that verifies receipts, in PEM or as a JWK.
 * @throws InvalidKey
 */
export function verifyingKey(text: string): KeyObject {
  const jwk = asJwk(text);
  if (jwk?.d !== undefined || /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    throw new InvalidKey(
      `${PUBLIC}, and this is a private key: whoever has it can sign receipts. Keep it secret; its public half: openssl pkey -in PRIVATE -pubout`,
    );
  const key = parsed(() => createPublicKey(jwk ? { key: jwk, format: 'jwk' } : text));
  if (!key) throw new InvalidKey(PUBLIC);
  return ed25519(key, PUBLIC);
}

/** The name of a key in a receipt's header: the thumbprint of its public half (RFC 7638), so that no list of names is needed. */
export function keyId(key: KeyObject): Promise<string> {
  return calculateJwkThumbprint(key.type === 'private' ? createPublicKey(key) : key);
}

function ed25519(key: KeyObject, expected: string): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new InvalidKey(`${expected} (this one is of type ${key.asymmetricKeyType ?? 'unknown'})`);
}

/** OpenSSL's own messages differ from version to version. */
function parsed(parse: () => KeyObject): KeyObject | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

function asJwk(text: string): JsonWebKey | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as JsonWebKey;
  } catch {
    return undefined;
  }
}
