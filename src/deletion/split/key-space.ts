import { compareDecimals, formatDecimal, isStorable, middleDecimal, shareOfDecimals } from '../../dynamodb/decimal.js';
import { decimalOf, type KeyType, type KeyValue } from '../../dynamodb/key-value.js';
import { KEY_BYTES } from '../../dynamodb/limits.js';
import { SeenSymbols } from './alphabet.js';
import { type Alphabet, anyBetween, compareSymbols, middleSymbols, shareOfSymbols, type Symbols } from './symbols.js';

/**
 * Finds keys between two sort keys of one type. It learns from keys that were read; what it learns affects which key it takes
 * for the middle, never whether that key lies between the two.
 */
export interface KeySpace {
  /** A valid key strictly between the two, as near the middle as can be determined; undefined if none was found. */
  middle(lo: KeyValue, hi: KeyValue): KeyValue | undefined;
  /** Where `at` lies between `lo` and `hi`, from 0 to 1. */
  share(lo: KeyValue, at: KeyValue, hi: KeyValue): number;
  learn(key: KeyValue): void;
}

export const keySpace = (type: KeyType): KeySpace => SPACES[type]();

const SPACES: Readonly<Record<KeyType, () => KeySpace>> = {
  S: () => sequences(new SeenSymbols(), stringOf),
  N: () => NUMBERS,
  B: () => sequences(ALL_BYTES, binaryOf),
};

const NUMBERS: KeySpace = {
  learn: () => undefined,
  share: (lo, at, hi) => shareOfDecimals(decimalOf(lo), decimalOf(at), decimalOf(hi)),
  middle(lo, hi) {
    const [low, high] = [decimalOf(lo), decimalOf(hi)];
    if (compareDecimals(low, high) >= 0) return undefined;
    const middle = middleDecimal(low, high);
    const isBetween = compareDecimals(low, middle) < 0 && compareDecimals(middle, high) < 0;
    return isBetween && isStorable(middle) ? { type: 'N', text: formatDecimal(middle) } : undefined;
  },
};

/** The symbols that keys use. */
interface SymbolModel {
  add: (symbols: Symbols) => void;
  alphabet: Alphabet;
}

const EVERY_BYTE = Array.from({ length: 256 }, (_, byte) => byte);
const ALL_BYTES: SymbolModel = { add: () => undefined, alphabet: () => EVERY_BYTE };

/** Strings and binaries. */
function sequences(seen: SymbolModel, keyOf: (symbols: Symbols) => KeyValue): KeySpace {
  return {
    learn: (key) => seen.add(symbolsOf(key)),
    share(lo, at, hi) {
      for (const key of [lo, at, hi]) seen.add(symbolsOf(key));
      return shareOfSymbols(symbolsOf(lo), symbolsOf(at), symbolsOf(hi), seen.alphabet);
    },
    middle(lo, hi) {
      const [low, high] = [symbolsOf(lo), symbolsOf(hi)];
      if (compareSymbols(low, high) >= 0) return undefined;
      seen.add(low);
      seen.add(high);
      const between = middleSymbols(low, high, seen.alphabet) ?? anyBetween(low, high, 0);
      const key = between && keyOf(between);
      return key && bytesOf(key) <= KEY_BYTES['sort key'] ? key : undefined;
    },
  };
}

const SURROGATES = { first: 0xd800, count: 0x800 };

/** Scalar values are numbered without the surrogate gap, so that every number between two of them is a scalar value too. */
const withoutGap = (scalar: number): number => (scalar < SURROGATES.first ? scalar : scalar - SURROGATES.count);
const withGap = (symbol: number): number => (symbol < SURROGATES.first ? symbol : symbol + SURROGATES.count);

const symbolsOf = (key: KeyValue): Symbols =>
  key.type === 'B' ? [...key.bytes] : Array.from(key.text, (character) => withoutGap(character.codePointAt(0)!));

const stringOf = (symbols: Symbols): KeyValue => ({
  type: 'S',
  text: symbols.map((symbol) => String.fromCodePoint(withGap(symbol))).join(''),
});
const binaryOf = (symbols: Symbols): KeyValue => ({ type: 'B', bytes: Uint8Array.from(symbols) });

const bytesOf = (key: KeyValue): number => (key.type === 'B' ? key.bytes.length : Buffer.byteLength(key.text));
