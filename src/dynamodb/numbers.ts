/**
 * DynamoDB's numbers, which no JavaScript number can hold: up to 38 significant digits, magnitudes from 1E-130 to 9.9…E+125.
 * Source: "Naming rules and data types: Number" in DynamoDB's developer guide.
 */
const NUMBER = /^([+-]?)(?:([0-9]+)\.?([0-9]*)|\.([0-9]+))(?:[eE]([+-]?[0-9]{1,9}))?$/;
const MAX_DIGITS = 38;
const MIN_EXPONENT = -130;
const MAX_EXPONENT = 125;

interface Decimal {
  sign: -1 | 0 | 1;
  /** Significant digits, without zeros at either end. */
  digits: string;
  /** Power of ten of the first digit. */
  exponent: number;
}

/** @returns undefined where the text is no number, or one that DynamoDB cannot store */
function parseDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', part = '', bare = '', power = '0'] = match;
  const all = whole + part + bare;
  const leading = /^0*/.exec(all)![0].length;
  const digits = all.slice(leading).replace(/0+$/, '');
  if (digits === '') return { sign: 0, digits: '', exponent: 0 };
  const exponent = whole.length - 1 - leading + Number(power);
  if (digits.length > MAX_DIGITS || exponent < MIN_EXPONENT || exponent > MAX_EXPONENT) return undefined;
  return { sign: sign === '-' ? -1 : 1, digits, exponent };
}

/** The one text of a number: plain decimal, as DynamoDB itself answers it. Undefined where it is none. */
export function canonicalNumber(text: string): string | undefined {
  const decimal = parseDecimal(text);
  if (!decimal) return undefined;
  const { sign, digits, exponent } = decimal;
  if (sign === 0) return '0';
  const minus = sign < 0 ? '-' : '';
  if (exponent < 0) return `${minus}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const part = digits.slice(exponent + 1);
  return part === '' ? `${minus}${whole}` : `${minus}${whole}.${part}`;
}

/** Order of two numbers, as of a sort key: negative, zero or positive. Both must be numbers. */
export function compareNumbers(a: string, b: string): number {
  const [x, y] = [parseDecimal(a)!, parseDecimal(b)!];
  if (x.sign !== y.sign) return x.sign - y.sign;
  const magnitude = x.exponent - y.exponent || (x.digits < y.digits ? -1 : x.digits > y.digits ? 1 : 0);
  return magnitude * x.sign;
}
