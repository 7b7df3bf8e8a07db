import { verify } from 'node:crypto';
import t from 'tap';
import { COMPACT_JWS, MAX_RECEIPT, MAX_RECEIPT_NAME } from '../../../src/api/receipt.js';
import { InvalidKey, keyId } from '../../../src/receipt/keys.js';
import { openSigner } from '../../../src/receipt/sign.js';
import { CLAIMS, keyPair } from '../../support/receipts.js';

const { privatePem, publicPem, publicKey } = keyPair();

t.test('a receipt is a JWS as RFC 7515 and 8037 have it: verified here without the library', async (t) => {
  const signer = await openSigner(privatePem);
  const jws = await signer.sign(CLAIMS);
  t.match(jws, new RegExp(COMPACT_JWS));
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  t.strictSame(decoded(header), { alg: 'EdDSA', kid: await keyId(publicKey), typ: 'dynamoctl-receipt+jwt' });
  t.strictSame(decoded(payload), CLAIMS);
  t.ok(verify(null, Buffer.from(`${header}.${payload}`), publicPem, Buffer.from(signature, 'base64url')));
  t.equal(await signer.sign(CLAIMS), jws, 'the same claims give the same receipt');
});

t.test('a key that cannot sign is refused at once', async (t) => {
  await t.rejects(openSigner(publicPem), InvalidKey);
});

t.test('the longest names fit', async (t) => {
  // A control character takes six bytes in JSON.
  const name = '\u0001'.repeat(MAX_RECEIPT_NAME);
  const claims = {
    ...CLAIMS,
    table: {
      id: 'x'.repeat(256),
      name: 'x'.repeat(320),
      arn: 'x'.repeat(320),
      region: 'x'.repeat(32),
      endpoint: 'x'.repeat(512),
    },
    resource: { namespace: 'x'.repeat(63), name: 'x'.repeat(253), uid: 'x'.repeat(64) },
    itemsDeleted: Number.MAX_SAFE_INTEGER,
    jobUID: 'x'.repeat(64),
    createdBy: name,
    approvedBy: name,
    worker: { version: 'x'.repeat(64), image: 'x'.repeat(MAX_RECEIPT_NAME) },
  };
  const jws = await (await openSigner(privatePem)).sign(claims);
  t.ok(jws.length <= MAX_RECEIPT, `${jws.length} characters`);
});
