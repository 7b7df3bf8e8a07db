import type { Alphabet, Symbols } from './symbols.js';

const span = (from: string, to: string): number[] => {
  const [first, last] = [from.codePointAt(0)!, to.codePointAt(0)!];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
};

/**
 * Classes of symbols that occur together, because counters, dates, UUIDs and names consist of them: if one is seen at a position,
 * the others in its class are expected there too.
 */
const CLASSES: readonly (readonly number[])[] = [
  span('0', '9'),
  span('a', 'f'),
  span('g', 'z'),
  span('A', 'F'),
  span('G', 'Z'),
];
const CLASS_OF = new Map(CLASSES.flatMap((members) => members.map((symbol) => [symbol, members])));

/** A letter beyond f implies a to f: they are then letters too, not only hexadecimal digits. */
const IMPLIED_BY_CLASS = new Map([
  [CLASS_OF.get(span('g', 'g')[0]!), span('a', 'f')],
  [CLASS_OF.get(span('G', 'G')[0]!), span('A', 'F')],
]);

/** The most symbols to remember for one position: a text may be in a language with thousands of characters. */
const MAX_SYMBOLS = 512;

/** The symbols to expect once a symbol has been seen: itself, and those that occur together with it. */
function expectedWith(symbol: number): readonly number[] {
  const members = CLASS_OF.get(symbol);
  return members ? [...members, ...(IMPLIED_BY_CLASS.get(members) ?? [])] : [symbol];
}

/**
 * The symbols seen in keys, position by position. Real keys use few of Unicode's million symbols, and different ones at each
 * position: halfway between `2024-3` and `2024-4` is `2024-35`, not `2024-3` followed by a Chinese character.
 */
export class SeenSymbols {
  readonly #at: Set<number>[] = [];
  readonly #sorted: (readonly number[] | undefined)[] = [];

  add(symbols: Symbols): void {
    for (const [position, symbol] of symbols.entries()) {
      const seen = (this.#at[position] ??= new Set());
      if (seen.has(symbol) || seen.size >= MAX_SYMBOLS) continue;
      for (const expected of expectedWith(symbol)) seen.add(expected);
      this.#sorted[position] = undefined;
    }
  }

  /** For positions beyond the longest key seen, returns the symbols of its last position. */
  readonly alphabet: Alphabet = (position) => {
    const last = Math.min(position, this.#at.length - 1);
    if (last < 0) return [];
    return (this.#sorted[last] ??= [...this.#at[last]!].sort((a, b) => a - b));
  };
}
