/**
 * What a worker, the operator and whoever verifies agree on about receipts. What one claims: `receipt/claims.ts`. It imports no
 * package, so the worker can load it quickly.
 */

/** The type in a receipt's header: nothing else that the same key may have signed is taken for a receipt. */
export const RECEIPT_TYPE = 'dynamoctl-receipt+jwt';

/** The version of its claims. It changes with every claim that is added: whoever verifies refuses what they do not understand. */
export const RECEIPT_VERSION = 1;

/** A JWS in its compact form: header, payload and signature in base64url. */
export const COMPACT_JWS = '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$';

/** The maximum length of a receipt, in characters. The longest names that fit into a resource make one of this length at most. */
export const MAX_RECEIPT = 8192;

/** The longest name of a user or an image that a receipt takes, in characters. */
export const MAX_RECEIPT_NAME = 256;

/** Where a worker finds its key: a file of this name, made of the entry of this name in the Secret. */
export const RECEIPT_KEY = 'private.pem';
export const RECEIPT_KEY_DIRECTORY = '/etc/dynamoctl/receipt';
