import { SeenSymbols } from './alphabet.js';
import {
  compareDecimals,
  formatDecimal,
  isStorable,
  middleDecimal,
  parseDecimal,
  shareOfDecimals,
} from '../../dynamodb/decimal.js';
import { KEY_BYTES } from '../../dynamodb/limits.js';
import type { SortKeyValue } from '../../dynamodb/sort-key.js';
import { anyBetween, compareSymbols, middleSymbols, shareOfSymbols, type Symbols } from './symbols.js';

/**
 * The order of sort keys of one type as DynamoDB has it (S by UTF-8 bytes, N by value, B by unsigned bytes), and what lies
 * between two of them. It learns from the keys that it is shown; what it learns changes which key it calls the middle, and never
 * the order.
 */
export interface KeySpace {
  compare(a: SortKeyValue, b: SortKeyValue): number;
  /** A key strictly between, half-way as far as one can tell, that DynamoDB takes; undefined where none was found. */
  middle(lo: SortKeyValue, hi: SortKeyValue): SortKeyValue | undefined;
  /** Where `at` lies between `lo` and `hi`, from 0 to 1. */
  share(lo: SortKeyValue, at: SortKeyValue, hi: SortKeyValue): number;
  learn(key: SortKeyValue): void;
}

const SURROGATES = { first: 0xd800, count: 0x800 };

/** Scalar values without a gap: what lies between two of them is one as well. */
const dense = (scalar: number): number => (scalar < SURROGATES.first ? scalar : scalar - SURROGATES.count);
const scalar = (symbol: number): number => (symbol < SURROGATES.first ? symbol : symbol + SURROGATES.count);

const ofString = (key: SortKeyValue): Symbols =>
  Array.from((key as { S: string }).S, (character) => dense(character.codePointAt(0)!));
const toString = (symbols: Symbols): SortKeyValue => ({
  S: symbols.map((symbol) => String.fromCodePoint(scalar(symbol))).join(''),
});
const ofBinary = (key: SortKeyValue): Symbols => [...(key as { B: Uint8Array }).B];
const toBinary = (symbols: Symbols): SortKeyValue => ({ B: Uint8Array.from(symbols) });

const bytesOf = (key: SortKeyValue): number =>
  'S' in key ? new TextEncoder().encode(key.S).length : 'B' in key ? key.B.length : 0;

const EVERY_BYTE = Array.from({ length: 256 }, (_, byte) => byte);

/** Compares strings by code points without making arrays of them: this is asked for each key that is read. */
function compareStrings(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    // UTF-16 puts surrogates before U+E000 to U+FFFF, UTF-8 after them.
    if (x !== y)
      return (
        (x >= 0xd800 ? (x >= 0xe000 ? x - 0x800 : x + 0x2000) : x) -
        (y >= 0xd800 ? (y >= 0xe000 ? y - 0x800 : y + 0x2000) : y)
      );
  }
  return a.length - b.length;
}

function sequences(
  of: (key: SortKeyValue) => Symbols,
  to: (symbols: Symbols) => SortKeyValue,
  compare: KeySpace['compare'],
  seen: Pick<SeenSymbols, 'add' | 'alphabet'>,
): KeySpace {
  return {
    compare,
    learn: (key) => seen.add(of(key)),
    share(lo, at, hi) {
      for (const key of [lo, at, hi]) seen.add(of(key));
      return shareOfSymbols(of(lo), of(at), of(hi), seen.alphabet);
    },
    middle(lo, hi) {
      const [low, high] = [of(lo), of(hi)];
      if (compareSymbols(low, high) >= 0) return undefined;
      seen.add(low);
      seen.add(high);
      const between = middleSymbols(low, high, seen.alphabet) ?? anyBetween(low, high, 0);
      const key = between && to(between);
      return key !== undefined && bytesOf(key) <= KEY_BYTES['sort key'] ? key : undefined;
    },
  };
}

const numbers: KeySpace = {
  compare: (a, b) => compareDecimals(decimalOf(a), decimalOf(b)),
  learn: () => undefined,
  share: (lo, at, hi) => shareOfDecimals(decimalOf(lo), decimalOf(at), decimalOf(hi)),
  middle(lo, hi) {
    const [low, high] = [decimalOf(lo), decimalOf(hi)];
    if (compareDecimals(low, high) >= 0) return undefined;
    const middle = middleDecimal(low, high);
    const between = compareDecimals(low, middle) < 0 && compareDecimals(middle, high) < 0;
    return between && isStorable(middle) ? { N: formatDecimal(middle) } : undefined;
  },
};

const decimalOf = (key: SortKeyValue) => parseDecimal((key as { N: string }).N);

const SPACES: Record<'S' | 'N' | 'B', () => KeySpace> = {
  S: () => {
    const compare: KeySpace['compare'] = (a, b) => compareStrings((a as { S: string }).S, (b as { S: string }).S);
    return sequences(ofString, toString, compare, new SeenSymbols());
  },
  N: () => numbers,
  B: () => {
    const compare: KeySpace['compare'] = (a, b) => compareSymbols(ofBinary(a), ofBinary(b));
    return sequences(ofBinary, toBinary, compare, { add: () => undefined, alphabet: () => EVERY_BYTE });
  },
};

export const keySpace = (type: 'S' | 'N' | 'B'): KeySpace => SPACES[type]();
