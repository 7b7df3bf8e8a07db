/**
 * The picture in the README, recorded from a real run: `npm run picture`. dynalite and a throttling proxy stand in for DynamoDB,
 * and tmux is the terminal; what it shows in mid-run, including colors (`tmux capture-pane -e`), becomes docs/terminal.svg.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { svgOf } from './ansi-to-svg.js';
import { startScene, terminalEnv } from './scene.js';

const FILE = new URL('../../../docs/terminal.svg', import.meta.url);
const COLUMNS = 112;
const ROWS = 10;
/** As it looks after `npm link`, for a table on this machine. Only the command line is made up; the rest is the real run's. */
const SHOWN = 'dynamoctl delete-partition -t Orders -p TESTTENANTID -e';

const scene = await startScene({
  latency: () => 25,
  limits: { Orders: { range: { unitsPerSecond: 400, burstSeconds: 0.25 } } },
});
await scene.fill('TESTTENANTID', 4000);
const socket = join(mkdtempSync(join(tmpdir(), 'dynamoctl-')), 'tmux');
const tmux = (...args: string[]): string =>
  execFileSync('tmux', ['-u', '-S', socket, ...args], { encoding: 'utf8', env: terminalEnv() });
const tooLong = setTimeout(() => {
  throw new Error(`no mid-run to be seen: ${tmux('capture-pane', '-p')}`);
}, 120_000);
try {
  const env = Object.entries(terminalEnv()).flatMap(([name, value]) =>
    name === 'TERM' ? [] : ['-e', `${name}=${value}`],
  );
  const prompt = `printf '$ %s\\n' '${SHOWN} ${scene.proxy.url}'`;
  const size = ['-x', String(COLUMNS), '-y', String(ROWS)];
  tmux('-f', '/dev/null', 'new-session', '-d', ...size, ...env, `${prompt}; ${scene.command('TESTTENANTID')}; cat`);
  await shows(/\[y\/N\]/);
  tmux('send-keys', 'y', 'Enter');
  // Two fifths to four fifths done, and at this moment throttled.
  await shows(/ [4-7]\d %[^]*throttled \(/);
  const screen = tmux('capture-pane', '-p', '-e');
  mkdirSync(new URL('.', FILE), { recursive: true });
  writeFileSync(FILE, svgOf(screen, COLUMNS));
  console.log(screen);
} finally {
  clearTimeout(tooLong);
  tmux('kill-server');
  await scene.stop();
}

async function shows(text: RegExp): Promise<void> {
  while (!text.test(tmux('capture-pane', '-p'))) await new Promise((resolve) => setTimeout(resolve, 50));
}
