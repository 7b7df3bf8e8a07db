import type { createLogUpdate } from 'log-update';
import type { Attempt, RunOutput } from '../output.js';
import { frame } from './frame.js';
import { Meter } from './throughput.js';
import type { Style } from './style.js';
import { summary } from './summary.js';

/** How often it is drawn, in milliseconds. */
const DRAW_MS = 100;

export interface ScreenOptions {
  /** Draws over what it drew before; `persist` writes above it. */
  draw: ReturnType<typeof createLogUpdate>;
  /** Where the summary goes. */
  write: (text: string) => void;
  style: Style;
  /** Columns of the terminal, which may change. */
  width: () => number;
  /** Milliseconds, monotonic. */
  now: () => number;
  /** Calls back every so many milliseconds, until the function that it returns is called. */
  every: (ms: number, act: () => void) => () => void;
  /** Aborted once it is asked to stop. */
  signal: AbortSignal;
  /** Which table, where. */
  table: () => string;
}

/** Tells a run to a person at a terminal. No line of the log tears what is drawn: each goes above it. */
export class Screen implements RunOutput {
  readonly log: RunOutput['log'] = {
    info: (fields, message) => this.#say(message, fields, 'info'),
    warn: (fields, message) => this.#say(message, fields, 'warn'),
  };
  readonly #said = new Set<string>();
  #took = 0;
  #throttled = 0;
  #redraw: () => void = () => {};

  constructor(private readonly options: ScreenOptions) {}

  follow({ mode, progress, throttled, counted }: Attempt): () => void {
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
      meter.look(now(), progress(), throttled());
      this.#redraw();
    };
    look();
    const stop = every(DRAW_MS, look);
    return () => {
      stop();
      this.#redraw = () => {};
      // The question that may come next takes what the count took, and no more.
      this.#took = now() - began;
      this.#throttled = throttled();
      draw.clear();
      draw.done();
    };
  }

  end(outcome: Parameters<RunOutput['end']>[0]): void {
    const { write, style, table } = this.options;
    write(`${summary({ outcome, table: table(), took: this.#took, throttled: this.#throttled }, style)}\n`);
  }

  #say(message: string, fields: object, level: 'info' | 'warn'): void {
    const { draw, style } = this.options;
    const text = `${message}${inBrackets(fields)}`;
    // A second attempt finds the same table.
    if (level === 'info' && this.#said.has(text)) return;
    this.#said.add(text);
    draw.persist(level === 'warn' ? style.paint('yellow', `warning: ${text}`) : style.paint('dim', text));
    this.#redraw();
  }
}

/** What of a log line's fields a person can use: what is set, without quotes and braces. */
function inBrackets(fields: object): string {
  const said = Object.entries(fields).flatMap(([name, value]) => {
    const text = asText(value);
    if (text === '' || value === false) return [];
    return value === true ? [spaced(name)] : [`${spaced(name)} ${text}`];
  });
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

const asText = (value: unknown): string =>
  typeof value === 'object'
    ? Object.values(value ?? {})
        .map(asText)
        .join(' ')
    : String(value ?? '');

/** `globalSecondaryIndexes` → `global secondary indexes` */
const spaced = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
