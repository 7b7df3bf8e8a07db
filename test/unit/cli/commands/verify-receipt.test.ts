import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ENV } from '../../../../src/api/worker.js';
import { keyDigest } from '../../../../src/receipt/key-digest.js';
import { openSigner } from '../../../../src/receipt/sign.js';
import { CLAIMS, keyPair } from '../../../support/receipts.js';
import { runDynamoctl } from '../../../support/worker-process.js';

const folder = mkdtempSync(join(tmpdir(), 'dynamoctl-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const [pair, other] = [keyPair(), keyPair()];
const { uid } = CLAIMS.resource;
const claims = { ...CLAIMS, partitionKey: { digest: keyDigest(uid, 'S:tenant-1') } };
const signer = await openSigner(pair.privatePem);
const receipt = await signer.sign(claims);
const jws = file('receipt.jws', `${receipt}\n`);
const pem = file('public.pem', pair.publicPem);
const jwk = file('public.jwk', JSON.stringify(pair.publicKey.export({ format: 'jwk' })));
const otherPem = file('other.pem', other.publicPem);

const rows: readonly {
  why: string;
  args: string[];
  env?: Record<string, string>;
  code: number;
  stdout?: RegExp | string;
  stderr?: RegExp | string;
}[] = [
  { why: 'with a key in PEM', args: [jws, '--key', pem], code: 0, stdout: /^Verified: .*[^]*12500 items/ },
  { why: 'as a JWK', args: [jws, '--key', jwk], code: 0, stdout: /^Verified: / },
  { why: 'one key of several', args: [jws, '-k', otherPem, '-k', pem], code: 0, stdout: /^Verified: / },
  { why: 'about this partition', args: [jws, '-k', pem, '-p', 'tenant-1'], code: 0, stdout: /^Verified: / },
  {
    why: 'about another one',
    args: [jws, '-k', pem, '-p', 'tenant-2'],
    code: 4,
    stdout: '',
    stderr: 'dynamoctl verify-receipt: refused: the receipt is about another partition than the one that you named\n',
  },
  {
    why: 'the same from the environment, which nobody who lists processes sees',
    args: [jws, '-k', pem],
    env: { [ENV.partitionValue]: 'tenant-2' },
    code: 4,
    stderr: /another partition/,
  },
  {
    why: 'another key',
    args: [jws, '-k', otherPem],
    code: 4,
    stdout: '',
    stderr: /refused: it was signed with another key/,
  },
  {
    why: 'no receipt at all',
    args: [file('hello', 'hello'), '-k', pem],
    code: 4,
    stdout: '',
    stderr: /refused: this is not a receipt/,
  },
  {
    why: 'a file that is not there',
    args: [join(folder, 'nothing'), '-k', pem],
    code: 2,
    stdout: '',
    stderr: `dynamoctl verify-receipt: ${join(folder, 'nothing')} cannot be read: ENOENT\n`,
  },
  {
    why: 'a key that is not there',
    args: [jws, '-k', join(folder, 'nothing')],
    code: 2,
    stderr: /cannot be read: ENOENT/,
  },
  {
    why: 'no key in the file',
    args: [jws, '-k', jws],
    code: 2,
    stdout: '',
    stderr: /receipt\.jws must be an Ed25519 public key/,
  },
  {
    why: 'a key that nobody should hand to an auditor',
    args: [jws, '-k', file('private.pem', pair.privatePem)],
    code: 2,
    stdout: '',
    stderr: /this is a private key: whoever has it can sign receipts/,
  },
  {
    why: 'a resource without one',
    args: [file('empty.json', '{"kind":"DdbctlDpJob"}'), '-k', pem],
    code: 2,
    stderr: /without a receipt/,
  },
  { why: 'wrong usage: no key', args: [jws], code: 2, stderr: /required option '-k, --key <file>'/ },
  { why: 'wrong usage: no file', args: ['-k', pem], code: 2, stderr: /missing required argument 'file'/ },
];
for (const { why, args, env = {}, code, stdout, stderr } of rows)
  t.test(why, async (t) => {
    const ended = await runDynamoctl(['verify-receipt', ...args], env);
    t.equal(ended.code, code, ended.stderr);
    if (stdout !== undefined) t.match(ended.stdout, stdout === '' ? /^$/ : stdout);
    if (stderr !== undefined) t.match(ended.stderr, stderr);
    t.notMatch(ended.stdout + ended.stderr, /tenant-/, 'no key is printed');
  });

t.test('for programs', async (t) => {
  const json = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await runDynamoctl(['verify-receipt', ...args, '-o', 'json'])).stdout);
  t.strictSame(await json(jws, '-k', pem), { verified: true, claims, kid: signer.kid });
  t.match(await json(jws, '-k', otherPem), { verified: false, refused: /signed with another key/ });
});

t.test('what is printed cannot move the cursor', async (t) => {
  const hostile = await signer.sign({ ...claims, createdBy: '\u001b[2J\u202eecila' });
  const { stdout } = await runDynamoctl(['verify-receipt', file('hostile', hostile), '-k', pem]);
  t.match(stdout, /created by +\\u001b\[2J\ufffdecila/);
});

const openssl = (...args: string[]) => spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
const WITHOUT_OPENSSL = openssl('version').status !== 0 && 'openssl is not on the PATH';

t.test('as docs/evidence.md has it: keys that openssl makes', { skip: WITHOUT_OPENSSL }, async (t) => {
  t.equal(openssl('genpkey', '-algorithm', 'ed25519', '-out', 'made.pem').status, 0);
  t.equal(openssl('pkey', '-in', 'made.pem', '-pubout', '-out', 'made-public.pem').status, 0);
  const signed = await (await openSigner(readFileSync(join(folder, 'made.pem'), 'utf8'))).sign(claims);
  const ended = await runDynamoctl(['verify-receipt', file('made.jws', signed), '-k', join(folder, 'made-public.pem')]);
  t.equal(ended.code, 0, ended.stderr);
});
