import type { createLogUpdate } from 'log-update';
import type { AttemptOutcome } from '../../../deletion/outcome.js';
import type { Attempt, RunOutput } from '../output.js';
import { frame } from './frame.js';
import { Meter } from './throughput.js';
import type { Style } from './style.js';
import { summary } from './summary.js';

/** How often the screen is drawn, in milliseconds. */
const DRAW_MS = 100;

export interface ScreenOptions {
  /** Replaces what was drawn before; `persist` prints above it. */
  draw: ReturnType<typeof createLogUpdate>;
  /** Prints the summary. */
  write: (text: string) => void;
  style: Style;
  /** Columns of the terminal; they change when it is resized. */
  width: () => number;
  /** Milliseconds, monotonic. */
  now: () => number;
  /** Calls back every `ms` milliseconds until the returned function is called. */
  every: (ms: number, act: () => void) => () => void;
  /** Aborted once the run is asked to stop. */
  signal: AbortSignal;
  /** Table, region and endpoint, for the summary. */
  table: () => string;
}

/** Shows a run to a person at a terminal. Log lines are printed above the progress bar, so that they do not break it. */
export class Screen implements RunOutput {
  readonly log: RunOutput['log'] = {
    info: (fields, message) => this.#print(message, fields, 'info'),
    warn: (fields, message) => this.#print(message, fields, 'warn'),
  };
  readonly #printed = new Set<string>();
  #took = 0;
  #throttled = 0;
  #redraw: () => void = () => {};

  constructor(private readonly options: ScreenOptions) {}

  showProgress({ mode, progress, throttled, counted }: Attempt): () => void {
    const { draw, style, width, now, every, signal } = this.options;
    const meter = new Meter();
    const began = now();
    this.#redraw = () => {
      const view = { progress: progress(), total: counted(), throttled: throttled(), width: width() };
      const phase = signal.aborted ? 'stopping' : mode;
      const throttledNow = meter.isThrottled(now());
      draw(frame({ ...view, phase, rates: meter.rates(), throttledNow }, style));
    };
    const look = (): void => {
      meter.sample(now(), progress(), throttled());
      this.#redraw();
    };
    look();
    const stop = every(DRAW_MS, look);
    return () => {
      stop();
      this.#redraw = () => {};
      // The time that a person takes to answer the prompt does not count.
      this.#took = now() - began;
      this.#throttled = throttled();
      draw.clear();
      draw.done();
    };
  }

  showOutcome(outcome: AttemptOutcome): void {
    const { write, style, table } = this.options;
    write(`${summary({ outcome, table: table(), took: this.#took, throttled: this.#throttled }, style)}\n`);
  }

  #print(message: string, fields: object, level: 'info' | 'warn'): void {
    const { draw, style } = this.options;
    const text = `${message}${inBrackets(fields)}`;
    // The count and the deletion log the same facts about the table: print them once.
    if (level === 'info' && this.#printed.has(text)) return;
    this.#printed.add(text);
    draw.persist(level === 'warn' ? style.paint('yellow', `warning: ${text}`) : style.paint('dim', text));
    this.#redraw();
  }
}

/** Formats a log line's fields for a person: only those that are set, without quotes and braces. */
function inBrackets(fields: object): string {
  const parts = Object.entries(fields).flatMap(([name, value]) => {
    const text = asText(value);
    if (text === '' || value === false) return [];
    return value === true ? [spaced(name)] : [`${spaced(name)} ${text}`];
  });
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') return Object.values(value).map(asText).join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `globalSecondaryIndexes` → `global secondary indexes` */
const spaced = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
