import t from 'tap';
import { Range } from '../../../../src/deletion/split/range.js';
import type { KeyValue } from '../../../../src/dynamodb/key-value.js';
import { B, N, S } from '../../dynamodb/keys.js';

const numbers = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => N(String(from + i * step)));
const range = (from: number, to: number, inclusive = true) =>
  new Range({ from: N(String(from)), inclusive, to: N(String(to)) });

t.test('where reading goes on', async (t) => {
  const whole = range(1, 100);
  t.match(whole, { after: undefined, lowest: N('1'), to: N('100'), ended: false }, 'from the first key on');
  t.match(range(1, 100, false), { after: N('1'), lowest: N('1') }, 'after the first key');
  t.equal(whole.advance(numbers(1, 10), N('10')), 10);
  t.match(whole, { after: N('10'), lowest: N('10'), ended: false });
});

t.test('the end', async (t) => {
  for (const [reason, keys, last, own, ended] of [
    ['no more keys', numbers(1, 5), undefined, 5, true],
    ['no keys at all', [], undefined, 0, true],
    ['an empty page that goes on', [], N('50'), 0, false],
    ['a page that ends at the end', numbers(91, 100), N('100'), 10, true],
    ['a page that ends before it', numbers(91, 99), N('99'), 9, false],
    ['a page that goes beyond it, as after a split', numbers(98, 103), N('103'), 3, true],
    ['a page that is all beyond it', numbers(101, 103), N('103'), 0, true],
  ] as const) {
    const whole = range(1, 100);
    t.equal(whole.advance(keys, last), own, reason);
    t.equal(whole.ended, ended, reason);
    if (ended) t.equal(whole.remaining, 0);
    if (ended) t.equal(whole.middle(), undefined);
  }
});

t.test('an empty range is at its end before anything is read', async (t) => {
  for (const [reason, from, to, inclusive, ended] of [
    ['the wrong way round', S('b'), S('a'), true, true],
    ['after its own end', S('b'), S('b'), false, true],
    ['one key', S('b'), S('b'), true, false],
    ['bytes are unsigned', B(0x7f), B(0x80), false, false],
  ] as const)
    t.equal(new Range({ from, inclusive, to }).ended, ended, reason);
});

t.test('what is left, by the density of what was read last', async (t) => {
  const within = (actual: number, expected: number) => Math.abs(actual - expected) <= expected * 0.2;
  const whole = range(1, 10_000);
  t.equal(whole.remaining, Infinity, 'unknown before the first page');
  whole.advance(numbers(1, 1000), N('1000'));
  t.ok(within(whole.remaining, 9000), `${whole.remaining} of 9000 that lie as densely`);
  whole.advance(numbers(1010, 6000, 10), N('6000'));
  whole.advance(numbers(6010, 8000, 10), N('8000'));
  t.ok(within(whole.remaining, 200), `${whole.remaining} of 200 that lie ten times as far apart`);
});

t.test('an empty page that goes on tells nothing of what is left', async (t) => {
  const whole = range(1, 1000);
  whole.advance([], N('100'));
  t.equal(whole.remaining, Infinity, 'unknown as before');
  whole.advance(numbers(101, 200), N('200'));
  t.equal(Math.round(whole.remaining), 800, 'by the first keys that came');
});

t.test('density is that of the last 500 items or a little more, in pages of any size', async (t) => {
  const whole = range(1, 100_000);
  const expected = (items: number, from: number, after: number) => (items * (100_000 - after)) / (after - from);
  const check = (items: number, from: number, after: number, reason: string) => {
    const within = Math.abs(whole.remaining / expected(items, from, after) - 1) < 1e-3;
    t.ok(within, `${reason}: ${whole.remaining} of ${expected(items, from, after)}`);
  };
  whole.advance(numbers(1, 1), N('1'));
  whole.advance(numbers(2, 500), N('500'));
  check(499, 1, 500, 'from the first key on');
  // The 251st item was the middle of the page before.
  whole.advance(numbers(510, 3000, 10), N('3000'));
  check(499, 251, 3000, 'from the middle of the second page on, as 500 were read from there');
  whole.advance(numbers(3100, 4000, 100), N('4000'));
  check(509, 251, 4000, 'still from there after a page of ten');
});

t.test('where it may be split', async (t) => {
  const whole = range(1, 100);
  whole.advance(numbers(1, 10), N('10'));
  for (const [key, may, reason] of [
    [N('5'), false, 'read already'],
    [N('10'), false, 'the cursor'],
    [N('11'), true, 'just after it'],
    [N('99'), true, 'just before the end'],
    [N('100'), false, 'the end'],
    [N('101'), false, 'beyond it'],
  ] as const)
    t.equal(whole.canSplitAt(key), may, reason);
  whole.advance([], undefined);
  t.notOk(whole.canSplitAt(N('50')), 'nothing is left');
});

t.test('a split: every key in one of both', async (t) => {
  const whole = range(1, 1000);
  whole.advance(numbers(1, 100), N('100'));
  t.same(whole.middle(), N('550'));
  const rest = whole.splitAt(N('550'));
  t.match(whole, { after: N('100'), to: N('550') });
  t.match(rest, { after: N('550'), lowest: N('550'), to: N('1000') });
  t.ok(rest.remaining > 350 && rest.remaining < 550, `${rest.remaining} expected of 450`);
  const again = rest.splitAt(N('775'));
  t.ok(rest.remaining > 170 && rest.remaining < 280, 'what was expected is shared');
  t.ok(again.remaining > 170 && again.remaining < 280);
});

t.test(
  'a split after a first page of one item, whose density nobody knows: both share what was expected',
  async (t) => {
    const parent = range(0, 2000);
    parent.advance(numbers(0, 999), N('999'));
    const expected = parent.remaining;
    const cut = parent.splitAt(N('1400'));
    cut.advance([N('1401')], N('1401'));
    const before = cut.remaining;
    t.ok(before > 500 && before <= expected, `of ${expected}, it expects ${before}`);
    const rest = cut.splitAt(N('1700'));
    t.ok(Math.abs(cut.remaining + rest.remaining - before) < 1, `${cut.remaining} and ${rest.remaining}`);
  },
);

t.test('parts of a range of which nobody knows how much is left are as unknown', async (t) => {
  for (const firstPage of [0, 1, 2]) {
    const [from, cut, to] = ['ORDER#2024-01-10T10', 'ORDER#2024-09-28T10', 'PROFILE'].map(S) as [
      KeyValue,
      KeyValue,
      KeyValue,
    ];
    const whole = new Range({ from, inclusive: true, to });
    const page = [from, S('ORDER#2024-01-10T11')].slice(0, firstPage);
    if (firstPage > 0) whole.advance(page, page.at(-1));
    const rest = whole.splitAt(cut);
    t.strictSame([whole.remaining, rest.remaining], [Infinity, Infinity], `after a page of ${firstPage}`);
  }
});

t.test('where no key to split at was found, not again before the cursor moves', async (t) => {
  const whole = range(1, 100);
  t.notOk(whole.isStuck);
  whole.markStuck();
  t.ok(whole.isStuck);
  whole.advance(numbers(1, 10), N('10'));
  t.notOk(whole.isStuck);
  whole.markStuck();
  t.ok(whole.isStuck);
});

t.test('what is learned of the keys in one range tells where to cut the others', async (t) => {
  const first = new Range({ from: S('10'), inclusive: true, to: S('40') });
  const second = first.splitAt(S('20'));
  t.strictSame(second.splitAt(S('30')).middle(), S('35'), 'digits are all that was seen');
  first.advance([S('1a'), S('1f')], S('1f'));
  t.strictSame(second.middle(), S('28'), 'hexadecimal digits');
});

t.test('keys are learned from the whole of a page, not only from its ends', async (t) => {
  const whole = new Range({ from: S('10'), inclusive: true, to: S('30') });
  whole.advance(['10', '11', '12', '1a', '1b', '1c', '20'].map(S), S('20'));
  t.strictSame(whole.middle(), S('28'), 'halfway through digits and letters');
});
