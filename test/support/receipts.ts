import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Claims } from '../../src/receipt/claims.js';

export interface Pair {
  privatePem: string;
  publicPem: string;
  publicKey: KeyObject;
}

/** As openssl writes them. */
export function keyPair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
    publicKey,
  };
}

/** What a receipt claims that leaves nothing out. */
export const CLAIMS: Claims = {
  version: 1,
  outcome: 'PartitionDeleted',
  table: {
    id: '11111111-2222-3333-4444-555555555555',
    name: 'Orders',
    arn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/Orders',
    region: 'eu-central-1',
    endpoint: 'https://dynamodb.eu-central-1.amazonaws.com',
  },
  partitionKey: { digest: 'a'.repeat(64) },
  sortKeys: { range: 'between', fromDigest: 'b'.repeat(64), toDigest: 'c'.repeat(64) },
  itemsDeleted: 12_500,
  atLeast: true,
  verifiedEmpty: true,
  verifiedAt: '2026-11-23T02:10:10Z',
  resource: { namespace: 'shop', name: 'delete-orders', uid: '9b05a305-0bf7-40e3-add6-70dc64201765' },
  jobUID: '0c0ffee0-0bf7-40e3-add6-70dc64201765',
  createdBy: 'alice@example.com',
  approvedBy: 'bob@example.com',
  worker: { version: '0.1.0', image: `ghcr.io/example/dynamoctl@sha256:${'d'.repeat(64)}` },
};
