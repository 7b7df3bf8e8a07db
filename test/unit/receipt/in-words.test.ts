import t from 'tap';
import type { Claims } from '../../../src/receipt/claims.js';
import { inWords } from '../../../src/receipt/in-words.js';
import { CLAIMS } from '../../support/receipts.js';

const same = (text: string): string => text;
const words = (change: Partial<Claims> = {}): string => inWords({ ...CLAIMS, ...change }, 'KID', same);

t.test('all that was signed is said', async (t) => {
  const text = words();
  const leaves = (value: object): string[] =>
    Object.values(value).flatMap((each: unknown) => (typeof each === 'object' && each ? leaves(each) : [String(each)]));
  const inOtherWords = ['1', 'PartitionDeleted', 'between', 'true'];
  for (const value of leaves(CLAIMS)) t.ok(inOtherWords.includes(value) || text.includes(value), value);
  t.match(text, 'KID');
  t.match(text, 'a consistent read over all of this,\nwhich ended at 2026-11-23T02:10:10Z, found no item');
  t.match(text, 'deleted      at least 12500 items (as reported)');
  t.match(text, /Not proven: .*backups, point-in-time recovery, streams, replicas/, 'and what was not');
});

t.test('what differs', async (t) => {
  for (const [why, change, expected] of [
    ['an exact count', { atLeast: undefined, itemsDeleted: 1 }, /deleted {6}1 item \(as reported\)\n/],
    ['the whole partition', { sortKeys: { range: 'all' } }, /sort keys {4}all: the whole partition\n/],
    ['an empty range', { sortKeys: { range: 'nothing' } }, /sort keys {4}none: the range begins where it ends\n/],
    [
      'a prefix',
      { sortKeys: { range: 'beginsWith', digest: 'e'.repeat(64) } },
      /begin with one value, whose digest is e{64}\n/,
    ],
    ['an image that is not known', { worker: { version: '1.2.3' } }, /worker {7}version 1\.2\.3\n/],
  ] as const)
    t.match(words(change as Partial<Claims>), expected, why);
  const { createdBy: _createdBy, approvedBy: _approvedBy, ...unnamed } = CLAIMS;
  t.notMatch(inWords(unnamed, 'KID', same), /created by|approved by/, 'nobody is named whom nobody recorded');
});

t.test('what the worker was told is not called proven', async (t) => {
  const text = words();
  t.match(text, /^ {2}created by {3}alice@example\.com \(as annotated\)$/m);
  t.match(text, /^ {2}approved by {2}bob@example\.com \(as annotated\)$/m);
  t.match(text, /^ {2}deleted {6}.* \(as reported\)$/m);
  const [, notProven = ''] = text.split('\nNot proven: ');
  t.match(notProven, /earlier attempts/, 'a worker has the counts of the attempts before it from the resource');
  t.match(notProven, /who created or approved/, 'and the names from its annotations');
});

t.test('every text is made safe to print', async (t) => {
  const shouted = inWords(CLAIMS, 'KID', (text) => text.toUpperCase());
  for (const text of ['Orders', 'shop/', 'alice', 'bob', 'ghcr', 'https'])
    t.notMatch(shouted, new RegExp(text), `${text} goes through it`);
});
