import t from 'tap';
import { bash } from '../../../../src/cli/completion/bash.js';
import { SAMPLE } from './sample.js';

t.test('the script', async (t) => {
  const script = bash('my-tool', SAMPLE);
  for (const [reason, part] of [
    ['a function whose name bash takes', '_my_tool() {'],
    ['registered for the program', 'complete -F _my_tool my-tool\n'],
    ['the first word is a command', "compgen -W 'draw help --help --version' --"],
    [
      'choices after either flag',
      `        -o|--output) mapfile -t COMPREPLY < <(compgen -W 'svg png' -- "$cur"); return ;;`,
    ],
    ['files, whole with their folders', '        -f|--file) compopt -o filenames 2>/dev/null; mapfile'],
    ['a value that cannot be completed', '        --size) COMPREPLY=(); return ;;'],
    ['flags', "        -*) mapfile -t COMPREPLY < <(compgen -W '-o --output -f --file --size -h --help'"],
    ['flags where there is no argument', "        '') mapfile -t COMPREPLY < <(compgen -W '-o --output"],
    ['an argument', `        *) mapfile -t COMPREPLY < <(compgen -W 'draw' -- "$cur") ;;`],
  ] as const)
    t.ok(script.includes(part), reason);
  t.notMatch(script, /--help\) COMPREPLY/, 'a switch takes no value');
});
