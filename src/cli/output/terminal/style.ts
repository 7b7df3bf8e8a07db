import { Command } from 'commander';
import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** What a terminal can show. */
export interface Style {
  /** The text with color codes around it, if colors are used. */
  paint: (format: Format, text: string) => string;
  /** A cell of the progress bar that is done, and one that is not. */
  full: string;
  empty: string;
  /** Separates two values on a line. */
  dot: string;
  /** Marks a run that succeeded, and one that failed. */
  done: string;
  failed: string;
}

const SIGNS = {
  unicode: { full: '█', empty: '░', dot: '·', done: '✔', failed: '✘' },
  ascii: { full: '#', empty: '-', dot: '|', done: 'OK', failed: 'FAILED' },
} as const;

interface Abilities {
  /** Whether to use colors. */
  colors: boolean;
  /** Whether characters beyond ASCII can be shown. */
  unicode: boolean;
}

export function styleWith({ colors, unicode }: Abilities): Style {
  return {
    // Empty text stays empty, without color codes.
    paint: (format, text) => (colors && text !== '' ? styleText(format, text, { validateStream: false }) : text),
    ...SIGNS[unicode ? 'unicode' : 'ascii'],
  };
}

/**
 * The style for this process's terminal. It uses colors if commander does in its help texts, which depends on NO_COLOR,
 * FORCE_COLOR and CLICOLOR_FORCE, or else on the terminal. CLICOLOR=0 turns them off too.
 * Sources: https://no-color.org, https://bixense.com/clicolors
 */
export function terminalStyle(env: NodeJS.ProcessEnv): Style {
  const forced = Boolean(env.FORCE_COLOR ?? env.CLICOLOR_FORCE);
  const wanted = new Command().configureOutput().getErrHasColors?.() ?? false;
  return styleWith({ colors: wanted && (forced || env.CLICOLOR !== '0'), unicode: takesUnicode(env) });
}

/** The locale decides. If none is set, as on Windows and in most containers, today's terminals can be expected to show Unicode. */
function takesUnicode({ LC_ALL, LC_CTYPE, LANG, TERM }: NodeJS.ProcessEnv): boolean {
  if (TERM === 'linux') return false;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '');
  return locale === undefined || /utf-?8/i.test(locale);
}
