import { createHmac } from 'node:crypto';
import t from 'tap';
import { isDigestOf, keyDigest } from '../../../src/receipt/key-digest.js';

const uid = '9b05a305-0bf7-40e3-add6-70dc64201765';

t.test('the digest is HMAC-SHA256 of the canonical text, keyed with the uid', async (t) => {
  const expected = createHmac('sha256', uid).update('S:tenant-1').digest('hex');
  t.equal(keyDigest(uid, 'S:tenant-1'), expected);
  t.not(keyDigest('another', 'S:tenant-1'), expected);
});

t.test('whether it is of a value', async (t) => {
  for (const [why, canonical, text, expected] of [
    ['text', 'S:tenant-1', 'tenant-1', true],
    ['another text', 'S:tenant-1', 'tenant-2', false],
    ['a number', 'N:12', '12', true],
    ['a number, written differently', 'N:12', '12.0', true],
    ['a text of digits', 'S:12', '12', true],
    ['a text of digits, written differently', 'S:12', '12.0', false],
    ['bytes', 'B:AQI=', 'AQI=', true],
    ['nothing', 'S:tenant-1', '', false],
  ] as const)
    t.equal(isDigestOf(text, { uid, digest: keyDigest(uid, canonical) }), expected, why);
  t.notOk(isDigestOf('tenant-1', { uid: 'another', digest: keyDigest(uid, 'S:tenant-1') }), 'of another resource');
});
