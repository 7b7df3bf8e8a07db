import { compareDecimals, formatDecimal, isStorable, middleDecimal, shareOfDecimals } from '../../dynamodb/decimal.js';
import { decimalOf, type KeyType, type KeyValue } from '../../dynamodb/key-value.js';
import { KEY_BYTES } from '../../dynamodb/limits.js';
import { SeenSymbols } from './alphabet.js';
import { type Alphabet, anyBetween, compareSymbols, middleSymbols, shareOfSymbols, type Symbols } from './symbols.js';

/**
 * What lies between two sort keys of one type. It learns from the keys that it is shown; what it learns changes which key it
 * takes for the middle, never whether that key lies between.
 */
export interface KeySpace {
  /** A key strictly between, as near the middle as can be told, that DynamoDB takes; undefined where none was found. */
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

/** Which symbols keys use. */
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

/** Scalar values are numbered without the gap of the surrogates, so that whatever lies between two of them is one as well. */
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
