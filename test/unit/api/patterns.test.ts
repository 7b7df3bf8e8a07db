import t from 'tap';
import { DNS_SUBDOMAIN, escapeRegExp, INT32_MAX, isWholeNumber, QUANTITY } from '../../../src/api/patterns.js';

const subdomain = new RegExp(`^${DNS_SUBDOMAIN}$`);
const NAMES: readonly { text: string; valid: boolean; because: string }[] = [
  { text: 'a', valid: true, because: 'one letter' },
  { text: '0', valid: true, because: 'or one digit' },
  { text: 'a-b.c-d', valid: true, because: 'hyphens within labels, dots between them' },
  { text: '', valid: false, because: 'a name has a character' },
  { text: '-a', valid: false, because: 'a label does not begin with a hyphen' },
  { text: 'a-', valid: false, because: 'nor end with one' },
  { text: 'a-.b', valid: false, because: 'not even before a dot' },
  { text: 'a..b', valid: false, because: 'a label is not empty' },
  { text: 'A', valid: false, because: 'Kubernetes allows lower case only' },
  { text: 'a_b', valid: false, because: 'no underscores' },
  { text: 'a\n', valid: false, because: 'no newline at the end' },
];
for (const { text, valid, because } of NAMES)
  t.equal(subdomain.test(text), valid, `${JSON.stringify(text)}: ${because}`);

const QUANTITIES: readonly { text: string; parts: [string, string | undefined] | undefined; because: string }[] = [
  { text: '500m', parts: ['500', 'm'], because: 'thousandths of a CPU' },
  { text: '1.5Gi', parts: ['1.5', 'Gi'], because: 'a fraction' },
  { text: '2', parts: ['2', undefined], because: 'a unit is optional' },
  { text: '1.', parts: undefined, because: 'a dot is followed by digits' },
  { text: '-1', parts: undefined, because: 'a resource is not negative' },
  { text: '1 Gi', parts: undefined, because: 'no white space' },
  { text: '1gi', parts: undefined, because: 'units have a case' },
  { text: '', parts: undefined, because: 'a quantity has digits' },
];
for (const { text, parts, because } of QUANTITIES) {
  const match = QUANTITY.exec(text);
  t.strictSame(match ? [match[1], match[2]] : undefined, parts, `${JSON.stringify(text)}: ${because}`);
}

const MOST = Number.MAX_SAFE_INTEGER;
const NUMBERS: readonly { text: string; range: [number, number]; valid: boolean; because: string }[] = [
  { text: '0', range: [0, 9], valid: true, because: 'the least' },
  { text: '9', range: [0, 9], valid: true, because: 'the greatest' },
  { text: '10', range: [0, 9], valid: false, because: 'one more' },
  { text: '0', range: [1, 9], valid: false, because: 'one less' },
  { text: '007', range: [1, 9], valid: true, because: 'leading zeros change nothing' },
  { text: String(INT32_MAX), range: [1, INT32_MAX], valid: true, because: 'the greatest int32' },
  { text: String(INT32_MAX + 1), range: [1, INT32_MAX], valid: false, because: 'beyond int32' },
  { text: '00000000001', range: [1, 9], valid: false, because: 'more than ten digits are a mistake' },
  { text: '9007199254740991', range: [1, MOST], valid: true, because: 'the greatest that is exact' },
  { text: '9007199254740993', range: [1, MOST], valid: false, because: 'Number would round it' },
  { text: '', range: [0, 9], valid: false, because: 'Number would take nothing for 0' },
  { text: ' 1', range: [0, 9], valid: false, because: 'Number would ignore the space' },
  { text: '1e0', range: [0, 9], valid: false, because: 'Number would take an exponent' },
  { text: '0x1', range: [0, 9], valid: false, because: 'and hexadecimal' },
  { text: '+1', range: [0, 9], valid: false, because: 'and a sign' },
  { text: '1.0', range: [0, 9], valid: false, because: 'and a fraction' },
  { text: '١', range: [0, 9], valid: false, because: 'other digits are not ours' },
];
for (const { text, range, valid, because } of NUMBERS)
  t.equal(isWholeNumber(text, ...range), valid, `${JSON.stringify(text)} from ${range.join(' to ')}: ${because}`);

t.test('an escaped text matches itself and nothing else', async (t) => {
  const special = String.raw`a.b*c+d?e^f$g{h}i(j)k|l[m]n\o`;
  t.match(special, new RegExp(`^${escapeRegExp(special)}$`));
  for (let at = 0; at < special.length; at++) {
    const other = `${special.slice(0, at)}Z${special.slice(at + 1)}`;
    t.notMatch(other, new RegExp(`^${escapeRegExp(special)}$`), other);
  }
  t.equal(escapeRegExp('plain-text'), 'plain-text', 'a text without special characters stays as it is');
});
