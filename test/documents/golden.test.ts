import { readFileSync } from 'node:fs';
import t from 'tap';
import { runDynamoctl, startDynamoctl } from '../support/worker-process.js';
import { goldenFiles, helpTexts } from './golden.js';

t.test('the golden files are the help texts (else: npm run generate)', async (t) => {
  t.strictSame(Object.fromEntries(goldenFiles()), Object.fromEntries(await helpTexts()));
});

t.test('and what the process prints, with both ways to ask', async (t) => {
  for (const [name, text] of goldenFiles()) {
    const command = name.replace('.txt', '');
    const own = command === 'dynamoctl';
    for (const args of own
      ? [['--help'], ['help']]
      : [
          [command, '--help'],
          ['help', command],
        ]) {
      const { code, stdout, stderr } = await runDynamoctl(args);
      t.equal(code, 0, `${args.join(' ')}: ${stderr}`);
      t.equal(stdout, text, args.join(' '));
    }
  }
});

t.test('--version is the version of the package', async (t) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  for (const flag of ['-V', '--version']) t.match(await runDynamoctl([flag]), { code: 0, stdout: `${version}\n` });
});

t.test('a reader that has had enough is no reason for a stack trace', async (t) => {
  const { child, ended } = startDynamoctl(['completion', 'bash']);
  child.stdout!.destroy();
  t.match(await ended, { code: 141, stderr: '' });
});
