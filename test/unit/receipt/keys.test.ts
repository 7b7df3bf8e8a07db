import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { InvalidKey, keyId, signingKey, verifyingKey } from '../../../src/receipt/keys.js';
import { keyPair } from '../../support/receipts.js';

const { privatePem, publicPem, publicKey } = keyPair();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed448 = generateKeyPairSync('ed448');
const jwk = publicKey.export({ format: 'jwk' });
const privateJwk = { ...jwk, d: 'A'.repeat(43) };
const pem = (key: typeof rsa.privateKey): string =>
  key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }) as string;
const encrypted = rsa.privateKey.export({
  format: 'pem',
  type: 'pkcs8',
  cipher: 'aes-256-cbc',
  passphrase: 'x',
}) as string;

t.test('the two halves have one name', async (t) => {
  const id = await keyId(signingKey(privatePem));
  t.match(id, /^[\w-]{43}$/);
  t.equal(await keyId(verifyingKey(publicPem)), id);
  t.equal(await keyId(verifyingKey(JSON.stringify(jwk))), id, 'as a JWK');
  t.equal(
    await keyId(verifyingKey(`\n${JSON.stringify({ ...jwk, kid: 'mine', use: 'sig' })}\n`)),
    id,
    'with more fields',
  );
  t.not(await keyId(keyPair().publicKey), id, 'another key has another one');
});

t.test('the name is the thumbprint of RFC 8037', async (t) => {
  // Appendix A.3.
  const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  t.equal(await keyId(key), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

t.test('what cannot sign', async (t) => {
  for (const [why, text, message] of [
    ['nothing', '', /must be an Ed25519 private key in PEM, not encrypted/],
    ['no key', 'hello', /openssl genpkey -algorithm ed25519/],
    ['the public half', publicPem, /must be an Ed25519 private key/],
    ['RSA', pem(rsa.privateKey), /of type rsa/],
    ['another curve', pem(ed448.privateKey), /of type ed448/],
    ['encrypted', encrypted, /not encrypted/],
  ] as const)
    t.throws(() => signingKey(text), { name: 'InvalidKey', message }, why);
});

t.test('what cannot verify', async (t) => {
  for (const [why, text, message] of [
    ['nothing', '', /must be an Ed25519 public key in PEM, .* or a JWK/],
    ['no key', 'hello', /must be/],
    ['no JWK', '{"kty":', /must be/],
    ['a secret as a JWK, with which HS256 would verify', '{"kty":"oct","k":"AAAA"}', /must be/],
    ['RSA', pem(rsa.publicKey), /of type rsa/],
    ['another curve', pem(ed448.publicKey), /of type ed448/],
    ['the private half', privatePem, /this is a private key.*Keep it secret/],
    ['the private half as a JWK', JSON.stringify(privateJwk), /this is a private key/],
  ] as const) {
    t.throws(() => verifyingKey(text), { name: 'InvalidKey', message }, why);
    t.throws(() => verifyingKey(text), InvalidKey);
  }
});
