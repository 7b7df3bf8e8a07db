import t from 'tap';
import { SeenSymbols } from '../../../../src/deletion/split/alphabet.js';

const symbols = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0)!);
const text = (codes: readonly number[]): string => codes.map((code) => String.fromCodePoint(code)).join('');

t.test('what one symbol lets one expect', async (t) => {
  for (const [seen, expected, reason] of [
    ['5', '0123456789', 'a counter'],
    ['b', 'abcdef', 'hexadecimal digits'],
    ['B', 'ABCDEF', 'hexadecimal digits in capitals'],
    ['q', 'abcdefghijklmnopqrstuvwxyz', 'a letter after f: letters'],
    ['Q', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'the same in capitals'],
    ['#', '#', 'a separator stands alone'],
    ['é', 'é', 'and so does a letter of another alphabet'],
  ] as const) {
    const model = new SeenSymbols();
    model.add(symbols(seen));
    t.equal(text(model.alphabet(0)), expected, reason);
  }
});

t.test('positions are learned apart', async (t) => {
  const model = new SeenSymbols();
  t.same(model.alphabet(0), [], 'nothing was seen');
  model.add(symbols('T#1'));
  model.add(symbols('T-x'));
  t.equal(text(model.alphabet(1)), '#-', 'ascending, each once');
  t.equal(text(model.alphabet(2)), '0123456789abcdefghijklmnopqrstuvwxyz');
  t.equal(model.alphabet(7), model.alphabet(2), 'beyond the longest key: its last position');
  model.add(symbols('T#1_'));
  t.equal(text(model.alphabet(7)), '_', 'until a longer one comes');
});

t.test('of a text with thousands of characters, some are enough', async (t) => {
  const model = new SeenSymbols();
  for (let i = 0; i < 2000; i++) model.add([0x4e00 + i]);
  t.equal(model.alphabet(0).length, 512);
});
