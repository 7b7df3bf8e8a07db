import { createInterface } from 'node:readline';

/** Whether there is a person to ask. */
export const isAtTerminal = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Whether a picture can be drawn: a person looks at both streams, on a terminal whose cursor moves. Else JSON lines it is. */
export const canDraw = ({ TERM }: NodeJS.ProcessEnv): boolean =>
  process.stdout.isTTY === true && process.stderr.isTTY === true && TERM !== 'dumb';

/** Asks a yes-or-no question at the terminal; anything but yes, Ctrl-C and the end of input included, is no. */
export function confirm(question: string): Promise<boolean> {
  return new Promise((resolve) => {
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    let yes = false;
    prompt.on('close', () => resolve(yes));
    prompt.on('SIGINT', () => prompt.close());
    prompt.question(`${question} [y/N] `, (answer) => {
      yes = /^y(es)?$/i.test(answer.trim());
      prompt.close();
    });
  });
}

/** A text for the terminal: what could move its cursor is shown, not sent. */
export const printable = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
