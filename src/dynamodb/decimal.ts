/** Significant digits that DynamoDB keeps of a number, and the least power of ten that one may begin with. */
const PRECISION = 38;
const LEAST_MAGNITUDE = -130;

/** `coefficient × 10^exponent`, exact. */
export interface Decimal {
  coefficient: bigint;
  exponent: number;
}

const FORM = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

/** @throws RangeError where the text is no number; without the text, which is a key's. */
export function parseDecimal(text: string): Decimal {
  const [, sign = '', whole = '', fraction = '', power = '0'] = FORM.exec(text) ?? [];
  if (whole + fraction === '') throw new RangeError('a sort key is no number');
  const coefficient = BigInt(whole + fraction);
  return { coefficient: sign === '-' ? -coefficient : coefficient, exponent: Number(power) - fraction.length };
}

export function formatDecimal({ coefficient, exponent }: Decimal): string {
  const text = coefficient.toString();
  const digits = text.replace(/0+$/, '');
  if (digits === '' || digits === '-') return '0';
  const power = exponent + (text.length - digits.length);
  return power === 0 ? digits : `${digits}E${power}`;
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
const digitsOf = ({ coefficient }: Decimal): number => abs(coefficient).toString().length;

/** The power of ten of the first digit: 0 for 1 to 9.99…, 2 for 100 to 999.99…. Not defined for zero. */
const magnitudeOf = (value: Decimal): number => value.exponent + digitsOf(value) - 1;

/** Both coefficients at the smaller of both exponents. */
export function aligned(a: Decimal, b: Decimal): { a: bigint; b: bigint; exponent: number } {
  const exponent = Math.min(a.exponent, b.exponent);
  const scale = (value: Decimal) => value.coefficient * 10n ** BigInt(value.exponent - exponent);
  return { a: scale(a), b: scale(b), exponent };
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const scaled = aligned(a, b);
  return scaled.a < scaled.b ? -1 : scaled.a > scaled.b ? 1 : 0;
}

/** Whether DynamoDB takes it: nothing lies between zero and 1E-130. */
export const isStorable = (value: Decimal): boolean =>
  value.coefficient === 0n || (digitsOf(value) <= PRECISION && magnitudeOf(value) >= LEAST_MAGNITUDE);

const negated = ({ coefficient, exponent }: Decimal): Decimal => ({ coefficient: -coefficient, exponent });

function mean(lo: Decimal, hi: Decimal): Decimal {
  const { a, b, exponent } = aligned(lo, hi);
  return rounded({ coefficient: (a + b) * 5n, exponent: exponent - 1 });
}

/** Cut to the digits that DynamoDB keeps, towards zero. */
function rounded(value: Decimal): Decimal {
  const excess = digitsOf(value) - PRECISION;
  if (excess <= 0) return value;
  return { coefficient: value.coefficient / 10n ** BigInt(excess), exponent: value.exponent + excess };
}

/**
 * A number between two that differ, or one of them where no number of 38 digits lies between. Where their magnitudes differ
 * by more than 2 the magnitude is halved and not the value: half of 1E125 is as far from 1 as 1E125 is.
 */
export function middleDecimal(lo: Decimal, hi: Decimal): Decimal {
  if (lo.coefficient < 0n && hi.coefficient > 0n) {
    return Math.abs(magnitudeOf(lo) - magnitudeOf(hi)) > 2 ? { coefficient: 0n, exponent: 0 } : mean(lo, hi);
  }
  if (hi.coefficient <= 0n) return negated(middleDecimal(negated(hi), negated(lo)));
  if (lo.coefficient === 0n) return mean(lo, hi);
  const [low, high] = [magnitudeOf(lo), magnitudeOf(hi)];
  return high - low > 2 ? { coefficient: 1n, exponent: Math.ceil((low + high) / 2) } : mean(lo, hi);
}

/** Where `at` lies between `lo` and `hi`, from 0 to 1. An estimate is made of it, so it may be a float. */
export function shareOfDecimals(lo: Decimal, at: Decimal, hi: Decimal): number {
  const whole = aligned(lo, hi);
  const part = aligned(lo, at);
  const exponent = Math.min(whole.exponent, part.exponent);
  const at10 = (value: bigint, from: number) => value * 10n ** BigInt(from - exponent);
  const distance = at10(whole.b - whole.a, whole.exponent);
  return distance === 0n ? 1 : Number((at10(part.b - part.a, part.exponent) * 1_000_000_000n) / distance) / 1e9;
}
