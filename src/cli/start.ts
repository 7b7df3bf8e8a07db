import { type Command, CommanderError } from 'commander';
import { EXIT_CODES } from '../api/exit-codes.js';

/** The exit code that a shell reports for a program killed by SIGPIPE: 128 plus the number of the signal. */
const EXIT_OF_SIGPIPE = 141;

/** Commander's own exit code for wrong usage is 1, which here means a bug. */
const exitCodeOf = (error: CommanderError): number =>
  error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.InvalidTarget;

async function main(
  build: (argv: readonly string[]) => Command | Promise<Command>,
  argv: readonly string[],
): Promise<void> {
  const program = await build(argv);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = exitCodeOf(error);
  }
}

/** Runs a program of this package as this process: from its arguments to its exit code. */
export function start(build: (argv: readonly string[]) => Command | Promise<Command>): void {
  // The reader has closed the output, as in `dynamoctl --help | head`. That does not call for a stack trace.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT_OF_SIGPIPE);
  });

  // The image's CommonJS modules cannot await at the top level. Exit code 0 means that a worker has verified, so neither a rejection
  // nor a process that has nothing left to wait for (`beforeExit`) may end with it.
  const unsettled = (): void => process.exit(EXIT_CODES.bug);
  process.once('beforeExit', unsettled);
  main(build, process.argv).then(
    () => process.off('beforeExit', unsettled),
    (error: unknown) => {
      console.error(error);
      process.exit(EXIT_CODES.bug);
    },
  );
}
