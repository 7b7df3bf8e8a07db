import { createInterface } from 'node:readline';

/** Node.js leaves `isTTY` undefined on streams that are not terminals. */
const isTerminal = ({ isTTY }: { isTTY?: boolean }): boolean => isTTY === true;

/** Whether there is a person to ask. */
export const isAtTerminal = (): boolean => isTerminal(process.stdin) && isTerminal(process.stderr);

/** Whether a progress bar can be drawn: both streams are terminals, and their cursor can move. Otherwise JSON lines are logged. */
export const canDraw = ({ TERM }: NodeJS.ProcessEnv): boolean =>
  isTerminal(process.stdout) && isTerminal(process.stderr) && TERM !== 'dumb';

/**
 * Asks a yes-or-no question at the terminal. Anything but yes means no, including Ctrl-C and the end of input.
 * @param stopping - aborts when there is no time left for an answer
 */
export function confirm(question: string, stopping?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const prompt = createInterface({
      input: process.stdin,
      output: process.stderr,
      ...(stopping && { signal: stopping }),
    });
    let yes = false;
    prompt.on('close', () => resolve(yes));
    prompt.on('SIGINT', () => prompt.close());
    prompt.question(`${question} [y/N] `, (answer) => {
      yes = /^y(es)?$/i.test(answer.trim());
      prompt.close();
    });
  });
}

/** Makes text safe to print on a terminal: escapes or replaces characters that could move the cursor. */
export const printable = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
