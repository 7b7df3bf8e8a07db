import type { Progress } from '../../../api/status.js';

let formats: Record<'whole' | 'small', Intl.NumberFormat> | undefined;

/** Created on first use: creating them takes 20 ms, which would delay the start of a Job. */
const format = (precision: 'whole' | 'small', value: number): string =>
  (formats ??= {
    whole: new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 }),
    small: new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 }),
  })[precision].format(value);

export const number = (value: number): string => format('whole', value);

export const items = (count: number): string => (count === 1 ? '1 item' : `${number(count)} items`);

/** What was consumed: "about" where not every write was measured. */
export const writeUnits = ({ writeUnits: units = 0, writeUnitsEstimated }: Progress): string =>
  `${writeUnitsEstimated ? 'about ' : ''}${number(units)}`;

/** A rate per second, with one decimal if it is small. */
export const rate = (perSecond: number): string => format(perSecond < 10 ? 'small' : 'whole', perSecond);

/** A duration in its two largest units: hours and minutes, or minutes and seconds. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${format('small', seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${number(h)} h ${m} min` : `${m} min ${s} s`;
}
