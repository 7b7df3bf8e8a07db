import { Argument, Command } from 'commander';
import { describeCommands } from '../completion/describe-commands.js';
import { bash } from '../completion/bash.js';
import { fish } from '../completion/fish.js';
import { zsh } from '../completion/zsh.js';

const SHELLS = { bash, zsh, fish } as const;
type Shell = keyof typeof SHELLS;

/**
 * `dynamoctl completion`: a script made from the commands themselves, so that it cannot say what they do not. A script
 * rather than a callback: no process is started at each TAB.
 */
export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      `
For this session:
  bash  source <(dynamoctl completion bash)
  zsh   source <(dynamoctl completion zsh)
  fish  dynamoctl completion fish | source

For all to come, the output goes to:
  bash  ~/.local/share/bash-completion/completions/dynamoctl
  zsh   a file _dynamoctl in a directory of $fpath
  fish  ~/.config/fish/completions/dynamoctl.fish`,
    )
    .action((shell: Shell) => {
      process.stdout.write(SHELLS[shell](program.name(), describeCommands(program)));
    });
}
