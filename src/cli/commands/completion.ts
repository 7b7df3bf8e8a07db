import { Argument, Command } from 'commander';
import { describeCommands } from '../completion/describe-commands.js';
import { bash } from '../completion/bash.js';
import { fish } from '../completion/fish.js';
import { zsh } from '../completion/zsh.js';

const SHELLS = { bash, zsh, fish } as const;
type Shell = keyof typeof SHELLS;

/**
 * `dynamoctl completion`: prints a script generated from the commands themselves, so that the two always agree. It is a static
 * script rather than a callback, so pressing TAB does not start a process.
 */
export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      `
For the current session:
  bash  source <(dynamoctl completion bash)
  zsh   source <(dynamoctl completion zsh)
  fish  dynamoctl completion fish | source

For every session, save the output to:
  bash  ~/.local/share/bash-completion/completions/dynamoctl
  zsh   a file _dynamoctl in a directory of $fpath
  fish  ~/.config/fish/completions/dynamoctl.fish`,
    )
    .action((shell: Shell) => {
      process.stdout.write(SHELLS[shell](program.name(), describeCommands(program)));
    });
}
