import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { DNS_SUBDOMAIN } from '../../api/patterns.js';
import { confirm, isAtTerminal } from '../output/prompt.js';
import { version } from '../process/version.js';
import { kubectlOnPath } from './kubectl.js';
import { runSubcommand } from './run.js';
import { rowOf, type Subcommand, SUBCOMMAND_NAMES } from './subcommands.js';

/** kubectl's own flags for which cluster, and whose rights. They are handed on as they are. */
const CONNECTION: readonly (readonly [flags: string, help: string])[] = [
  ['-n, --namespace <name>', "namespace of the DdbctlDpJob; by default the context's"],
  ['--context <name>', 'context of the kubeconfig'],
  ['--kubeconfig <file>', 'the kubeconfig'],
  ['--cluster <name>', 'cluster of the kubeconfig'],
  ['--user <name>', 'user of the kubeconfig'],
  ['--as <name>', 'user to impersonate'],
  ['--as-group <name>', 'group to impersonate'],
  ['--request-timeout <time>', 'how long to wait for an answer, such as 10s'],
];

const NAME = new RegExp(`^${DNS_SUBDOMAIN}$`);

/** What does not look like a name is refused here, so that kubectl never takes it for a flag. */
function resourceName(text: string): string {
  if (text.length > 253 || !NAME.test(text))
    throw new InvalidArgumentError('It must be at most 253 lower-case letters, digits, - and .');
  return text;
}

const EXIT_CODES_HELP = `
Exit codes: 0 done, 2 wrong usage, 4 refused (there is nothing to approve, to
follow or to print), 130 not confirmed; else that of kubectl.`;

const HELP = `
It runs kubectl to reach the cluster, so every kubeconfig and way to log in
works.
${EXIT_CODES_HELP}

Examples:
  kubectl ddp status erase-tenant -n shop
  kubectl ddp approve erase-tenant -n shop`;

/** `kubectl ddp`: what `kubectl-ddp` runs. */
export function buildPlugin(): Command {
  const program = new Command('kubectl ddp')
    .description('see, approve and steer DdbctlDpJobs')
    .version(version(), '-V, --version')
    .addHelpText('after', HELP);
  addConnection(program);
  for (const name of SUBCOMMAND_NAMES) program.addCommand(subcommand(name));
  for (const command of [program, ...program.commands]) command.exitOverride();
  return program;
}

function subcommand(name: Subcommand): Command {
  const command = new Command(name)
    .description(rowOf(name).description)
    .addArgument(new Argument('<name>', 'name of the DdbctlDpJob').argParser(resourceName));
  if (name === 'approve') command.option('-y, --yes', 'do not ask');
  addConnection(command);
  return command.addHelpText('after', EXIT_CODES_HELP).action(async (resource: string) => {
    const connection = connectionOf(command);
    process.exitCode = await runSubcommand(name, resource, {
      kubectl: kubectlOnPath(connection, (text) => process.stderr.write(text)),
      connection,
      print: (text) => process.stdout.write(`${text}\n`),
      complain: (text) => process.stderr.write(`${text}\n`),
      isAtTerminal,
      confirm,
      yes: command.opts<{ yes?: boolean }>().yes === true,
    });
  });
}

/** Before the name of the subcommand or after it, as with kubectl. */
function addConnection(command: Command): void {
  for (const [flags, help] of CONNECTION) command.addOption(new Option(flags, help));
}

/** The given flags of the connection, as kubectl takes them. */
function connectionOf(command: Command): string[] {
  const given = command.optsWithGlobals<Record<string, string | undefined>>();
  return CONNECTION.flatMap(([flags]) => {
    const option = new Option(flags);
    const value = given[option.attributeName()];
    return value === undefined ? [] : [`--${option.name()}=${value}`];
  });
}
