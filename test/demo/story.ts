/** The demo's output: steps, commands, what they print, and claims that are checked. */

const COLORS = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code: number) => (text: string) => (COLORS ? `\u001b[${code}m${text}\u001b[0m` : text);
const [bold, dim, red, green, cyan] = [paint(1), paint(2), paint(31), paint(32), paint(36)];

const INDENT = '   ';
const LOG_WIDTH = 116;

let steps = 0;
const failures: string[] = [];

export function title(...lines: string[]): void {
  const [first = '', ...rest] = lines;
  console.log(`\n${bold(first)}`);
  for (const line of rest) console.log(dim(line));
}

export function step(text: string): void {
  console.log(`\n${bold(`${++steps}. ${text}`)}`);
}

export function command(text: string): void {
  console.log(`${INDENT}${cyan(`$ ${text}`)}`);
}

export function print(lines: readonly string[]): void {
  for (const line of lines) console.log(`${INDENT}${line}`);
}

/** JSON lines of a log without some of their fields, broken to the width of a page. */
export function log(lines: readonly string[], without: readonly string[]): void {
  for (const line of lines) {
    const entries = Object.entries(JSON.parse(line) as object).filter(([field]) => !without.includes(field));
    const text = JSON.stringify(Object.fromEntries(entries));
    for (let at = 0; at < text.length; at += LOG_WIDTH)
      console.log(`${INDENT}${at === 0 ? '' : '  '}${dim(text.slice(at, at + LOG_WIDTH))}`);
  }
}

/** Prints a claim, and whether it holds. */
export function claim(text: string, holds: boolean): void {
  console.log(`${INDENT}${holds ? green('✔') : red('✘')} ${text}`);
  if (!holds) failures.push(text);
}

/** Prints the conclusion. @returns the exit code */
export function verdict(): number {
  const told = failures.length === 0 ? green('All of it holds.') : red(`Not so: ${failures.join('; ')}`);
  console.log(`\n${bold(told)}\n`);
  return failures.length === 0 ? 0 : 1;
}
