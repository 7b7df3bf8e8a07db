/**
 * Strings and binaries in a common form: sequences of symbols, compared symbol by symbol, in which a prefix sorts before its
 * extensions. A string's symbols are its Unicode scalar values, whose order is that of its UTF-8 bytes; a binary's are its bytes.
 */
export type Symbols = readonly number[];

/** The symbols to expect at a position, in ascending order without duplicates. */
export type Alphabet = (position: number) => readonly number[];

export function compareSymbols(a: Symbols, b: Symbols): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

function lengthOfCommonPrefix(a: Symbols, b: Symbols): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** How many positions after the common prefix are considered: enough for any distance between real keys. */
const WINDOW = 12;

/**
 * A sequence is converted to a number in which each position is a digit whose base is the size of its alphabet plus one: 0 means
 * "ended before this position", and n means the n-th symbol of the alphabet.
 */
function digitAt(symbols: Symbols, position: number, alphabet: readonly number[]): number {
  const symbol = symbols[position];
  if (symbol === undefined) return 0;
  let low = 0;
  let high = alphabet.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (alphabet[middle]! < symbol) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

/** The sequence whose number is halfway between those of two others; undefined if it is not strictly between them. */
export function middleSymbols(lo: Symbols, hi: Symbols, alphabet: Alphabet): Symbols | undefined {
  const prefix = lengthOfCommonPrefix(lo, hi);
  const alphabets = Array.from({ length: WINDOW }, (_, i) => alphabet(prefix + i));
  const numberOf = (symbols: Symbols): bigint =>
    alphabets.reduce((sum, own, i) => sum * BigInt(own.length + 1) + BigInt(digitAt(symbols, prefix + i, own)), 0n);
  const digits = digitsOf((numberOf(lo) + numberOf(hi)) / 2n, alphabets);
  const middle = [...lo.slice(0, prefix)];
  for (const [i, own] of alphabets.entries()) {
    const digit = digits[i]!;
    if (digit === 0) break;
    middle.push(own[digit - 1]!);
    // As short as possible: more symbols would be more precise than the estimate warrants.
    if (compareSymbols(lo, middle) < 0 && compareSymbols(middle, hi) < 0) return middle;
  }
  return undefined;
}

function digitsOf(value: bigint, alphabets: readonly (readonly number[])[]): number[] {
  let rest = value;
  return alphabets
    .toReversed()
    .map((own) => {
      const base = BigInt(own.length + 1);
      const digit = Number(rest % base);
      rest /= base;
      return digit;
    })
    .reverse();
}

/**
 * Any sequence strictly between two others, even near an end: the fallback if there is no middle. It tries a symbol between the
 * first two that differ, then the shortest different prefix of `hi`, then `lo` followed by the least symbol. Undefined if none
 * of these is between the two.
 */
export function anyBetween(lo: Symbols, hi: Symbols, least: number): Symbols | undefined {
  const prefix = lengthOfCommonPrefix(lo, hi);
  const next = Math.floor(((lo[prefix] ?? least - 1) + (hi[prefix] ?? least)) / 2);
  const candidates = [[...hi.slice(0, prefix), next], hi.slice(0, prefix + 1), [...lo, least]];
  return candidates.find(
    (between) => between.at(-1)! >= least && compareSymbols(lo, between) < 0 && compareSymbols(between, hi) < 0,
  );
}

/** Where `at` lies between `lo` and `hi` as numbers, from 0 to 1. */
export function shareOfSymbols(lo: Symbols, at: Symbols, hi: Symbols, alphabet: Alphabet): number {
  const prefix = lengthOfCommonPrefix(lo, hi);
  let [part, whole, scale] = [0, 0, 1];
  for (let i = prefix; i < prefix + WINDOW; i++) {
    const own = alphabet(i);
    scale /= own.length + 1;
    part += (digitAt(at, i, own) - digitAt(lo, i, own)) * scale;
    whole += (digitAt(hi, i, own) - digitAt(lo, i, own)) * scale;
  }
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, part / whole));
}
