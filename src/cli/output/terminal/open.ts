import { createLogUpdate } from 'log-update';
import { clock } from '../../process/clock.js';
import { Screen } from './screen.js';
import { terminalStyle } from './style.js';

/** Some terminals do not report their size. */
const columnsOf = ({ columns }: { columns?: number }): number => columns ?? 80;

/** The screen of this process: drawn on stderr, with its summary on stdout. */
export function openScreen(env: NodeJS.ProcessEnv, signal: AbortSignal, table: () => string): Screen {
  return new Screen({
    draw: createLogUpdate(process.stderr),
    write: (text) => process.stdout.write(text),
    style: terminalStyle(env),
    width: () => columnsOf(process.stderr),
    now: () => clock.now(),
    every: (ms, act) => {
      const timer = setInterval(act, ms);
      return () => clearInterval(timer);
    },
    signal,
    table,
  });
}
