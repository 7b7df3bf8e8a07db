import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import t from 'tap';
import { readTls, readTokens } from '../../../../src/cli/operator/tls-and-token.js';
import { authority, serverCertificate } from '../../../support/certificates.js';

const ca = await authority('CA');
const [one, two] = [await serverCertificate('one', ca), await serverCertificate('two', ca)];

t.test('files of TLS', async (t) => {
  const folder = t.testdir({
    'one.crt': one.cert,
    'one.key': one.key,
    'two.key': two.key,
    'ca.crt': ca.cert,
    not: 'x',
  });
  const at = (name: string): string => join(folder, name);
  const pair = { tlsCert: at('one.crt'), tlsKey: at('one.key') };
  t.equal(readTls({}), undefined, 'none set: plain HTTP');
  t.equal(readTls(pair)?.cert.toString(), one.cert);
  t.notOk('ca' in (readTls(pair) ?? {}), 'no client CA: no client certificates');
  t.equal(readTls({ ...pair, tlsClientCA: at('ca.crt') })?.ca?.toString(), ca.cert);
  const wrong: readonly { files: object; message: RegExp; because: string }[] = [
    {
      files: { tlsCert: at('none.crt'), tlsKey: at('none.key'), tlsClientCA: at('none') },
      message: /TLS_CERT_FILE=".*none\.crt" .*ENOENT; TLS_KEY_FILE=".*none\.key" .*; TLS_CLIENT_CA_FILE=.*none/,
      because: 'every file that is not there is named',
    },
    { files: { ...pair, tlsKey: at('two.key') }, message: /mismatch/, because: "another certificate's key" },
    { files: { ...pair, tlsCert: at('not') }, message: /TLS_CERT_FILE and TLS_KEY_FILE/, because: 'no certificate' },
    { files: { ...pair, tlsCert: folder }, message: /EISDIR/, because: 'a folder' },
  ];
  for (const { files, message, because } of wrong)
    t.throws(() => readTls(files), { name: 'InvalidSettings', message }, because);
});

/** The whole message, which does not reveal the file's content. */
const REFUSED = /^BEARER_TOKEN_FILE=".*token" must hold one token per line and nothing else$/;

t.test('file of the token', async (t) => {
  const path = join(t.testdir({}), 'token');
  const tokens: readonly { text: string; tokens?: string[]; because: string }[] = [
    { text: 'abc', tokens: ['abc'], because: 'as it is' },
    { text: '  abc\r\n', tokens: ['abc'], because: "without a line's end" },
    { text: '', because: 'an empty token would be no protection' },
    { text: ' \n', because: 'so would white space' },
    { text: 'abc\ndef\n', tokens: ['abc', 'def'], because: 'two, during a rotation' },
    { text: '\nabc\r\n\ndef', tokens: ['abc', 'def'], because: 'blank lines are no tokens' },
    { text: 'abc def\n', because: 'two words in a line' },
  ];
  t.throws(() => readTokens(path), { name: 'InvalidSettings', message: /BEARER_TOKEN_FILE=".*token" .*ENOENT/ });
  for (const { text, tokens: expected, because } of tokens) {
    writeFileSync(path, text);
    if (expected === undefined)
      t.throws(() => readTokens(path), { name: 'InvalidSettings', message: REFUSED }, because);
    else t.same(readTokens(path), expected, because);
  }
});
