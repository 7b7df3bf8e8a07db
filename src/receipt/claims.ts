import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { RECEIPT_VERSION } from '../api/receipt.js';

/** What nobody understands proves nothing. */
const CLOSED = { additionalProperties: false };
const Text = Type.String({ minLength: 1 });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });

const SortKeys = Type.Union([
  Type.Object({ range: Type.Literal('all') }, CLOSED),
  /** A range that begins where it ends. */
  Type.Object({ range: Type.Literal('nothing') }, CLOSED),
  Type.Object({ range: Type.Literal('beginsWith'), digest: Digest }, CLOSED),
  Type.Object({ range: Type.Literal('between'), fromDigest: Digest, toDigest: Digest }, CLOSED),
]);

/** What a receipt claims. Keys are digests: HMAC-SHA256 of the value with its type, keyed with the resource's uid. */
export const Claims = Type.Object(
  {
    version: Type.Literal(RECEIPT_VERSION),
    outcome: Type.Literal('PartitionDeleted'),
    table: Type.Object(
      { id: Text, name: Text, arn: Type.Optional(Text), region: Text, /** Which DynamoDB answered. */ endpoint: Text },
      CLOSED,
    ),
    partitionKey: Type.Object({ digest: Digest }, CLOSED),
    sortKeys: SortKeys,
    /** Deletes that DynamoDB accepted, in all attempts. Of earlier ones the worker knows only what the resource reported. */
    itemsDeleted: Type.Integer({ minimum: 0 }),
    /** Whether that is a lower bound. */
    atLeast: Type.Optional(Type.Literal(true)),
    verifiedEmpty: Type.Literal(true),
    /** When the consistent read over the whole target had ended that found nothing. */
    verifiedAt: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' }),
    resource: Type.Object({ namespace: Text, name: Text, uid: Text }, CLOSED),
    jobUID: Text,
    /** As the resource's annotations said when the Job was made: the worker did not see who wrote them. */
    createdBy: Type.Optional(Text),
    approvedBy: Type.Optional(Text),
    worker: Type.Object({ version: Text, image: Type.Optional(Text) }, CLOSED),
  },
  CLOSED,
);
export type Claims = Static<typeof Claims>;

/** Reads what was signed. */
export function readClaims(payload: string): { claims: Claims } | { wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return { wrong: 'what was signed is not JSON' };
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (version !== RECEIPT_VERSION)
    return {
      wrong: `what was signed is of version ${version === undefined ? '(none)' : JSON.stringify(version)}, and this dynamoctl knows version ${RECEIPT_VERSION} only`,
    };
  if (Value.Check(Claims, value)) return { claims: value };
  const [first] = [...Value.Errors(Claims, value)];
  return { wrong: `what was signed is no receipt: ${first ? `${first.path}: ${first.message}` : 'unknown fields'}` };
}
