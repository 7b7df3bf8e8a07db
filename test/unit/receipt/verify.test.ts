import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { CompactSign } from 'jose';
import t from 'tap';
import { SAMPLE_RECEIPT } from '../../../hooks/sample-receipt.js';
import { isDigestOf } from '../../../src/receipt/key-digest.js';
import { signingKey, verifyingKey } from '../../../src/receipt/keys.js';
import { openSigner } from '../../../src/receipt/sign.js';
import { verifyReceipt } from '../../../src/receipt/verify.js';
import { CLAIMS, keyPair } from '../../support/receipts.js';

const pair = keyPair();
const other = keyPair();
const signer = await openSigner(pair.privatePem);
const receipt = await signer.sign(CLAIMS);
const [header = '', payload = '', signature = ''] = receipt.split('.');
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const usual = { alg: 'EdDSA', typ: 'dynamoctl-receipt+jwt', kid: signer.kid };

/** Signed by our key, with any header and any text. */
const signed = (head: object, text = JSON.stringify(CLAIMS), pem = pair.privatePem): Promise<string> =>
  new CompactSign(Buffer.from(text)).setProtectedHeader({ ...usual, ...head }).sign(signingKey(pem));

/** As a verifier would be fooled that takes the algorithm from the header, and the public key for a secret. */
function hs256(secret: string | Buffer): string {
  const input = `${part({ ...usual, alg: 'HS256' })}.${payload}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

t.test('a receipt, with the key that signed it among others', async (t) => {
  const verdict = { claims: CLAIMS, kid: signer.kid };
  t.strictSame(await verifyReceipt(receipt, [pair.publicKey]), verdict);
  t.strictSame(await verifyReceipt(receipt, [other.publicKey, pair.publicKey]), verdict, 'after a rotation');
});

t.test('a receipt that was made elsewhere, and stays valid', async (t) => {
  const { jws, publicKey, partitionValue } = SAMPLE_RECEIPT;
  const verdict = await verifyReceipt(jws, [verifyingKey(JSON.stringify(publicKey))]);
  t.match(verdict, { claims: { version: 1, itemsDeleted: 12_500, resource: { name: 'ok' } } });
  const { digest } = 'claims' in verdict ? verdict.claims.partitionKey : { digest: '' };
  const uid = 'claims' in verdict ? verdict.claims.resource.uid : '';
  t.ok(isDigestOf(partitionValue, { digest, uid }));
});

t.test('what is refused', async (t) => {
  const raw = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  for (const [why, jws, refused] of [
    ['nothing', '', /no compact JWS/],
    ['two parts', `${header}.${payload}`, /no compact JWS/],
    ['five parts, as an encrypted one has', `${receipt}.a.b`, /no compact JWS/],
    ['white space within', `${header}.${payload}. ${signature}`, /no compact JWS/],
    ['padding', `${receipt}==`, /no compact JWS/],
    ['the other alphabet of base64', `${receipt.slice(0, -1)}+`, /no compact JWS/],
    ['too long', `${header}.${'A'.repeat(9000)}.${signature}`, /no compact JWS/],
    ['a header that is no JSON', `AAAA.${payload}.${signature}`, /no compact JWS/],
    ['a header that is no object', `${part(1)}.${payload}.${signature}`, /no compact JWS/],
    ['alg none, without a signature', `${part({ ...usual, alg: 'none' })}.${payload}.`, /no compact JWS/],
    ['alg none', `${part({ ...usual, alg: 'none' })}.${payload}.${signature}`, /EdDSA, and this says "none"/],
    ['HS256 with the public key as a secret', hs256(pair.publicPem), /EdDSA, and this says "HS256"/],
    ['HS256 with its bytes', hs256(raw), /EdDSA, and this says "HS256"/],
    ['no alg', `${part({ kid: signer.kid })}.${payload}.${signature}`, /EdDSA, and this says nothing/],
    [
      'another header under the signature',
      `${part({ ...usual, cty: 'x' })}.${payload}.${signature}`,
      /signature does not match/,
    ],
    [
      'other claims under the signature',
      `${header}.${part({ ...CLAIMS, itemsDeleted: 1 })}.${signature}`,
      /signature does not match/,
    ],
    ['another type of token', await signed({ typ: 'JWT' }), /of type dynamoctl-receipt\+jwt, and this says "JWT"/],
    ['no type', await signed({ typ: undefined }), /and this says nothing/],
    [
      'another key',
      await (await openSigner(other.privatePem)).sign(CLAIMS),
      /signed with another key: it names "[\w-]{43}", and yours is [\w-]{43}$/,
    ],
    ['another key under our name', await signed({}, undefined, other.privatePem), /signature does not match/],
    ['no name of a key', await signed({ kid: undefined }), /another key: it names nothing/],
    ['a later version', await signed({}, JSON.stringify({ ...CLAIMS, version: 2 })), /of version 2/],
    ['what else the key has signed', await signed({}, '{}'), /of version \(none\)/],
  ] as const)
    t.match(await verifyReceipt(jws, [pair.publicKey]), { refused }, why);
  const critical = await new CompactSign(Buffer.from(JSON.stringify(CLAIMS)))
    .setProtectedHeader({ ...usual, crit: ['exp'], exp: 1 })
    .sign(signingKey(pair.privatePem), { crit: { exp: true } });
  t.match(await verifyReceipt(critical, [pair.publicKey]), { refused: /signature does not match/ }, 'critical fields');
  t.match(await verifyReceipt(receipt, []), { refused: /signed with another key/ }, 'without a key');
});

t.test('a receipt with any one byte changed is refused', async (t) => {
  const bytes = Buffer.from(receipt);
  const change = fc.record({ at: fc.nat({ max: bytes.length - 1 }), by: fc.integer({ min: 1, max: 255 }) });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, by }) => {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ by;
      return 'refused' in (await verifyReceipt(changed.toString(), [pair.publicKey]));
    }),
    { numRuns: 1000 },
  );
  t.pass('of 1,000 changes');
});

t.test('each bit of the last character counts, also those that base64 does not need', async (t) => {
  const last = signature.at(-1) ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const bytesOf = (text: string): string => Buffer.from(text, 'base64url').toString('hex');
  const twins = Array.from(alphabet).filter(
    (one) => one !== last && bytesOf(signature.slice(0, -1) + one) === bytesOf(signature),
  );
  t.equal(twins.length, 15, 'that many texts have the same bytes');
  for (const twin of twins)
    t.match(await verifyReceipt(receipt.slice(0, -1) + twin, [pair.publicKey]), { refused: /no compact JWS/ });
});

t.test('a receipt cut anywhere, or continued, is refused', async (t) => {
  for (let length = 0; length < receipt.length; length += 7)
    t.ok('refused' in (await verifyReceipt(receipt.slice(0, length), [pair.publicKey])), `after ${length}`);
  t.ok('refused' in (await verifyReceipt(`${receipt}A`, [pair.publicKey])));
});
