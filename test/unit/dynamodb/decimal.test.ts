import fc from 'fast-check';
import t from 'tap';
import { canonicalNumber, compareDecimals, parseDecimal } from '../../../src/dynamodb/decimal.js';

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
