/**
 * DynamoDB's numbers, which a JavaScript number cannot represent: up to 38 significant digits, magnitudes from 1E-130 to 9.9…E+125.
 * Source: "Supported data types and naming rules: Number" in DynamoDB's developer guide.
 */
const MAX_DIGITS = 38;
const MIN_MAGNITUDE = -130;
const MAX_MAGNITUDE = 125;

const FORM = /^([+-]?)(?:([0-9]+)\.?([0-9]*)|\.([0-9]+))(?:[eE]([+-]?[0-9]{1,9}))?$/;
/** Integers that are already in canonical form, as most numbers in keys are. */
const CANONICAL_INTEGER = /^(?:0|-?[1-9][0-9]{0,37})$/;

/** `coefficient × 10^exponent`, exact. */
export interface Decimal {
  coefficient: bigint;
  exponent: number;
}

const ZERO: Decimal = { coefficient: 0n, exponent: 0 };

/** @returns undefined if the text is not a number that DynamoDB can store */
export function parseDecimal(text: string): Decimal | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', bareFraction = '', power = '0'] = match;
  const written = whole + fraction + bareFraction;
  const significant = written.replace(/^0+/, '');
  const digits = significant.replace(/0+$/, '');
  if (digits === '') return ZERO;
  // Check the magnitude first, so that a coefficient is built only from digits that are known to be few.
  const magnitude = whole.length - 1 - (written.length - significant.length) + Number(power);
  if (!isInBounds(digits.length, magnitude)) return undefined;
  return { coefficient: BigInt(`${sign === '-' ? '-' : ''}${digits}`), exponent: magnitude - digits.length + 1 };
}

/** The canonical text of a number: plain decimal, as DynamoDB itself returns it. */
export function formatDecimal(value: Decimal): string {
  const { coefficient } = value;
  const digits = abs(coefficient).toString().replace(/0+$/, '');
  if (digits === '') return '0';
  const minus = coefficient < 0n ? '-' : '';
  const magnitude = magnitudeOf(value);
  if (magnitude < 0) return `${minus}0.${'0'.repeat(-magnitude - 1)}${digits}`;
  const whole = digits.slice(0, magnitude + 1).padEnd(magnitude + 1, '0');
  const fraction = digits.slice(magnitude + 1);
  return fraction === '' ? `${minus}${whole}` : `${minus}${whole}.${fraction}`;
}

/** Text in canonical form; undefined if it is not a number that DynamoDB can store. */
export function canonicalNumber(text: string): string | undefined {
  if (CANONICAL_INTEGER.test(text)) return text;
  const value = parseDecimal(text);
  return value && formatDecimal(value);
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
const digitsOf = ({ coefficient }: Decimal): number => abs(coefficient).toString().length;

/** The power of ten of the first digit: 0 for 1 to 9.99…, 2 for 100 to 999.99…. Undefined for zero. */
const magnitudeOf = (value: Decimal): number => value.exponent + digitsOf(value) - 1;

/** Both coefficients, scaled to the smaller exponent. */
function aligned(a: Decimal, b: Decimal): { a: bigint; b: bigint; exponent: number } {
  const exponent = Math.min(a.exponent, b.exponent);
  const scale = (value: Decimal) => value.coefficient * 10n ** BigInt(value.exponent - exponent);
  return { a: scale(a), b: scale(b), exponent };
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scaled = aligned(a, b);
  return scaled.a < scaled.b ? -1 : scaled.a > scaled.b ? 1 : 0;
}

const isInBounds = (digits: number, magnitude: number): boolean =>
  digits <= MAX_DIGITS && magnitude >= MIN_MAGNITUDE && magnitude <= MAX_MAGNITUDE;

/** Whether DynamoDB can store the number without rounding. */
export const isStorable = (value: Decimal): boolean =>
  value.coefficient === 0n || isInBounds(digitsOf(value), magnitudeOf(value));

const negated = ({ coefficient, exponent }: Decimal): Decimal => ({ coefficient: -coefficient, exponent });

function mean(lo: Decimal, hi: Decimal): Decimal {
  const { a, b, exponent } = aligned(lo, hi);
  return rounded({ coefficient: (a + b) * 5n, exponent: exponent - 1 });
}

/** Truncated, toward zero, to the digits that DynamoDB keeps. */
function rounded(value: Decimal): Decimal {
  const excess = digitsOf(value) - MAX_DIGITS;
  if (excess <= 0) return value;
  return { coefficient: value.coefficient / 10n ** BigInt(excess), exponent: value.exponent + excess };
}

/**
 * A number between two different ones, or one of the two if no number of 38 digits lies between them. If their magnitudes differ
 * by more than 2, the magnitude is halved rather than the value: half of 1E125 is as far from 1 as 1E125 itself.
 */
export function middleDecimal(lo: Decimal, hi: Decimal): Decimal {
  if (lo.coefficient < 0n && hi.coefficient > 0n)
    return Math.abs(magnitudeOf(lo) - magnitudeOf(hi)) > 2 ? ZERO : mean(lo, hi);
  if (hi.coefficient <= 0n) return negated(middleDecimal(negated(hi), negated(lo)));
  if (lo.coefficient === 0n) return mean(lo, hi);
  const [low, high] = [magnitudeOf(lo), magnitudeOf(hi)];
  return high - low > 2 ? { coefficient: 1n, exponent: Math.ceil((low + high) / 2) } : mean(lo, hi);
}

/** Where `at` lies between `lo` and `hi`, from 0 to 1. It serves only for estimates, so a float is precise enough. */
export function shareOfDecimals(lo: Decimal, at: Decimal, hi: Decimal): number {
  const whole = aligned(lo, hi);
  const part = aligned(lo, at);
  const exponent = Math.min(whole.exponent, part.exponent);
  const scaled = (value: bigint, from: number) => value * 10n ** BigInt(from - exponent);
  const distance = scaled(whole.b - whole.a, whole.exponent);
  return distance === 0n ? 1 : Number((scaled(part.b - part.a, part.exponent) * 1_000_000_000n) / distance) / 1e9;
}
