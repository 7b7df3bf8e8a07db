import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { arrivedWhole } from '../../../../src/cli/process/raw-text.js';

const LATIN_1 = Buffer.from([0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72]);
const read = (...entries: readonly (string | Buffer)[]) => {
  const bytes = Buffer.concat(entries.flatMap((entry) => [Buffer.from(entry), Buffer.from([0])]));
  return (file: string): Buffer => (file.endsWith('environ') ? bytes : Buffer.from('node\0dynamoctl\0'));
};

for (const [why, text, source, whole] of [
  ['no character in doubt: nothing is read', 'Müller', () => Buffer.from(LATIN_1), true],
  ['the character itself', 'M\ufffdller', read('KEY=M\ufffdller'), true],
  ['a byte that is none', 'M\ufffdller', read(Buffer.concat([Buffer.from('KEY='), LATIN_1])), false],
  ['such a byte in another variable', '\ufffd', read(Buffer.from([0x58, 0x3d, 0xfc]), 'KEY=\ufffd'), true],
  [
    'a system that does not tell',
    'M\ufffdller',
    () => {
      throw new Error('ENOENT');
    },
    false,
  ],
] as const)
  t.test(why, async (t) => t.equal(arrivedWhole(text, 'KEY', source), whole));

const ENTRY = fileURLToPath(new URL('../../../../src/cli/dynamoctl.ts', import.meta.url));
const command = [process.execPath, '--no-warnings', '--import', import.meta.resolve('tsx'), ENTRY, 'delete-partition'];

/** Ü in Latin-1 is no UTF-8. Only a shell can give a program such bytes. */
for (const [what, words] of [
  ['--partition-value', '-p "$key"'],
  ['--sort-key-begins-with', '-p x --sort-key-begins-with "$key"'],
  ['DYNAMOCTL_PARTITION_VALUE', ''],
] as const)
  t.test(`${what} in another encoding is refused, and not looked for as something else`, async (t) => {
    const script = `key=$(printf 'M\\374ller'); ${words === '' ? 'DYNAMOCTL_PARTITION_VALUE=$key ' : ''}exec "$@" -t Orders -s ${words}`;
    const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', ...command], { encoding: 'utf8' });
    t.equal(status, 2, stderr);
    t.match(stderr, `${what}: is not UTF-8`);
    t.notMatch(stderr, /ller/);
  });
