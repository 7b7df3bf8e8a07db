import fc from 'fast-check';
import t from 'tap';
import {
  canonicalNumber,
  compareDecimals,
  type Decimal,
  formatDecimal,
  isStorable,
  middleDecimal,
  parseDecimal,
  shareOfDecimals,
} from '../../../src/dynamodb/decimal.js';

const compareNumbers = (a: string, b: string): number => compareDecimals(parseDecimal(a)!, parseDecimal(b)!);

const nines = '9'.repeat(38);

t.test('one text for each number', async (t) => {
  for (const [text, canonical, reason] of [
    ['0', '0', 'zero'],
    ['-0.00', '0', 'zero has no sign'],
    ['0e999', '0', 'zero has no magnitude'],
    ['-12', '-12', 'negative'],
    ['+12', '12', 'a plus sign is no part of the value'],
    ['007.500', '7.5', 'zeros at both ends'],
    ['.5', '0.5', 'without a whole part'],
    ['5.', '5', 'without a fraction'],
    ['1.5E1', '15', 'exponent'],
    ['12e-3', '0.012', 'negative exponent'],
    ['1E125', `1${'0'.repeat(125)}`, 'the greatest magnitude'],
    ['1E-130', `0.${'0'.repeat(129)}1`, 'the least magnitude'],
    [nines, nines, '38 digits'],
    [`${nines}00`, `${nines}00`, 'zeros at the end are not significant'],
  ] as const)
    t.equal(canonicalNumber(text), canonical, reason);
});

t.test('what DynamoDB cannot store is no number', async (t) => {
  for (const [text, reason] of [
    ['', 'empty'],
    ['abc', 'letters'],
    [' 1', 'a space'],
    ['1\n', 'a newline'],
    ['1_000', 'a separator'],
    ['0x10', 'hexadecimal'],
    ['NaN', 'not a number'],
    ['Infinity', 'no end'],
    ['.', 'no digit'],
    ['1e', 'no exponent'],
    ['--1', 'two signs'],
    ['١', 'a digit of another script'],
    ['1E126', 'too great'],
    ['1E-131', 'too small'],
    [`${nines}1`, '39 significant digits'],
  ] as const)
    t.equal(canonicalNumber(text), undefined, reason);
});

t.test('order is by value', async (t) => {
  const ascending = ['-1E125', '-10', '-9.5', '-1E-130', '0', '1E-130', '0.09', '0.1', '9', '10', '10.5', '1E125'];
  for (const [i, a] of ascending.entries())
    for (const [j, b] of ascending.entries())
      t.equal(Math.sign(compareNumbers(a, b)), Math.sign(i - j), `${a} and ${b}`);
});

t.test('agrees with integers, however they are written', async (t) => {
  const integer = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
  fc.assert(
    fc.property(integer, integer, fc.nat(5), (a, b, zeros) => {
      const text = `${a < 0n ? '-' : '+'}000${a < 0n ? -a : a}.${'0'.repeat(zeros)}`;
      return (
        canonicalNumber(text) === String(a) &&
        Math.sign(compareNumbers(text, String(b))) === (a < b ? -1 : a > b ? 1 : 0)
      );
    }),
  );
  t.pass('for random pairs');
});

const decimal = (text: string): Decimal => parseDecimal(text)!;

t.test('a number is one coefficient and one exponent, however it is written', async (t) => {
  for (const [text, coefficient, exponent] of [
    ['1200', 12n, 2],
    ['-0.0120', -12n, -3],
    ['1.2E-5', 12n, -6],
    ['-0', 0n, 0],
    ['0E-130', 0n, 0],
  ] as const)
    t.same(parseDecimal(text), { coefficient, exponent }, text);
  t.equal(parseDecimal('1E999999999'), undefined, 'an exponent that no coefficient could be aligned to');
});

t.test('formatting takes any coefficient', async (t) => {
  for (const [coefficient, exponent, text] of [
    [1200n, -2, '12'],
    [-1200n, -5, '-0.012'],
    [125n, -1, '12.5'],
    [0n, 7, '0'],
  ] as const)
    t.equal(formatDecimal({ coefficient, exponent }), text);
});

t.test('what can be stored', async (t) => {
  for (const [coefficient, exponent, storable, reason] of [
    [0n, -500, true, 'zero'],
    [1n, -130, true, 'the least magnitude'],
    [-1n, -131, false, 'below it'],
    [1n, 125, true, 'the greatest magnitude'],
    [1n, 126, false, 'above it'],
    [BigInt(nines), 0, true, '38 digits'],
    [BigInt(`${nines}9`), 0, false, '39 digits'],
  ] as const)
    t.equal(isStorable({ coefficient, exponent }), storable, reason);
});

t.test('a middle', async (t) => {
  for (const [lo, hi, middle, reason] of [
    ['10', '20', '15', 'the mean'],
    ['1', '1.1', '1.05', 'of fractions'],
    ['-20', '-10', '-15', 'of negative numbers'],
    ['-10', '20', '5', 'across zero'],
    ['-1', '1E30', '0', 'across zero, with magnitudes far apart'],
    ['0', '10', '5', 'from zero'],
    ['-10', '0', '-5', 'to zero'],
    ['1', '1E125', '1E63', 'far apart: half the magnitude'],
    ['-1E125', '-1', '-1E63', 'the same of negative numbers'],
    [nines, `1${'0'.repeat(38)}`, nines, 'neighbors at 38 digits: one of them'],
  ] as const)
    t.equal(formatDecimal(middleDecimal(decimal(lo), decimal(hi))), canonicalNumber(middle), reason);
});

t.test('a share', async (t) => {
  for (const [lo, at, hi, share, reason] of [
    ['0', '5', '20', 0.25, 'a quarter'],
    ['-10', '0', '10', 0.5, 'across zero'],
    ['0.001', '0.001', '1000', 0, 'at the lower end'],
    ['0.001', '1000', '1000', 1, 'at the upper end'],
    ['7', '7', '7', 1, 'no distance at all'],
  ] as const)
    t.equal(shareOfDecimals(decimal(lo), decimal(at), decimal(hi)), share, reason);
});
