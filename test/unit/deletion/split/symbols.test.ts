import fc from 'fast-check';
import t from 'tap';
import {
  type Alphabet,
  anyBetween,
  compareSymbols,
  middleSymbols,
  shareOfSymbols,
} from '../../../../src/deletion/split/symbols.js';

/** The digits 0 to 9 at every position. */
const DECIMAL: Alphabet = () => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

t.test('the order: symbol by symbol, a prefix first', async (t) => {
  for (const [a, b, sign, reason] of [
    [[1, 2], [1, 3], -1, 'the first difference decides'],
    [[2], [1, 9], 1, 'whatever comes after it'],
    [[1], [1, 0], -1, 'a prefix comes first'],
    [[1, 0], [1], 1, 'and what it begins comes after'],
    [[], [], 0, 'nothing'],
    [[7, 7], [7, 7], 0, 'the same'],
  ] as const)
    t.equal(Math.sign(compareSymbols(a, b)), sign, reason);
});

t.test('the middle, as short as it can be', async (t) => {
  for (const [lo, hi, middle, reason] of [
    [[2], [8], [5], 'one symbol'],
    [[3], [4], [3, 4], 'neighbors: one symbol more'],
    [[1, 1, 2], [1, 1, 8], [1, 1, 5], 'after a common prefix'],
    [[], [8], [3], 'from the empty sequence, which has a place of its own'],
    [[1], [1, 5], [1, 2], 'between a prefix and what it begins'],
    [[1], [1, 0], undefined, 'there is nothing between'],
    [[1], [1], undefined, 'nor between equals'],
  ] as const)
    t.same(middleSymbols(lo, hi, DECIMAL), middle, reason);
  for (const [lo, hi, alphabet, reason] of [
    [[1], [2], () => [], 'no alphabet: nothing is expected'],
    [[1], [2], (position) => (position === 0 ? [1, 2] : []), 'nothing is expected after the first symbol'],
    [[4], [6], () => [0, 9], 'neither symbol is expected, and the next one that is lies beyond both'],
    [[4], [9], () => [0, 9], 'the lower symbol is not expected, and the next one that is is the upper one'],
  ] as const satisfies readonly (readonly [number[], number[], Alphabet, string])[])
    t.equal(middleSymbols(lo, hi, alphabet), undefined, reason);
});

t.test('anything between, where the middle fails', async (t) => {
  for (const [lo, hi, between, reason] of [
    [[1], [9], [5], 'a symbol between the two that differ'],
    [[1], [2, 5], [2], 'a prefix of the upper one'],
    [[7, 1], [7, 2, 5], [7, 2], 'the same after a common prefix'],
    [[1], [2], [1, 0], 'the lower one, and the least symbol'],
    [[], [5], [2], 'from the empty sequence'],
    [[1], [1, 0, 0], [1, 0], 'the least that is greater'],
    [[1], [1, 0], undefined, 'there is nothing'],
    [[], [0], undefined, 'below the least symbol'],
  ] as const)
    t.same(anyBetween(lo, hi, 0), between, reason);
});

t.test('a share', async (t) => {
  for (const [lo, at, hi, share, reason] of [
    [[0], [5], [9], 5 / 9, 'by the symbol that differs'],
    [[0], [0], [9], 0, 'at the lower end'],
    [[0], [9], [9], 1, 'at the upper end'],
    [[1, 0], [1, 5], [1, 9], 5 / 9, 'after a common prefix'],
    [[3], [3], [3], 1, 'no distance'],
    [[2], [1], [3], 0, 'outside, below'],
    [[2], [4], [3], 1, 'outside, above'],
  ] as const)
    t.ok(Math.abs(shareOfSymbols(lo, at, hi, DECIMAL) - share) < 1e-9, reason);
});

t.test('whatever is found lies strictly between', async (t) => {
  const sequences = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 15 });
  const alphabets = fc.constantFrom<Alphabet>(
    DECIMAL,
    () => [0, 4, 5, 9],
    () => [3],
  );
  fc.assert(
    fc.property(sequences, sequences, alphabets, (a, b, alphabet) => {
      const [lo, hi] = compareSymbols(a, b) <= 0 ? [a, b] : [b, a];
      return [middleSymbols(lo, hi, alphabet), anyBetween(lo, hi, 0)].every(
        (found) => found === undefined || (compareSymbols(lo, found) < 0 && compareSymbols(found, hi) < 0),
      );
    }),
  );
  t.pass('for random sequences, of symbols that are expected or not');
});
