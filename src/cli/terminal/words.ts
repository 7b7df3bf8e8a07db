/** Numbers and times as a person reads them. */
const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const SMALL = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

export const number = (value: number): string => NUMBER.format(value);

export const items = (count: number): string => (count === 1 ? '1 item' : `${number(count)} items`);

/** A rate per second: with one decimal where it is so slow that this tells something. */
export const rate = (perSecond: number): string => (perSecond < 10 ? SMALL : NUMBER).format(perSecond);

/** Seconds as the two largest of hours, minutes and seconds. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${SMALL.format(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${number(h)} h ${m} min` : `${m} min ${s} s`;
}
