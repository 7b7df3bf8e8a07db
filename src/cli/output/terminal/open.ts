import { createLogUpdate } from 'log-update';
import { clock } from '../../process/clock.js';
import { Screen } from './screen.js';
import { terminalStyle } from './style.js';

/** The screen of this process: drawn on stderr, its last word on stdout. */
export function openScreen(env: NodeJS.ProcessEnv, signal: AbortSignal, table: () => string): Screen {
  return new Screen({
    draw: createLogUpdate(process.stderr),
    write: (text) => process.stdout.write(text),
    style: terminalStyle(env),
    width: () => process.stderr.columns ?? 80,
    now: () => clock.now(),
    every: (ms, act) => {
      const timer = setInterval(act, ms);
      return () => clearInterval(timer);
    },
    signal,
    table,
  });
}
