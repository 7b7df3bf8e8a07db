import { Command } from 'commander';
import { EXIT_CODES } from '../../api/exit-codes.js';
import { ENV } from '../../api/worker.js';
import { drainOnSignals } from '../process/shutdown.js';
import { reportInvalid } from '../output/report-invalid.js';
import { type Flags, readWorkerInput } from '../../worker/input.js';

/** `dynamoctl delete-partition`: for a Job (by its environment) and for a person (by flags). */
export function deletePartitionCommand(): Command {
  const command = new Command('delete-partition')
    .description('delete every item of one partition of a DynamoDB table, and prove that it is empty')
    .option('-t, --table-name <name>', 'name or ARN of the table')
    .option('-p, --partition-value <value>', 'value of the partition key; numbers in decimal, binary in base64')
    .option('-e, --endpoint-url <url>', "endpoint to use instead of AWS's own")
    .option('-r, --region <region>', 'AWS region of the table (default: as AWS is configured, else us-east-1)')
    .option('-s, --skip-confirmation', 'delete without asking')
    .option('--dry-run', 'count the items and delete nothing')
    .option('--sort-key-begins-with <value>', 'only items whose sort key begins with this')
    .option('--sort-key-from <value>', 'only items from this sort key on, inclusive; with --sort-key-to')
    .option('--sort-key-to <value>', 'only items before this sort key, exclusive; with --sort-key-from')
    .option('--max-write-units-per-second <units>', 'consume no more write units than this')
    .option('--max-read-units-per-second <units>', 'consume no more read units than this')
    .option('--require-point-in-time-recovery', 'refuse unless the table has point-in-time recovery on')
    .option('--trusted-endpoints <list>', "endpoints besides AWS's own that may see real credentials, comma-separated")
    .addHelpText(
      'after',
      `
Every option but -s and --dry-run can come from the environment, as
${ENV.tableName} and so on; options win. The value of -p is visible to
whoever lists this machine's processes; ${ENV.partitionValue} is not.

At a terminal it counts and asks before it deletes, unless -s, draws a progress
bar and ends with a summary; NO_COLOR, FORCE_COLOR and CLICOLOR are heeded.
Where stdout is no terminal it logs JSON lines there, and where nobody can be
asked it deletes only with -s.

Exit codes: 0 done and verified, 1 a bug, 2 invalid target or usage,
3 incomplete (try again), 4 a guard refused, 5 no such table, 6 access denied,
130 declined or interrupted, 143 terminated.

Examples:
  dynamoctl delete-partition -t Orders -p TESTTENANTID -r eu-central-1
  dynamoctl delete-partition -t Orders -p TESTTENANTID --dry-run
  dynamoctl delete-partition -t Orders -p TESTTENANTID -e http://localhost:8000
  dynamoctl delete-partition -t Visits -p -12 -s --max-write-units-per-second 500`,
    );
  return command.action(async (flags: Flags) => {
    const read = readWorkerInput(flags, process.env);
    if ('wrong' in read) {
      for (const wrong of read.wrong) process.stderr.write(`dynamoctl delete-partition: ${wrong}\n`);
      process.exitCode = EXIT_CODES.InvalidTarget;
      reportInvalid(read.wrong, process.env);
      return;
    }
    // As the first process of a container this one gets no SIGTERM that it has no handler for.
    const drain = drainOnSignals();
    // Only now: a wrong word needs no SDK to be found.
    const { runWorker } = await import('../worker/run-worker.js');
    const exitCode = await runWorker(read.input, {
      drain,
      skipConfirmation: flags.skipConfirmation === true,
      env: process.env,
    });
    // Whatever still hangs on a socket has had its time.
    process.exit(exitCode);
  });
}
