import type { Progress } from '../../../api/status.js';
import { type Rates, secondsLeft } from './throughput.js';
import type { Style } from './style.js';
import { duration, items, number, rate } from './format.js';

/** What is drawn while it runs, and drawn again. */
export interface View {
  phase: 'counting' | 'deleting' | 'stopping';
  progress: Progress;
  /** What was counted before; undefined: only what was found so far is known. */
  total: number | undefined;
  rates: Rates;
  /** How often requests were refused, or done in part only. */
  throttled: number;
  throttledNow: boolean;
  /** Columns of the terminal. */
  width: number;
}

const BAR = { least: 10, most: 40, beside: 44 };
const INDENT = ' '.repeat(10);

/** Two lines at most, on a terminal that is wide enough. */
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
  return [`${paint('bold', 'Counting')}  ${said(parts, dot)}`];
}

function deleting(view: View, { paint, dot, full, empty }: Style): string[] {
  const { progress, rates, width } = view;
  const { itemsFound: found = 0, itemsDeleted: deleted = 0, writeUnits = 0, atLeast } = progress;
  const known = view.total !== undefined;
  // Items that came after the count belong to it too.
  const total = Math.max(view.total ?? 0, found);
  const share = total === 0 ? 0 : Math.min(1, deleted / total);
  const length = Math.max(BAR.least, Math.min(BAR.most, width - BAR.beside));
  const filled = Math.floor(share * length);
  const bar = paint('green', full.repeat(filled)) + paint('dim', empty.repeat(length - filled));
  const percent = known ? `${String(Math.floor(share * 100)).padStart(3)} %  ` : '';
  const amount = `${atLeast ? 'at least ' : ''}${number(deleted)} of ${items(total)}${known ? '' : ' found so far'}`;
  const stopping = view.phase === 'stopping';
  const all = known && found > 0 && deleted >= total;
  const title = stopping ? 'Stopping' : all ? 'Checking' : 'Deleting';
  const parts = stopping
    ? ['what is in flight is finished', 'Ctrl-C again ends it at once']
    : all
      ? ['a consistent read proves that nothing is left', `${number(writeUnits)} write units`]
      : [
          perSecond(rates.deleted, 'items'),
          perSecond(rates.writeUnits, 'write units', `${number(writeUnits)} in all`),
          eta(secondsLeft(total - deleted, rates.deleted), known),
        ];
  const times = view.throttled > 0 ? ` (${number(view.throttled)}×)` : '';
  if (view.throttledNow) parts.push(paint('yellow', `throttled${times}`));
  else if (view.throttled > 0) parts.push(`was throttled ${number(view.throttled)}×`);
  return [`${paint('bold', title)}  ${bar}  ${percent}${amount}`, `${INDENT}${said(parts, dot)}`];
}

const said = (parts: readonly (string | undefined)[], dot: string): string =>
  parts.filter((part) => part !== undefined).join(` ${dot} `);

const perSecond = (value: number | undefined, of: string, more?: string): string | undefined =>
  value === undefined ? more && `${of}: ${more}` : `${rate(value)} ${of}/s${more === undefined ? '' : `, ${more}`}`;

/** Where the total is only what was found so far, there may be more to do. */
const eta = (seconds: number | undefined, known: boolean): string =>
  seconds === undefined ? 'ETA unknown' : `ETA ${known ? '' : 'at least '}${duration(seconds)}`;
