import t from 'tap';
import { spawnSync } from 'node:child_process';
import { styleWith } from '../../../../../src/cli/output/terminal/style.js';

/** The established conventions. Sources: https://no-color.org, https://bixense.com/clicolors; without a terminal there are none by default. */
const MANNERS: readonly { env: Record<string, string>; colors: boolean }[] = [
  { env: {}, colors: false },
  { env: { FORCE_COLOR: '1' }, colors: true },
  { env: { CLICOLOR_FORCE: '1' }, colors: true },
  { env: { CLICOLOR_FORCE: '1', CLICOLOR: '0' }, colors: true },
  { env: { NO_COLOR: '1', FORCE_COLOR: '1' }, colors: false },
];

t.test('colours: NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE', async (t) => {
  const module = new URL('../../../../../src/cli/output/terminal/style.ts', import.meta.url).href;
  const code = `import { terminalStyle } from '${module}'; console.log(JSON.stringify(terminalStyle(process.env).paint('red', 'x')))`;
  for (const { env, colors } of MANNERS) {
    const args = ['--no-warnings', '--import', import.meta.resolve('tsx'), '--input-type=module', '-e', code];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      env: { PATH: process.env.PATH, ...env },
      encoding: 'utf8',
    });
    t.equal(stdout.trim(), JSON.stringify(colors ? '\u001b[31mx\u001b[39m' : 'x'), `${JSON.stringify(env)} ${stderr}`);
  }
});

t.test('nothing is coloured where there is nothing', async (t) => {
  t.equal(styleWith({ colors: true, unicode: true }).paint('red', ''), '');
});
