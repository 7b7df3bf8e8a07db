import type { Alphabet, Symbols } from './symbols.js';

const span = (from: string, to: string): number[] => {
  const [first, last] = [from.codePointAt(0)!, to.codePointAt(0)!];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
};

/** Who shows one of these will show the others: counters, dates, UUIDs and names are made of them. */
const FAMILIES: readonly (readonly number[])[] = [
  span('0', '9'),
  span('a', 'f'),
  span('g', 'z'),
  span('A', 'F'),
  span('G', 'Z'),
];
const COMPANIONS = new Map(FAMILIES.flatMap((family) => family.map((symbol) => [symbol, family])));
/** A letter after f says that the letters are no hexadecimal digits. */
const LARGER: readonly [string, readonly number[]][] = [
  ['z', span('a', 'f')],
  ['Z', span('A', 'F')],
];

/** Of a text in a language with thousands of signs it is enough to know some. */
const MOST_SYMBOLS = 512;

/**
 * The symbols that keys were seen to have, position by position. Real keys use few of the million Unicode has, and others in each
 * place: half-way between `2024-3` and `2024-4` is `2024-35`, and not a third of them followed by a Chinese character.
 */
export class SeenSymbols {
  readonly #at: Set<number>[] = [];
  readonly #sorted: (readonly number[] | undefined)[] = [];

  add(symbols: Symbols): void {
    for (let i = 0; i < symbols.length; i++) {
      const seen = (this.#at[i] ??= new Set());
      const symbol = symbols[i]!;
      if (seen.has(symbol) || seen.size >= MOST_SYMBOLS) continue;
      for (const other of COMPANIONS.get(symbol) ?? [symbol]) seen.add(other);
      for (const [last, letters] of LARGER)
        if (seen.has(last.codePointAt(0)!)) for (const other of letters) seen.add(other);
      this.#sorted[i] = undefined;
    }
  }

  /** Beyond what was seen: the symbols of the last position that was. */
  readonly alphabet: Alphabet = (position) => {
    const last = Math.min(position, this.#at.length - 1);
    if (last < 0) return [];
    return (this.#sorted[last] ??= [...this.#at[last]!].sort((a, b) => a - b));
  };
}
