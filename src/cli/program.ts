import { Command } from 'commander';
import { deletePartitionCommand } from './commands/delete-partition.js';
import { version } from './process/version.js';

/** The commands, each loaded only when needed: a worker starts in a fraction of the time that loading the operator's libraries takes. */
const COMMANDS: Readonly<Record<string, (program: Command) => Promise<Command>>> = {
  'delete-partition': () => Promise.resolve(deletePartitionCommand()),
  operator: async () => (await import('./commands/operator.js')).operatorCommand(),
  render: async () => (await import('./commands/render.js')).renderCommand(),
  'verify-receipt': async () => (await import('./commands/verify-receipt.js')).verifyReceiptCommand(),
  prune: async () => (await import('./commands/prune.js')).pruneCommand(),
  completion: async (program) => (await import('./commands/completion.js')).completionCommand(program),
};

/** Only for the Helm chart's hooks, so neither help nor completion lists them. */
const HIDDEN: typeof COMMANDS = { check: async () => (await import('./commands/chart-hooks.js')).checkCommand() };

/** The whole command line, or only the command named by its first word. */
export async function buildProgram(first?: string): Promise<Command> {
  const program = new Command('dynamoctl')
    .description('delete partitions of DynamoDB tables: at a terminal, in a Job, and as an operator')
    .version(version(), '-V, --version')
    .addHelpText('after', '\n`dynamoctl help <command>` shows the options and exit codes of a command.');
  const alone = first !== 'completion' && first !== undefined ? (COMMANDS[first] ?? HIDDEN[first]) : undefined;
  const wanted = alone ? [alone] : Object.values(COMMANDS);
  for (const load of wanted) program.addCommand(await load(program));
  for (const command of [program, ...program.commands]) command.exitOverride();
  return program;
}
