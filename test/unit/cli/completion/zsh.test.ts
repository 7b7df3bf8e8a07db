import t from 'tap';
import { zsh } from '../../../../src/cli/completion/zsh.js';
import { SAMPLE } from './sample.js';

t.test('the script', async (t) => {
  const script = zsh('tool', SAMPLE);
  for (const [reason, part] of [
    ['in a directory of fpath', '#compdef tool\n'],
    ['or sourced', 'else compdef _tool tool; fi\n'],
    ['a quote in a description', "      'draw:draw a user'\\''s picture'\n"],
    ['choices; brackets and colons are escaped', "'(-o --output)'{-o,--output}'[what\\: \\[svg\\]]:value:(svg png)'"],
    ['files', "'(-f --file)'{-f,--file}'[input]:file:_files'"],
    ['a flag without a short form', "        --size'[how large]:value: ' \\\n"],
    ['a switch ends the list', "        '(-h --help)'{-h,--help}'[show help]'\n      ;;"],
    ['an argument', "    help)\n      _arguments \\\n        '1:value:(draw)'\n"],
  ] as const)
    t.ok(script.includes(part), reason);
});
