#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT_CODES } from '../api/states.js';
import { buildProgram } from './program.js';

/** Commander's own exit code for wrong usage is 1, which here means a bug. */
const exitCodeOf = (error: CommanderError): number =>
  error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.InvalidTarget;

async function main(argv: readonly string[]): Promise<void> {
  const program = await buildProgram(argv[2]);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = exitCodeOf(error);
  }
}

await main(process.argv);
