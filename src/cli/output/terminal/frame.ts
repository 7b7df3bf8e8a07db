import type { Progress } from '../../../api/status.js';
import { type Rates, secondsLeft } from './throughput.js';
import type { Style } from './style.js';
import { duration, items, number, rate, writeUnits } from './format.js';

/** What a frame shows. */
export interface View {
  phase: 'counting' | 'deleting' | 'stopping';
  progress: Progress;
  /** The number of items counted beforehand; undefined if only those found so far are known. */
  total: number | undefined;
  rates: Rates;
  /** The number of requests that were throttled, wholly or in part. */
  throttled: number;
  throttledNow: boolean;
  /** Columns of the terminal. */
  width: number;
}

const BAR = { least: 10, most: 40, beside: 44 };
const INDENT = ' '.repeat(10);

/** The text of a frame: at most two lines on a sufficiently wide terminal. */
export function frame(view: View, style: Style): string {
  const lines = view.phase === 'counting' ? counting(view, style) : deleting(view, style);
  return lines.join('\n');
}

function counting({ progress, rates }: View, { paint, dot }: Style): string[] {
  const parts = [
    `${items(progress.itemsFound ?? 0)} found`,
    perSecond(rates.found, 'items'),
    `${number(progress.readUnits ?? 0)} read units`,
  ];
  return [`${paint('bold', 'Counting')}  ${joined(parts, dot)}`];
}

function deleting(view: View, style: Style): string[] {
  const { progress, width, phase } = view;
  const { itemsFound: found = 0, itemsDeleted: deleted = 0, atLeast } = progress;
  // The total includes items that were added after the count.
  const total = Math.max(view.total ?? 0, found);
  const isCounted = view.total !== undefined;
  const share = total === 0 ? 0 : Math.min(1, deleted / total);
  const percent = isCounted ? `${String(Math.floor(share * 100)).padStart(3)} %  ` : '';
  const amount = `${atLeast ? 'at least ' : ''}${number(deleted)} of ${items(total)}${isCounted ? '' : ' found so far'}`;
  const allDeleted = isCounted && found > 0 && deleted >= total;
  const { title, parts } =
    phase === 'stopping' ? STOPPING : allDeleted ? checking(view) : working(view, total - deleted);
  return [
    `${style.paint('bold', title)}  ${bar(share, width, style)}  ${percent}${amount}`,
    `${INDENT}${joined([...parts, throttling(view, style)], style.dot)}`,
  ];
}

/** The title of a frame, and the parts of its second line. */
interface Lines {
  title: string;
  parts: (string | undefined)[];
}

const STOPPING: Lines = {
  title: 'Stopping',
  parts: ['finishing in-flight requests', 'press Ctrl-C again to quit now'],
};

const checking = ({ progress }: View): Lines => ({
  title: 'Checking',
  parts: ['a consistent read proves that nothing is left', `${writeUnits(progress)} write units`],
});

const working = ({ progress, rates, total }: View, remaining: number): Lines => ({
  title: 'Deleting',
  parts: [
    perSecond(rates.deleted, 'items'),
    perSecond(rates.writeUnits, 'write units', `${writeUnits(progress)} in all`),
    leaves(progress),
    eta(secondsLeft(remaining, rates.deleted), total !== undefined),
  ],
});

const leaves = ({ capacityLeftPercent: left }: Progress): string | undefined =>
  left === undefined ? undefined : `leaves ${left} % of the table`;

function bar(share: number, width: number, { paint, full, empty }: Style): string {
  const length = Math.max(BAR.least, Math.min(BAR.most, width - BAR.beside));
  const filled = Math.floor(share * length);
  return paint('green', full.repeat(filled)) + paint('dim', empty.repeat(length - filled));
}

function throttling({ throttled, throttledNow }: View, { paint }: Style): string | undefined {
  const times = throttled > 0 ? ` (${number(throttled)}×)` : '';
  if (throttledNow) return paint('yellow', `throttled${times}`);
  return throttled > 0 ? `was throttled ${number(throttled)}×` : undefined;
}

const joined = (parts: readonly (string | undefined)[], dot: string): string =>
  parts.filter((part) => part !== undefined).join(` ${dot} `);

const perSecond = (value: number | undefined, of: string, more?: string): string | undefined =>
  value === undefined ? more && `${of}: ${more}` : `${rate(value)} ${of}/s${more === undefined ? '' : `, ${more}`}`;

/** If the total includes only what was found so far, there may be more to delete. */
const eta = (seconds: number | undefined, known: boolean): string =>
  seconds === undefined ? 'ETA unknown' : `ETA ${known ? '' : 'at least '}${duration(seconds)}`;
