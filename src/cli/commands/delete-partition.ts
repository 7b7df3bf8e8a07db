import { Command } from 'commander';
import { EXIT_CODES } from '../../api/exit-codes.js';
import { ENV } from '../../api/worker.js';
import { arrivedWhole } from '../process/raw-text.js';
import { shutdownOnSignals } from '../process/shutdown.js';
import { reportInvalid } from '../output/report-invalid.js';
import { type Flags, OPTIONS } from '../../worker/fields.js';
import { readWorkerInput } from '../../worker/input.js';

const HELP = `
Every option except -s and --dry-run can also be set in the environment, as
${ENV.tableName} and so on; options win. Everyone who can list the
processes of this machine sees the value of -p, but not that of
${ENV.partitionValue}.

At a terminal the command counts the items and asks before it deletes them,
unless there are none or -s is given; it draws a progress bar and ends with a
summary. It respects NO_COLOR, FORCE_COLOR and CLICOLOR. If stdout is not a
terminal, it logs JSON lines there. If there is no terminal to confirm on, it
deletes only with -s.

Exit codes: 0 done and verified, 1 a bug, 2 invalid target or usage,
3 incomplete (try again), 4 a guard refused, 5 no such table, 6 access denied,
130 declined or interrupted, 143 terminated.

Examples:
  dynamoctl delete-partition -t Orders -p TESTTENANTID -r eu-central-1
  dynamoctl delete-partition -t Orders -p TESTTENANTID --dry-run
  dynamoctl delete-partition -t Orders -p TESTTENANTID -e http://localhost:8000
  dynamoctl delete-partition -t Visits -p -12 -s --max-write-units-per-second 500`;

/** `dynamoctl delete-partition`: for a Job (input from the environment) and for a person (input from flags). */
export function deletePartitionCommand(): Command {
  const command = new Command('delete-partition').description(
    'delete every item of one partition of a DynamoDB table, and prove that it is empty',
  );
  for (const { flag, help } of OPTIONS) command.option(flag, help);
  command.addHelpText('after', HELP);
  return command.action(async (flags: Flags) => {
    const read = readWorkerInput(flags, process.env, arrivedWhole);
    if ('wrong' in read) {
      for (const wrong of read.wrong) process.stderr.write(`dynamoctl delete-partition: ${wrong}\n`);
      process.exitCode = EXIT_CODES.InvalidTarget;
      reportInvalid(read.wrong, process.env);
      return;
    }
    // The first process of a container receives only signals that it handles.
    const shutdown = shutdownOnSignals();
    // The SDK would warn that its releases of 2027 need Node.js 22. This release is pinned, so nobody needs to act.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    // Loaded only now, because reporting wrong input does not need the SDK.
    const { runWorker } = await import('../worker/run-worker.js');
    const exitCode = await runWorker(read.input, {
      shutdown,
      skipConfirmation: flags.skipConfirmation === true,
      env: process.env,
    });
    // Open sockets would keep the process alive.
    process.exit(exitCode);
  });
}
