/**
 * Strings and binaries in one form: sequences of symbols, compared one by one, a prefix before what it is a prefix of. For a
 * string the symbols are Unicode scalar values, whose order is that of the UTF-8 bytes; for a binary they are its bytes.
 */
export type Symbols = readonly number[];

/** Which symbols to expect at a position; ascending, each once. */
export type Alphabet = (position: number) => readonly number[];

export function compareSymbols(a: Symbols, b: Symbols): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

function commonPrefix(a: Symbols, b: Symbols): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** Positions after the common prefix that are looked at: enough for any distance between real keys. */
const WINDOW = 12;

/** Digit of a symbol at a position: 0 is "ended before", n the n-th symbol of the alphabet. */
function digit(symbols: Symbols, position: number, alphabet: readonly number[]): number {
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

/** The sequence half-way between two in the numbers of an alphabet, or undefined where that is not strictly between. */
export function middleSymbols(lo: Symbols, hi: Symbols, alphabet: Alphabet): Symbols | undefined {
  const prefix = commonPrefix(lo, hi);
  const alphabets = Array.from({ length: WINDOW }, (_, i) => alphabet(prefix + i));
  const value = (symbols: Symbols): bigint =>
    alphabets.reduce((sum, own, i) => sum * BigInt(own.length + 1) + BigInt(digit(symbols, prefix + i, own)), 0n);
  let rest = (value(lo) + value(hi)) / 2n;
  const digits = alphabets.map(() => 0);
  for (let i = WINDOW - 1; i >= 0; i--) {
    const base = BigInt(alphabets[i]!.length + 1);
    digits[i] = Number(rest % base);
    rest /= base;
  }
  const middle = [...lo.slice(0, prefix)];
  for (const [i, own] of digits.entries()) {
    if (own === 0) break;
    middle.push(alphabets[i]![own - 1]!);
    // As short as it can be: the rest would only say the middle more exactly than anybody knows it.
    if (compareSymbols(lo, middle) < 0 && compareSymbols(middle, hi) < 0) return middle;
  }
  return undefined;
}

/**
 * Something strictly between, near an end if need be: what is left where the middle fails. First the middle of two symbols, then
 * a beginning of `hi`, then `lo` and the least symbol. Undefined where none of them is between.
 */
export function anyBetween(lo: Symbols, hi: Symbols, least: number): Symbols | undefined {
  const prefix = commonPrefix(lo, hi);
  const next = Math.floor(((lo[prefix] ?? least - 1) + (hi[prefix] ?? least)) / 2);
  const candidates = [[...hi.slice(0, prefix), next], hi.slice(0, prefix + 1), [...lo, least]];
  return candidates.find(
    (between) => between.at(-1)! >= least && compareSymbols(lo, between) < 0 && compareSymbols(between, hi) < 0,
  );
}

/** Where `at` lies between `lo` and `hi` in the numbers of an alphabet, from 0 to 1. */
export function shareOfSymbols(lo: Symbols, at: Symbols, hi: Symbols, alphabet: Alphabet): number {
  const prefix = commonPrefix(lo, hi);
  let [part, whole, scale] = [0, 0, 1];
  for (let i = prefix; i < prefix + WINDOW; i++) {
    const own = alphabet(i);
    scale /= own.length + 1;
    part += (digit(at, i, own) - digit(lo, i, own)) * scale;
    whole += (digit(hi, i, own) - digit(lo, i, own)) * scale;
  }
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, part / whole));
}
