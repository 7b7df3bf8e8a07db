import t from 'tap';
import { fish } from '../../../../src/cli/completion/fish.js';
import { SAMPLE } from './sample.js';

t.test('the script', async (t) => {
  const lines = fish('tool', SAMPLE).split('\n');
  const within = "complete -c tool -n '__fish_seen_subcommand_from draw'";
  for (const [reason, line] of [
    ['no files where none are wanted', 'complete -c tool -f'],
    ['a quote in a description', "complete -c tool -n '__fish_use_subcommand' -a draw -d 'draw a user\\'s picture'"],
    ['choices', `${within} -s o -l output -xa 'svg png' -d 'what: [svg]'`],
    ['files', `${within} -s f -l file -rF -d 'input'`],
    ['any value', `${within} -l size -x -d 'how large'`],
    ['a switch', `${within} -s h -l help -d 'show help'`],
    ['an argument', "complete -c tool -n '__fish_seen_subcommand_from help' -xa 'draw'"],
  ] as const)
    t.ok(lines.includes(line), reason);
});

t.test('a backslash stays one', async (t) => {
  const [draw] = SAMPLE;
  t.match(fish('tool', [{ ...draw!, description: 'C:\\x' }]), "-d 'C:\\\\x'");
});
