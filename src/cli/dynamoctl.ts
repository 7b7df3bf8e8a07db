#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { EXIT_CODES } from '../api/states.js';
import { deletePartitionCommand } from './delete-partition.js';
import { version } from './version.js';

/** Commander's own exit code for wrong usage is 1, which here means a bug. */
const exitCodeOf = (error: CommanderError): number =>
  error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.InvalidTarget;

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('dynamoctl')
    .description('deletes partitions of DynamoDB tables: at a terminal, in a Job, and as an operator')
    .version(version(), '-V, --version');
  program.addCommand(deletePartitionCommand());
  // The webhook's libraries are loaded for the webhook only: a worker starts in a fraction of that time.
  if (argv[2] === 'operator' || argv[3] === 'operator')
    program.addCommand((await import('./operator.js')).operatorCommand());
  else program.command('operator').description("serve Metacontroller's hooks");
  for (const command of [program, ...program.commands]) command.exitOverride();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = exitCodeOf(error);
  }
}

await main(process.argv);
