import { Argument, Command, Option } from 'commander';
import t from 'tap';
import { describeCommands } from '../../../../src/cli/completion/describe-commands.js';

const program = new Command('tool');
program
  .command('draw')
  .description('draw a picture')
  .addOption(new Option('-o, --output <format>', 'what to draw: a picture').choices(['svg', 'png']))
  .option('-f, --filename <file>', 'input (repeatable)')
  .option('--tls-key-file <value>', 'a key; secret')
  .option('--size [n]', 'how large')
  .option('--dry-run', 'draw nothing')
  .addOption(new Option('--hidden', 'not for people').hideHelp())
  .addArgument(new Argument('<colour>', 'which').choices(['red', 'blue']));
program.command('read').argument('<file>', 'what to read');
program.command('secret', { hidden: true });

const [draw, read, help, ...more] = describeCommands(program);

t.test('visible commands, and what their options take', async (t) => {
  t.match(draw, { name: 'draw', description: 'draw a picture' });
  t.same(more, [], 'a hidden command stays hidden');
  for (const [reason, flags, description, values] of [
    ['choices', ['-o', '--output'], 'what to draw', { kind: 'choices', choices: ['svg', 'png'] }],
    ['a file, by its placeholder', ['-f', '--filename'], 'input', { kind: 'file' }],
    ['a file, by its name', ['--tls-key-file'], 'a key', { kind: 'file' }],
    ['a value that may be left out', ['--size'], 'how large', { kind: 'any' }],
    ['a switch', ['--dry-run'], 'draw nothing', { kind: 'none' }],
    ['help', ['-h', '--help'], 'display help for command', { kind: 'none' }],
  ] as const)
    t.same(
      draw?.options.find((option) => option.flags.at(-1) === flags.at(-1)),
      { flags, description, values },
      reason,
    );
  t.notOk(
    draw?.options.some(({ flags }) => flags.includes('--hidden')),
    'a hidden option stays hidden',
  );
});

t.test('what their arguments take', async (t) => {
  for (const [reason, command, argument] of [
    ['choices', draw, { kind: 'choices', choices: ['red', 'blue'] }],
    ['a file', read, { kind: 'file' }],
    ['help takes a command, hidden or not', help, { kind: 'choices', choices: ['draw', 'read', 'secret'] }],
  ] as const)
    t.same(command?.argument, argument, reason);
  const [bare] = describeCommands(new Command('tool').addCommand(new Command('bare')));
  t.same(bare?.argument, { kind: 'none' }, 'nothing');
});
