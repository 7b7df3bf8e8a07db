import type { Alphabet, Symbols } from './symbols.js';

const span = (from: string, to: string): number[] => {
  const [first, last] = [from.codePointAt(0)!, to.codePointAt(0)!];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
};

/**
 * Symbols that occur together, since counters, dates, UUIDs and names are made of them: where one is seen at a position, the
 * others of its class are expected there too.
 */
const CLASSES: readonly (readonly number[])[] = [
  span('0', '9'),
  span('a', 'f'),
  span('g', 'z'),
  span('A', 'F'),
  span('G', 'Z'),
];
const CLASS_OF = new Map(CLASSES.flatMap((members) => members.map((symbol) => [symbol, members])));

/** A letter beyond f shows that a to f are letters too, and not only hexadecimal digits. */
const IMPLIED_BY_CLASS = new Map([
  [CLASS_OF.get(span('g', 'g')[0]!), span('a', 'f')],
  [CLASS_OF.get(span('G', 'G')[0]!), span('A', 'F')],
]);

/** Enough to know of one position: a text may be in a language with thousands of characters. */
const MOST_SYMBOLS = 512;

/** What a symbol that was seen lets one expect: itself, and the symbols that occur together with it. */
function expectedWith(symbol: number): readonly number[] {
  const members = CLASS_OF.get(symbol);
  return members ? [...members, ...(IMPLIED_BY_CLASS.get(members) ?? [])] : [symbol];
}

/**
 * The symbols that keys were seen to use, position by position. Real keys use few of the million that Unicode has, and different
 * ones at each position: half-way between `2024-3` and `2024-4` is `2024-35`, not `2024-3` followed by a Chinese character.
 */
export class SeenSymbols {
  readonly #at: Set<number>[] = [];
  readonly #sorted: (readonly number[] | undefined)[] = [];

  add(symbols: Symbols): void {
    for (const [position, symbol] of symbols.entries()) {
      const seen = (this.#at[position] ??= new Set());
      if (seen.has(symbol) || seen.size >= MOST_SYMBOLS) continue;
      for (const expected of expectedWith(symbol)) seen.add(expected);
      this.#sorted[position] = undefined;
    }
  }

  /** Beyond the longest key that was seen: the symbols of its last position. */
  readonly alphabet: Alphabet = (position) => {
    const last = Math.min(position, this.#at.length - 1);
    if (last < 0) return [];
    return (this.#sorted[last] ??= [...this.#at[last]!].sort((a, b) => a - b));
  };
}
