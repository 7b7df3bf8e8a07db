import { createHmac } from 'node:crypto';
import { Failure } from '../api/failure.js';
import { canonicalText, KEY_TYPES, parseKeyValue } from '../dynamodb/key-value.js';

/** A pseudonym of a key, made of its canonical text. Without the uid of a resource it conceals nothing. */
export const keyDigest = (uid: string, canonicalKey: string): string =>
  createHmac('sha256', uid).update(canonicalKey).digest('hex');

/** Whether a digest is of this partition key, given as text, whatever the table's key type is. */
export function isDigestOf(text: string, { digest, uid }: { digest: string; uid: string }): boolean {
  return KEY_TYPES.some((type) => {
    try {
      return keyDigest(uid, canonicalText(parseKeyValue(text, type, 'partition key'))) === digest;
    } catch (error) {
      // Not a value of this type.
      if (error instanceof Failure) return false;
      throw error;
    }
  });
}
