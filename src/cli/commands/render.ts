import { Command, Option } from 'commander';
import { readFileSync } from 'node:fs';
import type { CompositeResponse } from '../../api/hooks.js';
import { EXIT_CODES } from '../../api/exit-codes.js';
import { sync } from '../../operator/sync.js';
import { firstRequest, PLACEHOLDER_UID, withRights } from '../render/request.js';
import { printAnswers } from '../render/print.js';
import { type Found, readResources } from '../render/resources.js';
import { addSettingFlags, settingFlags } from '../operator/setting-flags.js';
import { InvalidSettings, readSettings } from '../operator/read-settings.js';
import { type SettingName, SETTINGS } from '../../api/settings.js';
import { publishedImage } from '../process/version.js';

interface Options {
  filename: string[];
  output: 'yaml' | 'json';
  namespace: string;
  uid: string;
}

/** The settings that concern serving. Decisions depend on all others. */
const SERVES = /^(PORT|HOST|LOG_LEVEL|TLS_\w+|BEARER_TOKEN_FILE|METRICS|DOCUMENTATION)$/;
const DECIDES = (name: SettingName): boolean => !SERVES.test(name);

const collect = (file: string, files: string[] = []): string[] => [...files, file];

/** `dynamoctl render`: what the operator would answer for a newly applied DdbctlDpJob. Needs no cluster. */
export function renderCommand(): Command {
  const command = new Command('render')
    .description('preview the Job, rights and status that a DdbctlDpJob would produce, without a cluster')
    .addOption(
      new Option('-f, --filename <file>', 'YAML or JSON with DdbctlDpJobs; - is stdin; repeatable')
        .argParser(collect)
        .makeOptionMandatory(),
    )
    .addOption(new Option('-o, --output <format>', 'what to print').choices(['yaml', 'json']).default('yaml'))
    .option('-n, --namespace <name>', 'namespace of DdbctlDpJobs that name none', 'default')
    .option('--uid <uid>', "uid of the resource, from which the Job's name is derived", PLACEHOLDER_UID);
  addSettingFlags(command, DECIDES).addHelpText(
    'after',
    `
To see what your operator would answer, use your operator's settings. As with
kubectl apply, the status and metadata.uid of a file are ignored. Rules about
changes (an immutable target, an explicit approval after a dry run) do not
apply, because nothing existed before. The Job's environment contains the key's
value, as the file does: be careful where you print it.

Exit codes: 0 rendered, 2 the input or a setting is wrong, 4 rendered, but the
operator would create no Job (PolicyViolation or Restored; see the status).

Examples:
  dynamoctl render -f manifests/samples/ddbctldpjob.yaml
  dynamoctl render -f - -o json --allowed-tables 'Orders,Customers*' < job.yaml`,
  );
  return command.action((options: Options) => {
    try {
      process.exitCode = render(options, settingFlags(command));
    } catch (error) {
      if (!(error instanceof InvalidSettings)) throw error;
      process.stderr.write(`dynamoctl render: ${error.message}\n`);
      process.exitCode = EXIT_CODES.InvalidTarget;
    }
  });
}

function render({ filename, output, namespace, uid }: Options, flags: Record<string, string | undefined>): number {
  const deciding = SETTINGS.map(({ name }) => name).filter(DECIDES);
  const env = Object.fromEntries(deciding.map((name) => [name, process.env[name]]));
  const settings = readSettings(env, flags, publishedImage()).decisions;
  const found: Found = { resources: [], notes: [], wrong: [] };
  for (const file of filename) {
    const text = contentOf(file);
    if (typeof text !== 'string') found.wrong.push(`${file}: ${text.wrong}`);
    else readResources(file === '-' ? 'stdin' : file, text, found);
  }
  for (const note of [...found.notes, ...found.wrong]) process.stderr.write(`dynamoctl render: ${note}\n`);
  if (found.wrong.length > 0) return EXIT_CODES.InvalidTarget;
  const now = new Date();
  const answers = found.resources.map((resource) => {
    const request = firstRequest(resource, { namespace, uid });
    // The Job comes once the rights of its worker exist.
    const { children } = sync(request, settings, now);
    return { parent: request.parent, answer: sync(withRights(request, children), settings, now) };
  });
  process.stdout.write(printAnswers(answers, output, uid === PLACEHOLDER_UID));
  return answers.some(({ answer }) => isStalled(answer)) ? EXIT_CODES.GuardRefused : EXIT_CODES.done;
}

/** @returns the text, or why there is none */
function contentOf(file: string): string | { wrong: string } {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    return { wrong: `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}` };
  }
}

const isStalled = ({ status }: CompositeResponse): boolean =>
  status.conditions?.some((condition) => condition.type === 'Stalled' && condition.status === 'True') ?? false;
